"""What sends goes on after whatever fails, tries further and further apart, and ends when it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import Connection, Engine

from tests.support.waiting import until
from vpce_guard.decision_log import sending
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.sending import Sender


class Failing(Sender):
    """Fails as often as it is told to, and then does nothing."""

    event = "not_sent_in_a_test"
    left, steps, forgotten = 2, 0, 0

    def _step(self, connection: Connection, client: httpx2.Client) -> float:  # noqa: ARG002
        self.steps += 1
        if self.left:
            self.left -= 1
            raise OSError("first line\nsecond line")
        self._note_success()
        return 3600.0

    def _forget_lag(self) -> None:
        self.forgotten += 1


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    database = open_database(f"sqlite:///{tmp_path / 'log.db'}")
    yield database
    database.dispose()


def test_it_goes_on_soon_after_a_failure_though_it_sends_seldom_and_ends_at_once(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_FIRST_PAUSE", 0.02)
    sender = Failing(database, name="place", token=None, delay=3600.0)
    sender.start()
    until(lambda: sender.steps == 3 and sender.last_error is None)
    assert (sender.active, sender.failures, sender.forgotten) == (True, 2, 2)
    sender.close(10)
    assert not sender._thread.is_alive()


def test_a_failure_is_told_by_its_first_line() -> None:
    sender = Failing(None, name="place", token=None, delay=1.0)  # type: ignore[arg-type]
    sender._note_failure(OSError("first line\nsecond line"))
    assert sender.last_error == "first line"
    sender._note_failure(OSError())
    assert sender.last_error == "OSError"


def test_attempts_are_further_and_further_apart() -> None:
    sender = Failing(None, name="place", token=None, delay=1.0)  # type: ignore[arg-type]
    pauses = []
    for sender._attempt in (1, 3, 6, 30):
        pauses.append([sender._pause() for _ in range(50)])
    assert all(0.5 <= pause <= 1.0 for pause in pauses[0])
    assert all(2.0 <= pause <= 4.0 for pause in pauses[1])
    assert all(16.0 <= pause <= 32.0 for pause in pauses[2])
    assert all(30.0 <= pause <= 60.0 for pause in pauses[3])
    assert len(set(pauses[3])) > 40
