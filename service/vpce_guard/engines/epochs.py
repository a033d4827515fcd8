"""The clock that time limits of wasm go by: one thread for all engines of the process, however many there are.

wasmtime stops a call once its engine's epoch has gone past the call's deadline; somebody must advance the epoch.
"""

from __future__ import annotations

import threading
import time
import weakref

import wasmtime

TICK = 0.02  # seconds between epochs: how exact a time limit is

_lock = threading.Lock()
_engines: weakref.WeakSet[wasmtime.Engine] = weakref.WeakSet()
_thread: threading.Thread | None = None


def advance(engine: wasmtime.Engine) -> None:
    """Advance the epoch of an engine each TICK seconds, as long as there is the engine."""
    global _thread
    with _lock:
        _engines.add(engine)
        if _thread is None or not _thread.is_alive():  # as after a fork
            _thread = threading.Thread(target=_run, name="wasm-epoch", daemon=True)
            _thread.start()


def stop(engine: wasmtime.Engine) -> None:
    """Advance it no longer."""
    with _lock:
        _engines.discard(engine)


def _run() -> None:
    while True:
        time.sleep(TICK)
        _advance_all()


def _advance_all() -> None:
    """A function of its own, so that the thread refers to no engine while it sleeps."""
    with _lock:
        engines = list(_engines)
    for engine in engines:
        engine.increment_epoch()
