"""The decision log behind the service, asked over REST."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from tests.support.entries import make_link
from tests.support.servers import GATEWAY, KMS
from vpce_guard.decision_log.links import keep_links
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app


@pytest.fixture
def client(url: str) -> Iterator[TestClient]:
    settings = Settings(database_url=url, log_erase=("/request/RouteTableIds",))
    guard = replace(make_guard(settings), decision_log=open_log(settings))
    with TestClient(make_app(guard), raise_server_exceptions=False) as client:
        yield client


def decide(client: TestClient, document: Any, **more: Any) -> Any:
    answer = client.post("/v1/decisions", json={"document": document, **more})
    assert answer.status_code == 200
    return answer.json()["decisions"][0]


def test_decisions_are_found_again(client: TestClient) -> None:
    good = decide(client, GATEWAY, labels={"team": "a"}, request_id="r-1")
    bad = decide(client, KMS, labels={"team": "b"}, context={"AccountId": "111122223333"})
    decide(client, KMS, dry_run=True)
    found = client.get("/v1/decisions").json()["decisions"]
    assert [d["decision"]["decision_id"] for d in found] in (
        [bad["decision_id"], good["decision_id"]],
        [good["decision_id"], bad["decision_id"]],  # the same millisecond
    )

    def ids(**query: Any) -> list[str]:
        return [d["decision"]["decision_id"] for d in client.get("/v1/decisions", params=query).json()["decisions"]]

    assert ids(allowed=False) == ids(rule_id="VPCE-GW-001") == ids(label="team:b") == [bad["decision_id"]]
    assert ids(request_id="r-1") == [good["decision_id"]]
    assert ids(account_id="111122223333") == [bad["decision_id"]]
    assert ids(until="2020-01-01T00:00:00Z") == []
    assert len(ids(since="2020-01-01T01:00:00+01:00")) == 2
    one = client.get(f"/v1/decisions/{good['decision_id']}").json()
    assert {**one["decision"], "violations": [], "undetermined": []} == {**good, "violations": [], "undetermined": []}
    assert "rtb-0a000001" in str(good["violations"])
    assert "rtb-0a000001" not in str(one)
    assert one["erased"] == ["/input/request/RouteTableIds", "/input/endpoint/RouteTableIds"]
    assert "/result/violations/0/message" in one["masked"]
    assert "RouteTableIds" not in one["input"]["request"]


def test_what_came_to_be_stands_beside_the_decision(client: TestClient) -> None:
    made, open_ = (decide(client, GATEWAY)["decision_id"] for _ in range(2))
    assert client.get(f"/v1/decisions/{made}").json()["became"] is None
    link = make_link(made, outcome="as decided", certainty="tag", endpoint_ids=("vpce-1",))
    keep_links(client.app.state.guard.decision_log.database, [link])  # type: ignore[attr-defined]
    assert client.get(f"/v1/decisions/{made}").json()["became"] == link.model_dump(mode="json")
    listed = client.get("/v1/decisions").json()["decisions"]
    found = {one["decision"]["decision_id"]: one["became"] and one["became"]["endpoint_ids"] for one in listed}
    assert found == {made: ["vpce-1"], open_: None}
    assert "became" not in client.get("/v1/decisions?fields=decision").json()["decisions"][0]


def test_pages_follow_each_other(client: TestClient) -> None:
    every = {decide(client, GATEWAY)["decision_id"] for _ in range(5)}
    found: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = client.get("/v1/decisions", params=query).json()
        found += [d["decision"]["decision_id"] for d in page["decisions"]]
        if page["cursor"] is None:
            break
        query["cursor"] = page["cursor"]
    assert len(found) == 5
    assert set(found) == every


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"since": "yesterday"}, 422),
        ({"until": "2026-01-01T00:00:00"}, 422),
        ({"label": "x"}, 422),
        ({"cursor": "x"}, 422),
        ({"limit": 0}, 422),
        ({"limit": 501}, 422),
        ({"allowed": "perhaps"}, 422),
        ({"rule_id": "' OR 1=1 --"}, 200),
        ({"vpc_id": "%"}, 200),
        ({"vpc_id": "\0"}, 200),
        ({"account_id": "\0' OR ''='"}, 200),
        ({"label": "a\0:b"}, 200),
        ({"service_name": "é" * 500}, 200),
    ],
)
def test_parameters_are_checked_and_never_code(client: TestClient, query: dict[str, Any], status: int) -> None:
    decide(client, KMS)
    answer = client.get("/v1/decisions", params=query)
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["decisions"] == []
    assert client.get("/v1/decisions/nobody%00").status_code == 404


def test_without_a_log_there_is_nothing_to_ask() -> None:
    with TestClient(make_app(make_guard(Settings(decision_log="off")))) as client:
        assert client.get("/v1/decisions").status_code == 404


@pytest.mark.parametrize(("mode", "status"), [("required", 503), ("best-effort", 200)])
def test_what_cannot_be_kept_is_not_allowed_where_it_must_be(url: str, mode: Any, status: int) -> None:
    settings = Settings(database_url=url, decision_log=mode)
    writer = open_log(settings)
    assert writer is not None
    with writer.database.begin() as connection:
        connection.execute(text("DROP TABLE decision_rules"))
    with TestClient(make_app(replace(make_guard(settings), decision_log=writer))) as client:
        answer = client.post("/v1/decisions", json={"document": GATEWAY})
        assert answer.status_code == status
        decisions = answer.json()["decisions"]
    assert [d["allowed"] for d in decisions] == [status == 200]
    assert writer.lost == 1
