"""A clock that jumps back an hour: nothing is lost, no decision is passed over in a listing, and the chain is whole."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.servers import GATEWAY
from vpce_guard.decision_log import chain, ids, retention
from vpce_guard.decision_log.keys import NO_KEYS
from vpce_guard.decisions import decide
from vpce_guard.instants import format_milliseconds

HOUR = timedelta(hours=1)


@pytest.fixture
def client(logged_client: TestClient) -> TestClient:
    return logged_client


def ask(client: TestClient, count: int) -> list[str]:
    answers = [client.post("/v1/decisions", json={"document": GATEWAY}) for _ in range(count)]
    return [answer.json()["decisions"][0]["decision_id"] for answer in answers]


def set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    class Earlier:
        @staticmethod
        def time_ns() -> int:
            return time.time_ns() - int(HOUR.total_seconds()) * 10**9

    monkeypatch.setattr(decide, "now", lambda: format_milliseconds(datetime.now(UTC) - HOUR))
    monkeypatch.setattr(ids, "time", Earlier)


def list_all(client: TestClient) -> list[str]:
    listed: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query: dict[str, Any] = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = client.get("/v1/decisions", params=query).json()
        listed += [one["decision"]["decision_id"] for one in page["decisions"]]
        cursor = page["cursor"]
    return listed


def test_a_clock_that_jumps_back_loses_nothing(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ask(client, 3)
    set_back(monkeypatch)
    after = ask(client, 3)
    database = client.app.state.guard.decision_log.database  # type: ignore[attr-defined]
    verified = chain.verify(database, NO_KEYS)
    assert (verified.records, verified.findings) == (6, ())
    listed = list_all(client)
    assert sorted(listed) == sorted([*before, *after])
    assert set(listed[:3]) == set(before)  # newest first, by the time that each says


def test_what_was_decided_after_the_jump_is_not_taken_away_with_what_is_old(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(client, 2)
    set_back(monkeypatch)
    ask(client, 2)
    database = client.app.state.guard.decision_log.database  # type: ignore[attr-defined]
    assert retention.prune(database, format_milliseconds(datetime.now(UTC) - HOUR / 2), NO_KEYS) == 0
    assert chain.verify(database, NO_KEYS).findings == ()
