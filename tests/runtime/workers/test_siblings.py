"""An order to all other workers is carried out by each, or the one that does not carry it out is ended."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from vpce_guard.errors import SettingsError
from vpce_guard.runtime.workers.siblings import Siblings


def named(folder: Path, name: int, monkeypatch: pytest.MonkeyPatch) -> Siblings:
    """The siblings as the worker with a process id sees them."""
    monkeypatch.setattr(os, "getpid", lambda: name)
    return Siblings(folder)


def test_an_order_is_carried_out_by_all_others_before_it_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(tell_all(tmp_path, monkeypatch))


async def tell_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, three = (named(tmp_path, number, monkeypatch) for number in (1, 2, 3))
    done: list[str] = []

    async def carry_out() -> None:
        await asyncio.sleep(0)
        done.append("done")

    async def never() -> None:
        pytest.fail("it gave the order")

    async with one.obeying({"catch up": never}), two.obeying({"catch up": carry_out}):
        async with three.obeying({"catch up": carry_out}):
            assert await one.tell("catch up", within=60) == []
            assert done == ["done", "done"]
        assert await one.tell("catch up", within=60) == []  # one that has ended is not waited for
    assert len(done) == 3


def test_a_socket_that_a_dead_worker_left_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, gone = named(tmp_path, 1, monkeypatch), named(tmp_path, 2, monkeypatch)
    gone._socket.close()
    assert asyncio.run(one.tell("tell", within=60)) == []


def test_a_worker_that_does_not_carry_an_order_out_is_ended(tmp_path: Path) -> None:
    ready, tell = os.pipe()
    silent = os.fork()
    if silent == 0:
        try:
            os.setsid()
            _kept = Siblings(tmp_path)
            os.write(tell, b"1")
            time.sleep(60)
        finally:
            os._exit(0)
    os.read(ready, 1)
    asyncio.run(Siblings(tmp_path).tell_or_end("catch up", within=0.05))
    _, status = os.waitpid(silent, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL


def test_a_folder_that_no_socket_fits_into_is_refused(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 120)
    long.mkdir()
    with pytest.raises(SettingsError, match="Set TMPDIR to a folder with a short name"):
        Siblings(long)
