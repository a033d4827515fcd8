"""Decisions and failures of engines as the observer counts them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from tests.support.numbers import WatchedService
from tests.support.recording import GATEWAY
from vpce_guard.engines import Evaluations
from vpce_guard.engines.evaluation import Evaluation
from vpce_guard.errors import EngineError, LogError
from vpce_guard.model import EngineName, Entry, Json
from vpce_guard.runtime.guard import Guard
from vpce_guard.surfaces.api import make_app

DENIED = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.kms"}


DECISIONS = "vpce_guard_decisions_total"


class Fails:
    """An engine that gives no answer, or one of another bundle."""

    name: EngineName = "embedded"

    def __init__(self, revision: str | None = None) -> None:
        self.revision = revision

    async def evaluate(self, inputs: Sequence[Json]) -> Evaluations:
        if self.revision is None:
            raise EngineError("It is broken.")
        empty = {"revision": self.revision, "violations": [], "undetermined": [], "waivers": [], "reach": None}
        return Evaluations([Evaluation.model_validate(empty)] * len(inputs), self.revision, "embedded")

    async def close(self) -> None:
        pass


class NoLog:
    """A decision log that cannot be written."""

    def prepare(self, inputs: Sequence[Json]) -> list[Callable[[], bytes]]:
        return [lambda: b"" for _ in inputs]

    async def write(self, entries: Sequence[Entry]) -> None:  # noqa: ARG002 - the protocol's
        raise LogError("The disk is full.")


@pytest.mark.parametrize(
    ("document", "strict", "outcome"),
    [(GATEWAY, False, "allowed"), (DENIED, False, "denied"), (GATEWAY, True, "undetermined")],
)
def test_decisions_are_counted_by_outcome(watched: WatchedService, document: Json, strict: bool, outcome: str) -> None:
    assert watched.asked(document, strict=strict) == 200
    assert watched.number(DECISIONS, outcome=outcome, engine="embedded", fallback="false", dry_run="false") == 1
    assert sum(watched.number(DECISIONS, outcome=o) or 0 for o in ("allowed", "denied", "undetermined", "error")) == 1
    assert watched.number("vpce_guard_caller_decisions_total", caller="local", outcome=outcome) == 1


def test_outcomes_begin_at_zero_so_that_the_first_failure_is_an_increase(watched: WatchedService) -> None:
    for outcome in ("allowed", "denied", "undetermined", "error"):
        assert watched.number(DECISIONS, outcome=outcome, engine="embedded", fallback="false", dry_run="false") == 0
    for reason in ("engine", "revision"):
        assert watched.number("vpce_guard_engine_failures_total", engine="embedded", reason=reason) == 0


def test_a_dry_run_is_counted_apart(watched: WatchedService) -> None:
    watched.asked(dry_run=True)
    assert watched.number(DECISIONS, outcome="allowed", dry_run="true") == 1
    assert watched.number(DECISIONS, outcome="allowed", dry_run="false") == 0


@pytest.mark.parametrize(("revision", "reason"), [(None, "engine"), ("of another bundle", "revision")])
def test_an_engine_that_fails_is_counted_by_why_and_its_decisions_are_errors(
    guard: Guard, revision: str | None, reason: str
) -> None:
    service = WatchedService(replace(guard, policy=replace(guard.policy, engine=Fails(revision))))
    assert service.asked() == 503
    assert service.number(DECISIONS, outcome="error") == 1
    assert service.number("vpce_guard_engine_failures_total", engine="embedded", reason=reason) == 1
    assert service.number("vpce_guard_ready") == 0


def test_decisions_that_cannot_be_logged_are_errors(guard: Guard) -> None:
    app = make_app(guard)
    guard.decision_log = NoLog()  # type: ignore[assignment]
    question = guard.question(GATEWAY, request_id="r")
    asyncio.run(guard.decide([question]))
    guard.decision_log = None
    page = TestClient(app).get("/metrics").text
    assert re.search(r'^vpce_guard_decisions_total{.*outcome="error"} 1.0$', page, re.MULTILINE)


def test_an_engine_in_place_of_another_is_counted(guard: Guard) -> None:
    class InPlace(Fails):
        async def evaluate(self, inputs: Sequence[Json]) -> Evaluations:
            return (await super().evaluate(inputs))._replace(fallback="OPA is away")

    engine = InPlace(guard.bundle.revision)
    service = WatchedService(replace(guard, policy=replace(guard.policy, engine=engine)))
    assert service.asked() == 200
    assert service.number(DECISIONS, outcome="allowed", engine="embedded", fallback="true") == 1


def test_rules_are_counted_by_what_they_found(watched: WatchedService) -> None:
    watched.asked(DENIED)
    assert watched.number("vpce_guard_violations_total", rule_id="VPCE-GW-001", enforcement_action="deny") == 1
    assert watched.number("vpce_guard_violations_total", rule_id="VPCE-GW-002", enforcement_action="warn") == 1
    assert watched.number("vpce_guard_undetermined_total", rule_id="VPCE-COMMON-006") == 1
    assert watched.number("vpce_guard_undetermined_total", rule_id="VPCE-GW-001") is None
