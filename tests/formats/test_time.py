"""The time of a decision: the clock's, unless the caller says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from vpce_guard.formats import read
from vpce_guard.instants import instant
from vpce_guard.model import Proposal

STATED = "2019-06-01T00:00:00Z"
DOCUMENT = {
    "operation": "create",
    "request": {"VpcId": "vpc-0a1b2c3d", "ServiceName": "com.amazonaws.us-east-1.s3"},
    "context": {"time": STATED},
}


def proposal(at: str | None = None, context: dict[str, str] | None = None) -> Proposal:
    (found,) = read(DOCUMENT, at=at, context=context)
    return found


def test_a_document_does_not_bring_its_own_time() -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    decided = datetime.fromisoformat(proposal().context["time"])
    assert before <= decided <= datetime.now(UTC)


def test_nor_does_a_context_for_all() -> None:
    (found,) = read({**DOCUMENT, "context": {}}, context={"time": STATED})
    assert found.context["time"] != STATED


def test_the_time_of_the_document_counts_where_that_is_asked_for() -> None:
    assert proposal("document").context["time"] == STATED


def test_another_time_may_be_given() -> None:
    found = proposal("2030-01-01T00:00:00Z")
    assert found.context["time"] == "2030-01-01T00:00:00Z"
    assert found.instant == instant("2030-01-01T00:00:00Z")


def test_a_document_without_a_time_is_decided_now() -> None:
    (found,) = read({**DOCUMENT, "context": {}}, at="document")
    assert datetime.fromisoformat(found.context["time"]) > datetime(2026, 1, 1, tzinfo=UTC)
