"""One instance of a policy's wasm: what it has read, what it is asked, and the memory that it takes.

Speaks OPA's wasm ABI 1.3 (https://www.openpolicyagent.org/docs/wasm). Must not know what the policies say.
"""

from __future__ import annotations

import struct
import weakref
from typing import Any

import wasmtime
from pydantic_core import from_json

from vpce_guard.errors import BundleError, EngineError
from vpce_guard.formats.text import json_text
from vpce_guard.model import Json

_PAGE = 65536  # bytes of a wasm page
_GROWN = 16 << 20  # bytes that an instance may have grown by to be used again
MOST_ORGS = 32  # org data that an instance has read, such as those of accounts and environments
_NEVER = 1 << 30  # epochs
_JSON = 0  # opa_eval's result format
_ARGUMENTS = struct.Struct("<5i")  # entrypoint, data, input, its length, heap: as opa_eval takes them
# Calls opa_eval with arguments out of memory, and leaves its result there, in place of the first. To give it seven from
# Python takes 0.1 ms, an eighth of a decision.
_CALLER = f"""(module
  (import "policy" "memory" (memory 1))
  (import "policy" "opa_eval" (func $opa_eval (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (global $at (export "at") (mut i32) (i32.const 0))
  (func (export "call")
    global.get $at
    i32.const 0
    {" ".join(f"global.get $at i32.load offset={4 * place}" for place in range(5))}
    i32.const {_JSON}
    call $opa_eval
    i32.store))"""


class AbortedError(Exception):
    """The module called opa_abort."""


def compile_caller(engine: wasmtime.Engine) -> wasmtime.Module:
    """What instances on an engine call their policy with."""
    return wasmtime.Module(engine, _CALLER)


class WasmInstance:
    """One instantiated module, and the `caller` it is called with. Not safe for two threads at once."""

    def __init__(
        self,
        engine: wasmtime.Engine,
        module: wasmtime.Module,
        data: Json,
        *,
        caller: wasmtime.Module,
        static: int,
        memory_limit: int,
    ) -> None:
        self._store = wasmtime.Store(engine)
        self._store.set_epoch_deadline(_NEVER)
        linker = wasmtime.Linker(engine)
        needed = next(i.type for i in module.imports if isinstance(i.type, wasmtime.MemoryType))
        # opa build can ask for less memory than its static data needs, which is never more than the module itself
        first = needed.limits.min + static // _PAGE + 1
        self._most = max(first, memory_limit // _PAGE) * _PAGE
        limits = wasmtime.Limits(first, self._most // _PAGE)
        self._memory = wasmtime.Memory(self._store, wasmtime.MemoryType(limits))
        linker.define(self._store, "env", "memory", self._memory)
        self._define_host_functions(linker)
        exports: Any = linker.instantiate(self._store, module).exports(self._store)
        self._exports = exports
        linker.define(self._store, "policy", "memory", self._memory)
        linker.define(self._store, "policy", "opa_eval", exports["opa_eval"])
        called: Any = linker.instantiate(self._store, caller).exports(self._store)
        self._call, self._at = called["call"], called["at"]
        self._seen = memoryview(b"")  # the memory when it was looked at last
        self._entrypoints: dict[str, int] = self._read_json(exports["entrypoints"](self._store))
        if builtins := self._read_json(exports["builtins"](self._store)):
            raise BundleError(f"The policy needs builtins that are not native to wasm: {', '.join(builtins)}.")
        self._static = [(self._parse(json_text([name])), self._parse(json_text(value))) for name, value in data.items()]
        self._base: int = exports["opa_heap_ptr_get"](self._store)
        self._roots: dict[int, tuple[Json | None, int]] = {}  # `data` by the identity of data.org
        self._first = len(self._view())

    @property
    def is_full(self) -> bool:
        """Whether it has most of the memory that it may have."""
        return len(self._view()) > self._most // 2

    @property
    def is_grown(self) -> bool:
        """Whether it took much more memory than it began with, or read much org data; after an evaluation."""
        return len(self._seen) > self._first + _GROWN or len(self._roots) > MOST_ORGS

    def close(self) -> None:
        """Give the memory back at once, whoever still refers to it."""
        self._seen.release()
        self._store.close()

    def evaluate(self, entrypoint: str, document: bytes, org: Json | None, *, ticks: int) -> bytes:
        """The raw JSON result set of one entrypoint for one input."""
        data, memory = self._root(org), self._view()
        begin = self._base + _ARGUMENTS.size
        end = begin + len(document)
        if end > len(memory):
            self._memory.grow(self._store, (end - len(memory)) // _PAGE + 1)
            memory = self._view()
        _ARGUMENTS.pack_into(memory, self._base, self._entrypoints[entrypoint], data, begin, len(document), end)
        memory[begin:end] = document
        self._store.set_epoch_deadline(ticks)
        self._call(self._store)
        memory = self._view()
        return _text_at(memory, int.from_bytes(memory[self._base : self._base + 4], "little"))

    def _root(self, org: Json | None) -> int:
        """The address of `data` with data.org."""
        if (found := self._roots.get(id(org))) is not None:
            return found[1]
        self._store.set_epoch_deadline(_NEVER)
        self._exports["opa_heap_ptr_set"](self._store, self._base)
        root = self._parse(json_text({} if org is None else {"org": org}))
        for path, value in self._static:
            if self._exports["opa_value_add_path"](self._store, root, path, value):
                raise EngineError("The policy does not take its data.")
        self._base = self._exports["opa_heap_ptr_get"](self._store)
        self._at.set_value(self._store, self._base)
        self._roots[id(org)] = org, root
        return root

    def _parse(self, text: bytes) -> int:
        """The address of a JSON value that stays."""
        address: int = self._exports["opa_malloc"](self._store, len(text))
        self._view()[address : address + len(text)] = text
        value: int = self._exports["opa_json_parse"](self._store, address, len(text))
        return value

    def _define_host_functions(self, linker: wasmtime.Linker) -> None:
        i32 = wasmtime.ValType.i32
        itself = weakref.ref(self)  # wasmtime keeps host functions: one that kept the instance would keep it for good

        def abort(address: int) -> None:
            instance = itself()
            raise AbortedError(instance._read(address).decode(errors="replace") if instance else "")  # noqa: SLF001 - its own

        def builtin(*_: int) -> int:
            raise AbortedError("a builtin that is not native to wasm was called")

        linker.define_func("env", "opa_abort", wasmtime.FuncType([i32()], []), abort)
        linker.define_func("env", "opa_println", wasmtime.FuncType([i32()], []), lambda _: None)
        for arity in range(5):
            kind = wasmtime.FuncType([i32() for _ in range(arity + 2)], [i32()])
            linker.define_func("env", f"opa_builtin{arity}", kind, builtin)

    def _read(self, address: int) -> bytes:
        return _text_at(self._view(), address)

    def _view(self) -> memoryview:
        """The memory as it is now. Where it lies changes only with its size; to ask for that takes time, too."""
        if self._memory.data_len(self._store) != len(self._seen):
            self._seen = memoryview(self._memory.get_buffer_ptr(self._store)).cast("B")
        return self._seen

    def _read_json(self, value: int) -> Any:
        return from_json(self._read(self._exports["opa_json_dump"](self._store, value)))


def _text_at(memory: memoryview, address: int) -> bytes:
    """The NUL-terminated string at an address."""
    chunks, step = [], 4096
    while address < len(memory):
        head, nul, _ = bytes(memory[address : address + step]).partition(b"\0")
        chunks.append(head)
        if nul:
            break
        address, step = address + step, step * 4
    return b"".join(chunks)
