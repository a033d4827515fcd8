"""Policies in-process: policy.wasm on wasmtime, with a time limit, a memory limit and a cache of the compiled module.

Must not know what the policies say.
"""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import wasmtime
from pydantic_core import from_json, to_json

from vpce_guard.bundle.bundle import Bundle
from vpce_guard.engines import Evaluations, check_answer, epochs, request_for
from vpce_guard.engines.batches import BATCH, evaluate_batches, split
from vpce_guard.engines.compiling import compile_fast, compile_module
from vpce_guard.engines.wasm_instance import MOST_ORGS, AbortedError, WasmInstance, compile_caller
from vpce_guard.errors import BundleError, EngineError, TooMuchError, UnfitError
from vpce_guard.formats.text import json_text
from vpce_guard.model import EngineName, Json

_INLINE = 32 * 1024  # bytes of input judged on the event loop; more goes to a thread
_MUCH = 64 * 1024  # bytes of input that may take long by themselves


class EmbeddedEngine:
    """A pool of wasm instances over one compiled module; wasmtime releases the GIL while they run."""

    name: EngineName = "embedded"

    def __init__(
        self,
        bundle: Bundle,
        *,
        timeout: float,
        memory_limit: int,
        cache_dir: Path | None = None,
        wasm: bytes | None = None,
        quick: bool = False,
    ) -> None:
        """`wasm` is another module of the bundle than policy.wasm, to be asked with `ask`.

        With `quick` it is ready a little sooner and answers a little later.
        """
        wasm = bundle.wasm if wasm is None else wasm
        self._data = bundle.all_data
        self._orgs: dict[int, Json] = {}
        self._static = len(wasm)
        self._timeout = timeout
        self._memory_limit = memory_limit
        config = wasmtime.Config()
        config.epoch_interruption = True
        if quick:
            compile_fast(config)
        self._engine = wasmtime.Engine(config)
        self._module = compile_module(self._engine, wasm, cache_dir, kind="quick" if quick else "policy")
        self._caller = compile_caller(self._engine)
        self._idle: queue.SimpleQueue[WasmInstance] = queue.SimpleQueue()
        self._idle.put(self._instance())
        epochs.advance(self._engine, owner=self)

    async def evaluate(self, inputs: Sequence[Json]) -> Evaluations:
        """The answer to the inputs; to a large batch from several calls, each with all of the memory."""
        inline = _INLINE if len(inputs) <= BATCH else 0
        return await evaluate_batches(inputs, partial(self._evaluate, inline=inline))

    async def _evaluate(self, inputs: Sequence[Json], *, inline: int) -> Evaluations:
        org, plain = self._take_org(inputs)
        rule, given = request_for(plain)
        result = await self.ask(f"vpce/main/{rule}", given, org=org, inline=inline)
        return check_answer([result] if rule == "result" else result, count=len(inputs), engine=self.name)

    async def ask(self, entrypoint: str, given: Json, *, org: Json | None = None, inline: int = _INLINE) -> Any:
        """What the module says at an entrypoint, `org` being data.org. Raises EngineError where that is nothing.

        An input of more than `inline` bytes is judged on a thread.
        """
        try:
            document = json_text(given)
        except ValueError:
            raise UnfitError("A number in the input is too large.", advice="Send at most 1e308.") from None
        if len(document) <= inline:
            raw = self._call(entrypoint, document, org)
        else:
            raw = await asyncio.to_thread(self._call, entrypoint, document, org)
        return _result(raw)

    def answers(self, inputs: Sequence[Json]) -> list[Any]:
        """What the policy answers to each input, not looked at, from calls on this thread. Raises EngineError."""
        return [answer for batch in split(inputs) for answer in self._answers(batch)]

    def _answers(self, inputs: Sequence[Json]) -> list[Any]:
        org, plain = self._take_org(inputs)
        rule, given = request_for(plain)
        result = _result(self._call(f"vpce/main/{rule}", to_json(given), org))
        results = [result] if rule == "result" else result
        if not isinstance(results, list) or len(results) != len(inputs):
            raise EngineError(f"The engine did not give an answer to each of {len(inputs)} proposals.")
        return results

    async def warm(self) -> None:
        """Nothing: it is compiled when it is made."""

    async def close(self) -> None:
        """Stop the clock of the time limit."""
        epochs.stop(self._engine)

    def _take_org(self, inputs: Sequence[Json]) -> tuple[Json | None, Sequence[Json]]:
        """Org data that all inputs share and that were seen before, and the inputs without them.

        An instance reads such org data once. What comes once only stays in the input.
        """
        org: Json | None = inputs[0].get("org")
        if org is None or any(document.get("org") is not org for document in inputs):
            return None, inputs
        if self._orgs.get(id(org)) is not org:
            if len(self._orgs) >= MOST_ORGS:
                self._orgs.clear()
            self._orgs[id(org)] = org  # and stays, so that the id is no other's
            return None, inputs
        return org, [{name: value for name, value in one.items() if name != "org"} for one in inputs]

    def _call(self, entrypoint: str, document: bytes, org: Json | None = None) -> bytes:
        try:
            instance = self._idle.get_nowait()
        except queue.Empty:
            instance = self._instance()
        kept = False
        try:
            raw = instance.evaluate(entrypoint, document, org, ticks=int(self._timeout / epochs.TICK) + 1)
            kept = not instance.is_grown  # memory of a module never shrinks
        except wasmtime.Trap as trap:
            raise self._translate(trap, instance, len(document)) from None
        except wasmtime.WasmtimeError as error:
            raise self._memory_error() if instance.is_full else EngineError(f"The policy stopped: {error}.") from None
        except AbortedError as error:
            full = str(error).startswith("opa_malloc")
            raise self._memory_error() if full else EngineError(f"The policy stopped: {error}.") from None
        finally:
            if kept:
                self._idle.put(instance)
            else:  # so is one that stopped half-way
                instance.close()
        return raw

    def _translate(self, trap: wasmtime.Trap, instance: WasmInstance, size: int) -> EngineError:
        if trap.trap_code == wasmtime.TrapCode.INTERRUPT:
            kind = TooMuchError if size > _MUCH else EngineError  # a little is late only where the machine is busy
            return kind(
                f"The policy took longer than {self._timeout:g} s.",
                advice="Send fewer endpoints at once or raise VPCE_GUARD_TIMEOUT.",
            )
        return self._memory_error() if instance.is_full else EngineError(f"The policy stopped: {trap.trap_code}.")

    def _memory_error(self) -> EngineError:
        return TooMuchError(
            f"The policy needs more memory than the {self._memory_limit} bytes it may have.",
            advice="Send fewer endpoints at once or raise VPCE_GUARD_MEMORY_LIMIT.",
        )

    def _instance(self) -> WasmInstance:
        try:
            return WasmInstance(
                self._engine,
                self._module,
                self._data,
                caller=self._caller,
                static=self._static,
                memory_limit=self._memory_limit,
            )
        except (wasmtime.WasmtimeError, wasmtime.Trap) as error:
            raise BundleError(f"The policy cannot be started: {error}.") from None


def _result(raw: bytes) -> Any:
    answers = from_json(raw)
    if not (isinstance(answers, list) and len(answers) == 1 and isinstance(answers[0], dict)):
        raise EngineError("The policy gave no result.")
    return answers[0].get("result")
