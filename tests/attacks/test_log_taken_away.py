"""A log that is taken away under a running service: nothing is decided without it, and /readyz says so first."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from vpce_guard.decision_log import chain, database_file
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.keys import NO_KEYS
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app

GATEWAY = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}
LOG = "urn:vpce-guard:log"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "decisions.db"


@pytest.fixture
def client(path: Path) -> Iterator[TestClient]:
    guard = make_guard(Settings(database_url=f"sqlite:///{path}"))
    with TestClient(make_app(replace(guard, decision_log=open_log(guard.settings)))) as client:
        yield client


def ask(client: TestClient) -> Any:
    return client.post("/v1/decisions", json={"document": GATEWAY})


def expect_refusals(client: TestClient, why: str) -> None:
    """Decisions are refused, a batch of them too, and /readyz says the same."""
    began = time.monotonic()
    alone, batch = ask(client), client.post("/v1/decisions/batch", json={"items": [{"document": GATEWAY}] * 2})
    client.app.state.guard.decision_log._good = 0.0  # type: ignore[attr-defined] # as if a second had passed
    for answer in (alone, batch, client.get("/readyz")):
        assert answer.status_code == 503
        assert answer.json()["type"] == LOG
        assert why in answer.json()["detail"]
    assert [decision["allowed"] for decision in (*alone.json()["decisions"], *batch.json()["decisions"])] == [False] * 3
    assert "vpce_guard_ready 0.0" in client.get("/metrics").text
    assert time.monotonic() - began < 60


def expect_whole(path: Path) -> None:
    database = open_database(f"sqlite:///{path}")
    assert chain.verify(database, NO_KEYS).findings == ()
    database.dispose()


def move(path: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))


def remove(path: Path) -> None:
    path.unlink()


def replace_by_a_copy(path: Path) -> None:
    shutil.copy(path, path.with_name("copy.db"))
    path.with_name("copy.db").replace(path)


def remove_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


@pytest.mark.parametrize("attack", [move, remove, replace_by_a_copy, remove_folder])
def test_a_database_that_is_gone_decides_nothing(
    client: TestClient, path: Path, attack: Callable[[Path], None]
) -> None:
    assert ask(client).status_code == 200
    attack(path)
    expect_refusals(client, "was moved, removed or replaced")


def test_a_log_of_writes_that_is_gone_costs_a_refusal_and_no_record(client: TestClient, path: Path) -> None:
    assert ask(client).status_code == 200
    path.with_name("decisions.db-wal").unlink()
    assert ask(client).status_code == 503
    assert ask(client).status_code == 200
    assert len(client.get("/v1/decisions").json()["decisions"]) == 2
    expect_whole(path)


def test_no_empty_database_takes_the_place_of_one_that_is_gone(client: TestClient, path: Path) -> None:
    assert ask(client).status_code == 200
    remove(path)
    assert client.get("/v1/decisions").status_code == 503
    assert ask(client).status_code == 503
    assert not path.exists()


def test_a_database_that_is_put_back_is_used_again_and_whole(client: TestClient, path: Path) -> None:
    before = ask(client).json()["decisions"][0]["decision_id"]
    move(path)
    assert ask(client).status_code == 503
    path.with_name("elsewhere.db").rename(path)
    after = ask(client).json()["decisions"][0]["decision_id"]
    assert client.get("/readyz").status_code == 200
    kept = [entry["decision"]["decision_id"] for entry in client.get("/v1/decisions").json()["decisions"]]
    assert kept == [after, before]
    expect_whole(path)


def test_a_file_system_that_became_read_only_decides_nothing(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(client).status_code == 200

    class ReadOnly:
        f_flag = os.ST_RDONLY

    monkeypatch.setattr(database_file.os, "statvfs", lambda _: ReadOnly())
    expect_refusals(client, "is read-only")
    monkeypatch.undo()
    assert client.get("/readyz").status_code == 200
    assert ask(client).status_code == 200


def test_a_database_that_takes_no_writes_is_not_ready_before_anybody_asks(client: TestClient, path: Path) -> None:
    assert client.get("/readyz").status_code == 200
    database = open_database(f"sqlite:///{path}")
    with database.begin() as connection:
        refuse = "BEFORE {} ON decision_probes BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
        for what in ("INSERT", "UPDATE"):
            connection.execute(text(f"CREATE TRIGGER no_{what} " + refuse.format(what)))
    database.dispose()
    client.app.state.guard.decision_log._good = 0.0  # type: ignore[attr-defined]
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["type"] == LOG
    assert "disk is full" in answer.json()["detail"]


def test_what_is_merely_tried_is_not_ready_or_not_for_the_log() -> None:
    guard = make_guard(Settings(decision_log="off"))
    with TestClient(make_app(guard)) as client:
        assert client.get("/readyz").status_code == 200
