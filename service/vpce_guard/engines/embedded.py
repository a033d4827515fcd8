"""Policies in-process: policy.wasm on wasmtime, with a time limit, a memory limit and a cache of the compiled module.

Speaks OPA's wasm ABI 1.3 (https://www.openpolicyagent.org/docs/wasm). Must not know what the policies say.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import queue
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import wasmtime
from platformdirs import user_cache_path
from pydantic_core import from_json, to_json

from vpce_guard.bundle.bundle import Bundle
from vpce_guard.engines import Evaluations, check_answer, request_for
from vpce_guard.errors import BundleError, EngineError
from vpce_guard.formats.text import json_text
from vpce_guard.model import EngineName, Json

_TICK = 0.02  # seconds between epochs: how exact the time limit is
_PAGE = 65536  # bytes of a wasm page
_INLINE = 32 * 1024  # bytes of input judged on the event loop; more goes to a thread
_BATCH = 100  # proposals of one call: nothing is freed while it runs
_MOST_KEPT = 20  # compiled modules in the cache: those used last
_BASELINE = 2  # WASMTIME_STRATEGY_WINCH, for which wasmtime.Config.strategy has no name
_JSON = 0  # opa_eval's result format


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
        self._data = to_json({"vpce": {"revision": bundle.revision, **bundle.data}})
        self._static = len(wasm)
        self._timeout = timeout
        self._memory_limit = memory_limit
        config = wasmtime.Config()
        config.epoch_interruption = True
        if quick:
            _compile_fast(config)
        self._engine = wasmtime.Engine(config)
        self._module = _compile(self._engine, wasm, cache_dir, kind="quick" if quick else "policy")
        self._idle: queue.SimpleQueue[_Instance] = queue.SimpleQueue()
        self._idle.put(self._instance())
        self._closed = threading.Event()
        threading.Thread(target=self._tick, name="wasm-epoch", daemon=True).start()

    async def evaluate(self, inputs: Sequence[Json]) -> Evaluations:
        """The answer to the inputs; to a large batch from several calls, each with all of the memory."""
        first, *others = [await self._evaluate(inputs[at : at + _BATCH]) for at in range(0, len(inputs), _BATCH)]
        for other in others:
            first.evaluations.extend(other.evaluations)
        return first

    async def _evaluate(self, inputs: Sequence[Json]) -> Evaluations:
        rule, given = request_for(inputs)
        result = await self.ask(f"vpce/main/{rule}", given)
        return check_answer([result] if rule == "result" else result, count=len(inputs), engine=self.name)

    async def ask(self, entrypoint: str, given: Json) -> Any:
        """What the module says at an entrypoint. Raises EngineError where that is nothing."""
        try:
            document = json_text(given)
        except ValueError:
            raise EngineError("A number in the input is too large.", advice="Send at most 1e308.") from None
        if len(document) <= _INLINE:
            raw = self._call(entrypoint, document)
        else:
            raw = await asyncio.to_thread(self._call, entrypoint, document)
        return _result(raw)

    def answers(self, inputs: Sequence[Json]) -> list[Any]:
        """What the policy answers to each input, not looked at, from one call on this thread. Raises EngineError."""
        rule, given = request_for(inputs)
        result = _result(self._call(f"vpce/main/{rule}", to_json(given)))
        results = [result] if rule == "result" else result
        if not isinstance(results, list) or len(results) != len(inputs):
            raise EngineError(f"The engine did not give an answer to each of {len(inputs)} proposals.")
        return results

    async def warm(self) -> None:
        """Nothing: it is compiled when it is made."""

    async def close(self) -> None:
        """Stop the clock of the time limit."""
        self._closed.set()

    def _call(self, entrypoint: str, document: bytes) -> bytes:
        try:
            instance = self._idle.get_nowait()
        except queue.Empty:
            instance = self._instance()
        try:
            raw = instance.evaluate(entrypoint, document, ticks=int(self._timeout / _TICK) + 1)
        except wasmtime.Trap as trap:
            raise _translate(trap, self._timeout) from None
        except (wasmtime.WasmtimeError, _AbortedError) as error:
            raise EngineError(f"The policy stopped: {error}.") from None
        self._idle.put(instance)  # one that stopped half-way is dropped
        return raw

    def _instance(self) -> _Instance:
        try:
            return _Instance(
                self._engine, self._module, self._data, static=self._static, memory_limit=self._memory_limit
            )
        except (wasmtime.WasmtimeError, wasmtime.Trap) as error:
            raise BundleError(f"The policy cannot be started: {error}.") from None

    def _tick(self) -> None:
        while not self._closed.wait(_TICK):
            self._engine.increment_epoch()


class _AbortedError(Exception):
    """The module called opa_abort."""


class _Instance:
    """One instantiated module. Not safe for two threads at once."""

    def __init__(
        self, engine: wasmtime.Engine, module: wasmtime.Module, data: bytes, *, static: int, memory_limit: int
    ) -> None:
        self._store = wasmtime.Store(engine)
        self._store.set_epoch_deadline(1 << 30)
        linker = wasmtime.Linker(engine)
        needed = next(i.type for i in module.imports if isinstance(i.type, wasmtime.MemoryType))
        # opa build can ask for less memory than its static data needs, which is never more than the module itself
        first = needed.limits.min + static // _PAGE + 1
        limits = wasmtime.Limits(first, max(first, memory_limit // _PAGE))
        self._memory = wasmtime.Memory(self._store, wasmtime.MemoryType(limits))
        linker.define(self._store, "env", "memory", self._memory)
        self._define_host_functions(linker)
        exports: Any = linker.instantiate(self._store, module).exports(self._store)
        self._exports = exports
        self._entrypoints: dict[str, int] = self._read_json(exports["entrypoints"](self._store))
        if builtins := self._read_json(exports["builtins"](self._store)):
            raise BundleError(f"The policy needs builtins that are not native to wasm: {', '.join(builtins)}.")
        address = self._write(data)
        self._data: int = exports["opa_json_parse"](self._store, address, len(data))
        self._base: int = exports["opa_heap_ptr_get"](self._store)

    def evaluate(self, entrypoint: str, document: bytes, *, ticks: int) -> bytes:
        """The raw JSON result set of one entrypoint for one input."""
        store, memory = self._store, self._memory
        end = self._base + len(document)
        if end > memory.data_len(store):
            memory.grow(store, (end - memory.data_len(store)) // _PAGE + 1)
        memory.write(store, document, self._base)
        store.set_epoch_deadline(ticks)
        address = self._exports["opa_eval"](
            store, 0, self._entrypoints[entrypoint], self._data, self._base, len(document), end, _JSON
        )
        store.set_epoch_deadline(1 << 30)
        return self._read(address)

    def _define_host_functions(self, linker: wasmtime.Linker) -> None:
        i32 = wasmtime.ValType.i32

        def abort(address: int) -> None:
            raise _AbortedError(self._read(address).decode(errors="replace"))

        def builtin(*_: int) -> int:
            raise _AbortedError("a builtin that is not native to wasm was called")

        linker.define_func("env", "opa_abort", wasmtime.FuncType([i32()], []), abort)
        linker.define_func("env", "opa_println", wasmtime.FuncType([i32()], []), lambda _: None)
        for arity in range(5):
            kind = wasmtime.FuncType([i32() for _ in range(arity + 2)], [i32()])
            linker.define_func("env", f"opa_builtin{arity}", kind, builtin)

    def _write(self, data: bytes) -> int:
        address: int = self._exports["opa_malloc"](self._store, len(data))
        self._memory.write(self._store, data, address)
        return address

    def _read(self, address: int) -> bytes:
        """The NUL-terminated string at an address."""
        size, step = self._memory.data_len(self._store), 4096
        chunks = []
        while address < size:
            chunk = bytes(self._memory.read(self._store, address, min(address + step, size)))
            head, nul, _ = chunk.partition(b"\0")
            chunks.append(head)
            if nul:
                break
            address, step = address + len(chunk), step * 4
        return b"".join(chunks)

    def _read_json(self, value: int) -> Any:
        return from_json(self._read(self._exports["opa_json_dump"](self._store, value)))


def _result(raw: bytes) -> Any:
    answers = from_json(raw)
    if not (isinstance(answers, list) and len(answers) == 1 and isinstance(answers[0], dict)):
        raise EngineError("The policy gave no result.")
    return answers[0].get("result")


def _translate(trap: wasmtime.Trap, timeout: float) -> EngineError:
    if trap.trap_code == wasmtime.TrapCode.INTERRUPT:
        return EngineError(
            f"The policy took longer than {timeout:g} s.",
            advice="Send fewer endpoints at once or raise VPCE_GUARD_TIMEOUT.",
        )
    return EngineError(
        "The policy stopped, most likely because it ran out of memory.",
        advice="Send fewer endpoints at once or raise VPCE_GUARD_MEMORY_LIMIT.",
    )


def _compile_fast(config: wasmtime.Config) -> None:
    """Compile with the baseline compiler, a third of the time, where this wasmtime lets Python choose it."""
    from wasmtime import _bindings

    config.cranelift_opt_level = "none"
    try:
        _bindings.wasmtime_config_strategy_set(config.ptr(), _BASELINE)
    except AttributeError:
        return


def _compile(engine: wasmtime.Engine, wasm: bytes, cache_dir: Path | None, *, kind: str) -> wasmtime.Module:
    """The module, from the cache when a file made by this user for this wasm and wasmtime is there."""
    directory = cache_dir or user_cache_path("vpce-guard")
    installed = os.stat(wasmtime.__file__).st_mtime_ns
    key = hashlib.sha256(wasm + str(installed).encode()).hexdigest()[:32]
    path = directory / f"{kind}-{key}.cwasm"
    if _is_private(directory) and path.is_file():
        try:
            module = wasmtime.Module.deserialize_file(engine, str(path))  # checks version, flags and CPU itself
            os.utime(path)
        except (wasmtime.WasmtimeError, OSError):
            pass
        else:
            return module
    try:
        module = wasmtime.Module(engine, wasm)
    except wasmtime.WasmtimeError as error:
        raise BundleError(f"policy.wasm cannot be compiled: {error}.") from None
    if kind == "quick":  # others wait for it, and what is kept is for later
        threading.Thread(target=_store, args=(module, directory, path), name="wasm-store").start()
    else:
        _store(module, directory, path)
    return module


def _is_private(directory: Path) -> bool:
    """Whether only this user can write there: a compiled module is machine code that is run as it is."""
    try:
        status = directory.stat()
    except OSError:
        return False
    return os.name == "nt" or (status.st_uid == os.getuid() and not status.st_mode & 0o022)


def _store(module: wasmtime.Module, directory: Path, path: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_private(directory):
            return
        with tempfile.NamedTemporaryFile(dir=directory, delete=False) as file:
            file.write(module.serialize())
        os.replace(file.name, path)
        used = sorted(directory.glob("*.cwasm"), key=lambda kept: kept.stat().st_mtime)
        for old in used[:-_MOST_KEPT]:
            old.unlink()
    except OSError:
        return  # a cache that cannot be written costs a compilation per start, nothing else
