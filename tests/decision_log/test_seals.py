"""Seals reach an address outside, whatever it answers, and `log verify` finds what it knows and the log lacks."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, update

from tests.support.entries import KEYS, write
from tests.support.servers import free_port
from tests.support.waiting import until
from vpce_guard.decision_log import chain, sending
from vpce_guard.decision_log.anchor import fetch_anchor
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.seals import HttpAnchor, SealSender
from vpce_guard.decision_log.tables import CHAINS, CURSORS, DECISIONS, LABELS, RULES
from vpce_guard.errors import LogError, SettingsError
from vpce_guard.runtime.wiring import open_anchors, open_log
from vpce_guard.settings import Settings


class SealStore:
    """Keeps what is sent to it and gives it back. `answers` are given to POST in turn, then 200."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.requests: list[dict[str, str]] = []
        self.answers: list[tuple[int, bytes]] = []
        self.gives = 200
        store = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                store.requests.append({name.lower(): value for name, value in self.headers.items()})
                status, told = store.answers.pop(0) if store.answers else (200, b"")
                if status == 200:
                    store.lines.append(body)
                self._answer(status, told)

            def do_GET(self) -> None:
                self._answer(store.gives, b"".join(line + b"\n" for line in store.lines))

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self._server.server_port}/seals"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def told(self) -> list[Any]:
        return [json.loads(line) for line in self.lines]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[SealStore]:
    monkeypatch.setattr(sending, "_FIRST_PAUSE", 0.02)
    store = SealStore()
    yield store
    store.close()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    database = open_database(f"sqlite:///{tmp_path / 'log.db'}")
    yield database
    database.dispose()


@contextmanager
def sending_to(database: Engine, url: str) -> Iterator[SealSender]:
    sender = SealSender(database, HttpAnchor(url), token="s3cret", delay=0.05)
    sender.start()
    try:
        yield sender
    finally:
        sender.close(10)


def problems(database: Engine, store: SealStore) -> list[str]:
    return [fault.problem for fault in chain.verify(database, KEYS, fetch_anchor(store.url, None, KEYS)).findings]


def test_the_newest_seal_of_each_chain_is_sent_once(database: Engine, store: SealStore) -> None:
    write(database, range(3))
    write(database, range(3, 5))
    with sending_to(database, store.url) as sender:
        until(lambda: sender.sent == 2)
        write(database, range(5, 6))
        until(lambda: sender.sent == 3)
        assert (sender.active, sender.failures, sender.last_error) == (True, 0, None)
        until(lambda: sender.lag_seconds == 0)
    with sending_to(database, store.url) as sender:
        write(database, range(6, 7))
        until(lambda: sender.sent == 1)
    assert [line["last"] for line in store.told] == [3, 2, 1, 1]
    assert {request["authorization"] for request in store.requests} == {"Bearer s3cret"}
    assert {request["content-type"] for request in store.requests} == {"application/json"}
    verified = chain.verify(database, KEYS, fetch_anchor(store.url, "s3cret", KEYS))
    assert (verified.findings, verified.seals) == ((), 4)


def test_what_it_does_not_take_is_sent_again_and_seen(database: Engine, store: SealStore) -> None:
    write(database, range(3))
    store.answers = [(503, b""), (400, b""), (200, b"x" * (2 << 20))]
    with sending_to(database, store.url) as sender:
        until(lambda: sender.sent == 1)
        assert (sender.failures, sender.last_error) == (3, None)
    assert problems(database, store) == []


def test_an_address_that_is_not_there_keeps_no_decision(database: Engine) -> None:
    with sending_to(database, f"http://127.0.0.1:{free_port()}/seals") as sender:
        write(database, range(3))
        until(lambda: sender.failures > 1)
        assert "cannot be reached" in str(sender.last_error)
        assert sender.lag_seconds > 0
    assert chain.verify(database, KEYS).records == 3


def test_what_it_knows_and_the_log_lacks_is_found(database: Engine, store: SealStore) -> None:
    write(database, range(3))
    with sending_to(database, store.url) as sender:
        until(lambda: sender.sent == 1)
    with database.begin() as connection:
        for table in (DECISIONS, CHAINS, LABELS, RULES):
            connection.execute(delete(table))
    assert "it is missing, and the anchor names it" in problems(database, store)


def test_a_seal_that_the_address_gives_back_changed_is_found(database: Engine, store: SealStore) -> None:
    write(database, range(3))
    with sending_to(database, store.url) as sender:
        until(lambda: sender.sent == 1)
    store.lines = [store.lines[0].replace(b'"last":3', b'"last":4'), b"[1]", b'{"head":1}', b"no JSON"]
    assert problems(database, store) == ["it was changed, or the key is another", *["it is no seal of a log"] * 2]


def test_an_address_that_does_not_give_seals_back_is_told_with_what_to_do(store: SealStore) -> None:
    store.gives = 405
    with pytest.raises(LogError, match="it answered 405"):
        fetch_anchor(store.url, None, KEYS)
    with pytest.raises(LogError, match="cannot be read: ConnectError"):
        fetch_anchor(f"http://127.0.0.1:{free_port()}/", None, KEYS)


def test_of_two_processes_one_sends(database: Engine, store: SealStore) -> None:
    with sending_to(database, store.url) as first:
        until(lambda: first.active)
        with sending_to(database, store.url) as second:
            write(database, range(3))
            until(lambda: first.sent == 1)
            assert (second.active, second.sent) == (False, 0)
    assert len(store.lines) == 1


def test_more_chains_than_go_at_once_all_go(
    database: Engine, store: SealStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vpce_guard.decision_log import seals

    monkeypatch.setattr(seals, "_MOST", 2)
    for number in range(5):
        write(database, [number])
    with sending_to(database, store.url) as sender:
        until(lambda: sender.sent == 5)
    with database.connect() as connection:
        assert len(connection.execute(CURSORS.select()).all()) == 5


def test_a_database_that_fails_is_tried_again(database: Engine, store: SealStore) -> None:
    write(database, range(1))
    with database.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE decision_cursors RENAME TO elsewhere")
    with sending_to(database, store.url) as sender:
        until(lambda: sender.failures > 0)
        with database.begin() as connection:
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
