"""A lock is held by one at a time, and is free when its holder has gone."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

from sqlalchemy import Engine

from vpce_guard.decision_log.lock import Lock, Turn


def test_one_at_a_time(engine: Engine) -> None:
    with Lock(engine, "forward") as first:
        assert first is not None
        with Lock(engine, "forward") as second, Lock(engine, "another") as other:
            assert second is None
            assert other is not None
    with Lock(engine, "forward") as again:
        assert again is not None


def test_who_waits_for_a_turn_gets_it_when_the_one_before_is_done_or_dead(tmp_path: Path) -> None:
    path = tmp_path / "turn"
    has_it, tell = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            with Turn(path):
                os.write(tell, b"1")
                time.sleep(60)
        finally:
            os._exit(0)
    os.read(has_it, 1)
    waited: list[str] = []

    def wait() -> None:
        with Turn(path):
            waited.append("got it")

    thread = threading.Thread(target=wait)
    thread.start()
    assert waited == []
    os.kill(process, signal.SIGKILL)
    thread.join(60)
    os.waitpid(process, 0)
    assert waited == ["got it"]
    turn = Turn(path)
    with turn:
        pass
    with turn:  # again and again
        pass
