"""The clock that time limits of wasm go by: one thread for all engines of the process, however many there are.

wasmtime stops a call once its engine's epoch has gone past the call's deadline; somebody must advance the epoch. The
thread refers to each engine as long as it advances it: a weak reference still gives an engine that is being deleted.
"""

from __future__ import annotations

import threading
import time
import weakref

import wasmtime

TICK = 0.02  # seconds between epochs: how exact a time limit is

_lock = threading.Lock()
_engines: dict[int, wasmtime.Engine] = {}  # by identity
_thread: threading.Thread | None = None


def advance(engine: wasmtime.Engine, *, owner: object) -> None:
    """Advance the epoch of an engine each TICK seconds, until it is stopped or its owner is gone."""
    global _thread
    _engines[id(engine)] = engine
    weakref.finalize(owner, stop, engine).atexit = False
    with _lock:
        if _thread is None or not _thread.is_alive():  # as after a fork
            _thread = threading.Thread(target=_run, name="wasm-epoch", daemon=True)
            _thread.start()


def stop(engine: wasmtime.Engine) -> None:
    """Advance it no longer. Waits for nothing: it may be called wherever garbage is collected."""
    _engines.pop(id(engine), None)


def _run() -> None:
    while True:
        time.sleep(TICK)
        _advance_all()


def _advance_all() -> None:
    """A function of its own, so that the thread refers to no engine while it sleeps."""
    for engine in list(_engines.values()):
        engine.increment_epoch()
