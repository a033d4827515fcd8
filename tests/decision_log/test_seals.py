"""Seals reach an address outside, whatever it answers, and `log verify` finds what it knows and the log lacks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, update

from tests.support.entries import KEYS, write
from tests.support.place import Answer, Place
from tests.support.servers import free_port
from tests.support.waiting import until
from vpce_guard.decision_log import chain, sending
from vpce_guard.decision_log.anchor import fetch_anchor
from vpce_guard.decision_log.seals import HttpAnchor, SealSender
from vpce_guard.decision_log.tables import CHAINS, CURSORS, DECISIONS, LABELS, RULES
from vpce_guard.errors import LogError, SettingsError
from vpce_guard.runtime.wiring import open_anchors, open_log
from vpce_guard.settings import Settings


class SealStore(Place):
    """Keeps what is sent to it, and gives it back with the status `gives`."""

    gives = 200

    def give(self) -> Answer:
        return Answer(self.gives, b"".join(line + b"\n" for line in self.taken))

    @property
    def told(self) -> list[Any]:
        return [json.loads(line) for line in self.taken]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[SealStore]:
    monkeypatch.setattr(sending, "_FIRST_PAUSE", 0.02)
    store = SealStore()
    yield store
    store.close()


@contextmanager
def sending_to(sqlite_log: Engine, url: str) -> Iterator[SealSender]:
    sender = SealSender(sqlite_log, HttpAnchor(url), token="s3cret", delay=0.05)
    sender.start()
    try:
        yield sender
    finally:
        sender.close(10)


def problems(sqlite_log: Engine, store: SealStore) -> list[str]:
    return [fault.problem for fault in chain.verify(sqlite_log, KEYS, fetch_anchor(store.url, None, KEYS)).findings]


def test_the_newest_seal_of_each_chain_is_sent_once(sqlite_log: Engine, store: SealStore) -> None:
    write(sqlite_log, range(3))
    write(sqlite_log, range(3, 5))
    with sending_to(sqlite_log, store.url) as sender:
        until(lambda: sender.sent == 2)
        write(sqlite_log, range(5, 6))
        until(lambda: sender.sent == 3)
        assert (sender.active, sender.failures, sender.last_error) == (True, 0, None)
        until(lambda: sender.lag_seconds == 0)
    with sending_to(sqlite_log, store.url) as sender:
        write(sqlite_log, range(6, 7))
        until(lambda: sender.sent == 1)
    assert [line["last"] for line in store.told] == [3, 2, 1, 1]
    assert {headers["authorization"] for headers, _ in store.requests} == {"Bearer s3cret"}
    assert {headers["content-type"] for headers, _ in store.requests} == {"application/json"}
    verified = chain.verify(sqlite_log, KEYS, fetch_anchor(store.url, "s3cret", KEYS))
    assert (verified.findings, verified.seals) == ((), 4)


def test_what_it_does_not_take_is_sent_again_and_seen(sqlite_log: Engine, store: SealStore) -> None:
    write(sqlite_log, range(3))
    store.answers = [Answer(503), Answer(400), Answer(200, b"x" * (2 << 20))]
    with sending_to(sqlite_log, store.url) as sender:
        until(lambda: sender.sent == 1)
        assert (sender.failures, sender.last_error) == (3, None)
    assert problems(sqlite_log, store) == []


def test_an_address_that_is_not_there_keeps_no_decision(sqlite_log: Engine) -> None:
    with sending_to(sqlite_log, f"http://127.0.0.1:{free_port()}/seals") as sender:
        write(sqlite_log, range(3))
        until(lambda: sender.failures > 1)
        assert "cannot be reached" in str(sender.last_error)
        assert sender.lag_seconds > 0
    assert chain.verify(sqlite_log, KEYS).records == 3


def test_what_it_knows_and_the_log_lacks_is_found(sqlite_log: Engine, store: SealStore) -> None:
    write(sqlite_log, range(3))
    with sending_to(sqlite_log, store.url) as sender:
        until(lambda: sender.sent == 1)
    with sqlite_log.begin() as connection:
        for table in (DECISIONS, CHAINS, LABELS, RULES):
            connection.execute(delete(table))
    assert "it is missing, and the anchor names it" in problems(sqlite_log, store)


def test_a_seal_that_the_address_gives_back_changed_is_found(sqlite_log: Engine, store: SealStore) -> None:
    write(sqlite_log, range(3))
    with sending_to(sqlite_log, store.url) as sender:
        until(lambda: sender.sent == 1)
    store.taken = [store.taken[0].replace(b'"last":3', b'"last":4'), b"[1]", b'{"head":1}', b"no JSON"]
    assert problems(sqlite_log, store) == ["it was changed, or the key is another", *["it is no seal of a log"] * 2]


def test_an_address_that_does_not_give_seals_back_is_told_with_what_to_do(store: SealStore) -> None:
    store.gives = 405
    with pytest.raises(LogError, match="it answered 405"):
        fetch_anchor(store.url, None, KEYS)
    with pytest.raises(LogError, match="cannot be read: ConnectError"):
        fetch_anchor(f"http://127.0.0.1:{free_port()}/", None, KEYS)


def test_of_two_processes_one_sends(sqlite_log: Engine, store: SealStore) -> None:
    with sending_to(sqlite_log, store.url) as first:
        until(lambda: first.active)
        with sending_to(sqlite_log, store.url) as second:
            write(sqlite_log, [0])  # of several, some could be sent before the rest are written
            until(lambda: first.sent == 1)
            assert (second.active, second.sent) == (False, 0)
    assert len(store.taken) == 1


def test_more_chains_than_go_at_once_all_go(
    sqlite_log: Engine, store: SealStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vpce_guard.decision_log import seals

    monkeypatch.setattr(seals, "_MOST", 2)
    for number in range(5):
        write(sqlite_log, [number])
    with sending_to(sqlite_log, store.url) as sender:
        until(lambda: sender.sent == 5)
    with sqlite_log.connect() as connection:
        assert len(connection.execute(CURSORS.select()).all()) == 5


def test_a_database_that_fails_is_tried_again(sqlite_log: Engine, store: SealStore) -> None:
    write(sqlite_log, range(1))
    with sqlite_log.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE decision_cursors RENAME TO elsewhere")
    with sending_to(sqlite_log, store.url) as sender:
        until(lambda: sender.failures > 0)
        with sqlite_log.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO decision_cursors")
            connection.execute(update(CHAINS).values(started="2026"))
        until(lambda: sender.sent == 1)


def test_the_settings_make_what_they_name(tmp_path: Path, store: SealStore) -> None:
    url = f"sqlite:///{tmp_path / 'log.db'}"
    settings = Settings(database_url=url, log_anchor_url=store.url)
    assert open_anchors(Settings(), None) == []
    (sender,) = open_anchors(settings, open_log(settings))
    assert (sender.place.kind, sender.place.url) == ("anchor", store.url)
    with pytest.raises(SettingsError, match="no decision log whose seals could be anchored"):
        open_anchors(settings, None)
