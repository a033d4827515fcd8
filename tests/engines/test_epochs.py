"""One thread advances the epochs of all engines, and of none that is gone."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

import pytest
import wasmtime

from tests.support.waiting import LONGEST, until
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


class Owner:
    """Whoever uses an engine."""


def test_a_call_past_its_time_is_ended(engine: wasmtime.Engine) -> None:
    owner = Owner()
    epochs.advance(engine, owner=owner)
    with pytest.raises(wasmtime.Trap, match="interrupt"):
        endless(engine)
    epochs.stop(engine)
    assert engine not in epochs._engines.values()


def test_one_thread_is_enough_and_keeps_no_engine_whose_owner_is_gone() -> None:
    owners = [Owner() for _ in range(20)]
    engines = [wasmtime.Engine() for _ in owners]
    for engine, owner in zip(engines, owners, strict=True):
        epochs.advance(engine, owner=owner)
    assert [thread.name for thread in threading.enumerate()].count("wasm-epoch") == 1
    gone = weakref.ref(engines.pop())
    del engine, owner
    owners.pop()
    gc.collect()
    until(lambda: gone() is None)
    assert set(map(id, engines)) <= epochs._engines.keys()


def test_an_engine_that_is_being_deleted_is_advanced_no_more() -> None:
    advanced = threading.Event()
    deleting = threading.Event()
    late: list[wasmtime.Engine] = []

    class Engine(wasmtime.Engine):
        def increment_epoch(self) -> None:
            if deleting.is_set():
                late.append(self)
            advanced.set()

        def _delete(self, ptr: Any) -> None:
            deleting.set()  # the memory is given back from here on, other threads running
            advanced.clear()
            advanced.wait(10 * epochs.TICK)
            super()._delete(ptr)

    owner = Owner()
    epochs.advance(Engine(), owner=owner)
    advanced.wait(LONGEST)
    del owner
    until(deleting.is_set)
    assert late == []
