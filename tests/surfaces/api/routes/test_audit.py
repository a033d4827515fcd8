"""POST /v1/audit: the answer of `audit -o json`, within the limits of a batch, and nothing recorded."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.command import run
from tests.support.existing import gateway, interface, subnet
from vpce_guard.errors import EngineError
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app

AT = "2026-11-30T12:00:00Z"
DOCUMENTS: list[dict[str, Any]] = [
    {"VpcEndpoints": [interface(), gateway()]},
    {"Subnets": [subnet("subnet-0a100001", "a"), subnet("subnet-0a200001", "b")]},
]
CHANGING = ("decision_id", "request_id", "timestamp", "metrics")


@pytest.fixture
def org(tmp_path: Path) -> Path:
    path = tmp_path / "org.json"
    path.write_text(json.dumps({"tags": {"required": [{"key": "owner"}]}}))
    return path


def ask(guard: Guard, content: Any) -> Any:
    return TestClient(make_app(guard), raise_server_exceptions=False).post("/v1/audit", json=content)


def without_ids(found: Any) -> Any:
    if isinstance(found, dict):
        return {name: without_ids(value) for name, value in found.items() if name not in CHANGING}
    return [without_ids(one) for one in found] if isinstance(found, list) else found


def test_the_answer_is_that_of_the_command(tmp_path: Path, org: Path) -> None:
    paths = []
    for number, document in enumerate(DOCUMENTS):
        paths.append(str(tmp_path / f"{number}.json"))
        Path(paths[-1]).write_text(json.dumps(document))
    told = json.loads(run("audit", *paths, "--data", str(org), "--at", AT, "-o", "json").stdout)
    answer = ask(make_guard(Settings(org_data=(org,))), {"documents": DOCUMENTS, "at": AT})
    assert answer.status_code == 200
    found = answer.json()
    for one in told["decisions"]:
        one["subject"]["source"] = None  # a request has no files
    assert without_ids(found) == without_ids(told)
    assert not found["allowed"]
    assert [one["decision_id"] for one in found["decisions"]] == [
        one["decision_id"] for one in found["audit"]["endpoints"]
    ]


def test_since_tells_what_changed(org: Path) -> None:
    guard = make_guard(Settings(org_data=(org,)))
    first = ask(guard, {"documents": DOCUMENTS, "at": AT}).json()
    mended = [{"VpcEndpoints": [interface()]}, DOCUMENTS[1]]
    second = ask(guard, {"documents": mended, "at": "2026-12-30T12:00:00Z", "since": first}).json()
    assert second["allowed"]
    assert [one["endpoint_id"] for one in second["audit"]["changes"]["gone"]] == ["vpce-0a00000000000002a"]


def test_nothing_is_recorded(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'log.db'}")
    guard = replace(make_guard(settings), decision_log=open_log(settings))
    with TestClient(make_app(guard)) as client:
        assert client.post("/v1/audit", json={"documents": DOCUMENTS}).status_code == 200
        assert client.get("/v1/decisions").json()["decisions"] == []


def test_a_cut_off_answer_is_noted_and_strict_denies_what_is_not_known() -> None:
    cut = {"documents": [{"VpcEndpoints": [gateway()], "NextToken": "t"}]}
    plain, strict = (ask(make_guard(Settings()), {**cut, "strict": strict}).json() for strict in (False, True))
    assert plain["notes"] == ["the answer was cut off (NextToken): what comes after it is not judged"]
    assert (plain["allowed"], strict["allowed"]) == (True, False)


@pytest.mark.parametrize(
    ("content", "status", "pointer"),
    [
        ({"documents": []}, 422, "/documents"),
        ({"documents": [DOCUMENTS[0], {"Resources": {}}]}, 422, "/documents/1"),
        ({"documents": [{"VpcEndpoints": [5]}]}, 422, "/documents/0/VpcEndpoints"),
        ({"documents": [DOCUMENTS[1]]}, 422, None),
        ({"documents": DOCUMENTS, "at": "yesterday"}, 422, "/at"),
        ({"documents": DOCUMENTS, "since": {"audit": 5}}, 422, None),
        ({"documents": DOCUMENTS, "document": {}}, 422, "/document"),
    ],
)
def test_what_cannot_be_audited_is_told_with_its_place(content: Any, status: int, pointer: str | None) -> None:
    answer = ask(make_guard(Settings()), content)
    assert answer.status_code == status
    assert [one["pointer"] for one in answer.json()["errors"]] == ([pointer] if pointer else [])


@pytest.mark.parametrize("limit", [{"max_batch": 1}, {"max_work": 1024}])
def test_more_than_a_batch_may_hold_is_too_large(limit: dict[str, int]) -> None:
    assert ask(make_guard(Settings(**limit)), {"documents": DOCUMENTS}).status_code == 413


def test_where_nothing_can_be_judged_the_answer_is_503_with_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    guard = make_guard(Settings())

    async def fail(_: Any) -> Any:
        raise EngineError("It is away.")

    monkeypatch.setattr(guard.engine, "evaluate", fail)
    answer = ask(guard, {"documents": DOCUMENTS})
    assert answer.status_code == 503
    assert [(one["allowed"], one["error"]) for one in answer.json()["decisions"]] == [(False, "It is away.")] * 2
