"""One thread advances the epochs of all engines, and of none that is gone."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
import wasmtime

from tests.support.waiting import until
from vpce_guard.engines import epochs


@pytest.fixture
def engine() -> wasmtime.Engine:
    config = wasmtime.Config()
    config.epoch_interruption = True
    return wasmtime.Engine(config)


def endless(engine: wasmtime.Engine) -> None:
    """A call that never ends by itself, with two ticks of time."""
    store = wasmtime.Store(engine)
    store.set_epoch_deadline(2)
    module = wasmtime.Module(engine, wasmtime.wat2wasm('(module (func (export "run") (loop br 0)))'))
    wasmtime.Instance(store, module, []).exports(store)["run"](store)


def test_a_call_past_its_time_is_ended(engine: wasmtime.Engine) -> None:
    epochs.advance(engine)
    with pytest.raises(wasmtime.Trap, match="interrupt"):
        endless(engine)


def test_one_thread_is_enough_and_keeps_no_engine() -> None:
    engines = [wasmtime.Engine() for _ in range(20)]
    for each in engines:
        epochs.advance(each)
    assert [thread.name for thread in threading.enumerate()].count("wasm-epoch") == 1
    gone = weakref.ref(engines.pop())
    del each
    gc.collect()
    until(lambda: gone() is None)
    epochs.stop(engines[0])
    assert engines[0] not in epochs._engines
