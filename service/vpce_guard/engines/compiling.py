"""Compiles a policy's wasm, and keeps what was compiled in a cache that only this user can write to."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from pathlib import Path

import wasmtime

from vpce_guard.errors import BundleError
from vpce_guard.folders import cache_folder

_MOST_KEPT = 20  # compiled modules in the cache: those used last
_BASELINE = 2  # WASMTIME_STRATEGY_WINCH, for which wasmtime.Config.strategy has no name


def compile_fast(config: wasmtime.Config) -> None:
    """Compile with the baseline compiler, a third of the time, where this wasmtime lets Python choose it."""
    from wasmtime import _bindings

    config.cranelift_opt_level = "none"
    try:
        _bindings.wasmtime_config_strategy_set(config.ptr(), _BASELINE)
    except AttributeError:
        return


def compile_module(engine: wasmtime.Engine, wasm: bytes, cache_dir: Path | None, *, kind: str) -> wasmtime.Module:
    """The module, from the cache when a file made by this user for this wasm and wasmtime is there."""
    directory = cache_dir or cache_folder()
    if directory is None:
        return _compile_anew(engine, wasm)
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
    module = _compile_anew(engine, wasm)
    if kind == "quick":  # others wait for it, and what is kept is for later
        threading.Thread(target=_store, args=(module, directory, path), name="wasm-store").start()
    else:
        _store(module, directory, path)
    return module


def _compile_anew(engine: wasmtime.Engine, wasm: bytes) -> wasmtime.Module:
    try:
        return wasmtime.Module(engine, wasm)
    except wasmtime.WasmtimeError as error:
        raise BundleError(f"policy.wasm cannot be compiled: {error}.") from None


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
