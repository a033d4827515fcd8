"""PostgreSQL crashes or breaks connections: what was answered is kept, and the chain is whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from tests.support.servers import GATEWAY, Postgresql
from vpce_guard.decision_log import chain, queries
from vpce_guard.decision_log.keys import NO_KEYS


@pytest.fixture
def url(postgresql: Postgresql) -> Iterator[str]:
    url = postgresql.fresh()
    yield url
    postgresql.drop(url)


@pytest.fixture
def client(logged_client: TestClient) -> TestClient:
    return logged_client


def ask(client: TestClient) -> tuple[int, str]:
    answer = client.post("/v1/decisions", json={"document": GATEWAY})
    return answer.status_code, answer.json()["decisions"][0]["decision_id"]


def kept(client: TestClient) -> tuple[Any, set[str]]:
    database = client.app.state.guard.decision_log.database  # type: ignore[attr-defined]
    found = {event["decision_id"] for event in queries.read_all(database, queries.Query())}
    return chain.verify(database, NO_KEYS).findings, found


def test_a_crash_refuses_decisions_until_the_database_is_back(client: TestClient, postgresql: Postgresql) -> None:
    answered = [ask(client) for _ in range(3)]
    postgresql.stop("immediate")
    try:
        refused = [ask(client) for _ in range(2)]
        assert client.get("/readyz").status_code == 503
    finally:
        postgresql.start()
    answered += [ask(client) for _ in range(3)]
    assert [status for status, _ in refused] == [503, 503]
    assert [status for status, _ in answered] == [200] * 6
    findings, found = kept(client)
    assert findings == ()
    assert found == {decision_id for _, decision_id in answered}


def test_a_connection_that_was_broken_is_replaced_and_the_decision_kept(client: TestClient, url: str) -> None:
    answered = [ask(client)]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    answered.append(ask(client))
    assert [status for status, _ in answered] == [200, 200]
    findings, found = kept(client)
    assert findings == ()
    assert found == {decision_id for _, decision_id in answered}
