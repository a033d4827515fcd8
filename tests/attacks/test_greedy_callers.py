"""Callers who ask for as much as they can get: they get their share, and who asks for little is answered."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.waiting import LONGEST, until
from vpce_guard.engines import Evaluations, wasm_instance
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.model import Json, Proposal
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app
from vpce_guard.surfaces.api.routes import explanations
from vpce_guard.whatif.explain.explainer import Explainer
from vpce_guard.whatif.explain.types import Explanation

GATEWAY = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}


def gateways(count: int, vpc: str = "vpc-0a000001") -> list[Json]:
    """Endpoints of one VPC, some hundred bytes each."""
    tags = [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "Name", "Value": "x" * 200}]}]
    return [
        {"operation": "create", "request": {**GATEWAY, "VpcId": vpc, "TagSpecifications": tags}} for _ in range(count)
    ]


def bearer(name: str) -> dict[str, str]:
    return {"authorization": f"Bearer {name}"}


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    keys = tmp_path / "keys"
    keys.write_text("".join(f"{n}:{hashlib.sha256(n.encode()).hexdigest()}\n" for n in ("greedy", "other", "polite")))
    return {"api_keys_file": keys, "database_url": f"sqlite:///{tmp_path / 'log.db'}"}


def served(**settings: Any) -> TestClient:
    guard = make_guard(Settings(**settings))
    return TestClient(make_app(replace(guard, decision_log=open_log(guard.settings))), raise_server_exceptions=False)


class HeldEngine:
    """Holds every call of the engine until it is let go, and tells how many there are."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go_on = threading.Event()
        self.calls: list[int] = []
        evaluate, held = EmbeddedEngine.evaluate, self

        async def wait(engine: EmbeddedEngine, inputs: Sequence[Json]) -> Evaluations:
            held.calls.append(len(inputs))
            await asyncio.to_thread(held.go_on.wait, LONGEST)
            return await evaluate(engine, inputs)

        monkeypatch.setattr(EmbeddedEngine, "evaluate", wait)


class Asking:
    """Requests that are under way, and what they were answered."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.threads: list[threading.Thread] = []
        self.answers: list[tuple[str, int]] = []

    def begin(self, caller: str, document: Any) -> None:
        def ask() -> None:
            answer = self.client.post("/v1/decisions", json={"document": document}, headers=bearer(caller))
            self.answers.append((caller, answer.status_code))

        self.threads.append(threading.Thread(target=ask))
        self.threads[-1].start()

    def finish(self) -> list[tuple[str, int]]:
        for thread in self.threads:
            thread.join(LONGEST)
        return self.answers

    @property
    def inside(self) -> int:
        """How many are in the service."""
        turns = self.client.app.state.turns  # type: ignore[attr-defined]
        return sum(map(len, turns._visits.values()))


def test_large_documents_take_one_turn_at_a_time_and_small_ones_go_by(
    settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = HeldEngine(monkeypatch)
    with served(**settings) as client:
        asking = Asking(client)
        for caller in ("greedy", "other", "greedy", "other"):
            asking.begin(caller, gateways(11))
        until(lambda: asking.inside == 4)
        asking.begin("polite", GATEWAY)
        until(lambda: 1 in held.calls)
        assert sorted(held.calls) == [1, 11]
        held.go_on.set()
        assert sorted(asking.finish()) == [("greedy", 200)] * 2 + [("other", 200)] * 2 + [("polite", 200)]


def test_where_all_is_full_the_greediest_gives_way(settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    held = HeldEngine(monkeypatch)
    with served(**settings, max_concurrent=8) as client:
        asking = Asking(client)
        for _ in range(6):
            asking.begin("greedy", GATEWAY)
        until(lambda: asking.inside == 6)
        for _ in range(2):
            asking.begin("other", GATEWAY)
        until(lambda: asking.inside == 8)
        asking.begin("greedy", GATEWAY)  # one that has most asks for more
        until(lambda: asking.answers == [("greedy", 429)])
        asking.begin("polite", GATEWAY)
        until(lambda: len(asking.answers) == 2)
        assert asking.answers[1] == ("greedy", 429)
        held.go_on.set()
        answers = asking.finish()
    assert ("polite", 200) in answers
    assert answers.count(("greedy", 200)) == 5
    assert answers.count(("other", 200)) == 2


def test_labels_count_for_each_endpoint_that_is_found_by_them(settings: dict[str, Any]) -> None:
    labels = {f"name-{number}": "value" for number in range(200)}
    request = {"ServiceName": "com.amazonaws.us-east-1.sqs", "VpcEndpointType": "Interface"}
    apart = [{"operation": "create", "request": {**request, "VpcId": f"vpc-{number:08x}"}} for number in range(200)]
    with served(**settings) as client:
        for document in (apart, [{**one, "labels": labels} for one in apart]):
            more = {} if "labels" in document[0] else {"labels": labels}
            answer = client.post("/v1/decisions", json={"document": document, **more}, headers=bearer("greedy"))
            assert (answer.status_code, "the limit is 16,777,216" in answer.json()["detail"]) == (413, True)
        few = {"document": apart[:3], "labels": labels}
        assert client.post("/v1/decisions", json=few, headers=bearer("greedy")).status_code == 200
        one = {"document": GATEWAY, "labels": {**labels, "one": "more"}}
        answer = client.post("/v1/decisions", json=one, headers=bearer("greedy"))
        assert answer.json()["detail"] == "An endpoint has 201 labels; the limit is 200. Send fewer."


def test_explanations_take_a_turn_for_each_endpoint(settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    go_on = threading.Semaphore(0)
    explain = Explainer.explain

    def wait(explainer: Explainer, proposal: Proposal, *more: Any, **options: Any) -> Explanation:
        begun.append(str(proposal.labels["of"]))
        assert go_on.acquire(timeout=LONGEST)
        return explain(explainer, proposal, *more, **{**options, "flip": False})

    monkeypatch.setattr(Explainer, "explain", wait)
    monkeypatch.setattr(explanations, "_AT_ONCE", 1)
    with served(**settings) as client:
        asking = [
            threading.Thread(
                target=client.post,
                args=["/v1/explanations"],
                kwargs={"json": {"document": gateways(3), "labels": {"of": name}}, "headers": bearer(name)},
            )
            for name in ("greedy", "polite")
        ]
        for number, thread in enumerate(asking, 1):
            thread.start()
            until(lambda number=number: sum(map(len, client.app.state.turns._visits.values())) == number)
        until(lambda: begun)
        for _ in range(6):
            go_on.release()
        for thread in asking:
            thread.join(LONGEST)
    assert begun[0] == "greedy"
    assert "polite" in begun[:3]
    assert sorted(begun) == ["greedy"] * 3 + ["polite"] * 3


def test_explanations_end_where_they_have_had_what_a_request_may_take(
    settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = iter(range(0, 1000, 20))
    monkeypatch.setattr(explanations, "time", SimpleNamespace(monotonic=lambda: next(now)))
    with served(**settings, request_timeout=30.0) as client:
        asked = {"document": gateways(3), "flip": False}
        answer = client.post("/v1/explanations", json=asked, headers=bearer("greedy"))
    assert (answer.status_code, answer.json()["detail"]) == (
        413,
        "To explain 2 of 3 endpoints took longer than 30 s. Send fewer, name one rule, or set flip to false.",
    )


def test_a_thousand_endpoints_of_one_vpc_are_refused_before_anything_is_done(
    settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = HeldEngine(monkeypatch)
    held.go_on.set()
    with served(**settings) as client:
        held.calls.clear()
        for path, body in (
            ("/v1/decisions", {"document": gateways(1000)}),
            ("/v1/decisions/batch", {"items": [{"document": gateways(1000)}]}),
        ):
            answer = client.post(path, json=body, headers=bearer("greedy"))
            problem = answer.json() if answer.status_code != 200 else answer.json()["results"][0]["error"]
            assert problem["status"] == 413
            assert "1000 endpoints" in problem["detail"]
            assert "VPCE_GUARD_MAX_WORK" in problem["detail"]
    assert held.calls == []


def test_an_instance_that_has_grown_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wasm_instance, "_GROWN", 1 << 20)
    guard = make_guard(Settings(max_work=1 << 30))
    engine = guard.engine
    assert isinstance(engine, EmbeddedEngine)
    few, many = (guard.question(gateways(count), request_id="r") for count in (1, 100))
    try:
        asyncio.run(guard.decide([few]))
        assert engine._idle.qsize() == 1
        (decisions,) = asyncio.run(guard.decide([many]))
        assert decisions.failure is None
        assert engine._idle.qsize() == 0
        (decisions,) = asyncio.run(guard.decide([few]))
        assert decisions.failure is None
    finally:
        asyncio.run(engine.close())


class TestListings:
    @pytest.fixture
    def client(self, settings: dict[str, Any]) -> Iterator[TestClient]:
        with served(**settings) as client:
            for number in range(25):
                document = {**GATEWAY, "VpcId": f"vpc-{number:08x}"}
                client.post("/v1/decisions", json={"document": document}, headers=bearer("greedy"))
            yield client

    def list(self, client: TestClient, **query: Any) -> Any:
        answer = client.get("/v1/decisions", params=query, headers=bearer("greedy"))
        assert answer.status_code == 200
        return answer.json()

    def test_inputs_are_there_only_for_who_asks(self, client: TestClient) -> None:
        without = {"decision", "requested_by", "erased", "masked", "became"}
        assert set(self.list(client, limit=1)["decisions"][0]) == without
        found = self.list(client, limit=1, fields="decision,input")["decisions"][0]
        assert set(found) == {"decision", "input"}
        assert found["input"]["request"]["VpcId"] == found["decision"]["subject"]["vpc_id"]

    @pytest.mark.parametrize("limit", [1, 20, 24, 25, 26, 500])
    def test_a_page_in_pieces_is_the_page(self, client: TestClient, limit: int) -> None:
        page = self.list(client, limit=limit)
        found = [entry["decision"]["subject"]["vpc_id"] for entry in page["decisions"]]
        assert found == [f"vpc-{number:08x}" for number in range(24, max(24 - limit, -1), -1)]
        assert (page["cursor"] is None) is (limit >= 25)
        if limit == 20:
            rest = self.list(client, limit=500, cursor=page["cursor"])["decisions"]
            assert [entry["decision"]["subject"]["vpc_id"] for entry in rest] == [
                f"vpc-{n:08x}" for n in range(4, -1, -1)
            ]

    @pytest.mark.parametrize("fields", ["", "x", "decision,x", "input,", "INPUT"])
    def test_a_member_that_there_is_not_is_422(self, client: TestClient, fields: str) -> None:
        answer = client.get("/v1/decisions", params={"fields": fields}, headers=bearer("greedy"))
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/fields"


def test_what_the_endpoints_of_a_request_have_in_common_is_kept_once(settings: dict[str, Any], tmp_path: Path) -> None:
    def size(count: int) -> int:
        url = f"sqlite:///{tmp_path / f'{count}.db'}"
        with served(**{**settings, "database_url": url}, max_work=1 << 30) as client:
            asked = {"document": gateways(count), "context": {"Subnets": [{"SubnetId": "s" * 9000}]}}
            assert client.post("/v1/decisions", json=asked, headers=bearer("greedy")).status_code == 200
            database = client.app.state.guard.decision_log.database  # type: ignore[attr-defined]
            with database.connect() as connection:
                sums = "SELECT sum(length(input)) FROM decisions", "SELECT sum(length(content)) FROM decision_parts"
                return sum(connection.exec_driver_sql(one).scalar_one() for one in sums)

    assert size(40) < 6 * size(10)
