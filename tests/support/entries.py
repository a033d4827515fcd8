"""Entries to write, by number: each differs from the next in what it can be found by."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Engine

from tests.surfaces.reports.test_reports import decision, violation
from vpce_guard.decision_log.keys import LogKeys
from vpce_guard.decision_log.links import DecisionLink
from vpce_guard.decision_log.writer import Writer
from vpce_guard.model import Entry, Subject

KEYS = LogKeys(unnamed=b"a key of enough length")


def entry(number: int, **more: Any) -> Entry:
    subject = Subject(
        address=f"e{number}", endpoint_type="Gateway", service_name=f"s{number % 2}", vpc_id="vpc-1", source=None
    )
    given = {
        "decision_id": f"id-{number:04}",
        "request_id": f"r-{number // 10}",
        "timestamp": f"2026-01-{number // 24 + 1:02}T{number % 24:02}:00:00.000Z",
        "allowed": number % 2 == 0,
        "subject": subject,
        "violations": (violation("deny", "VPCE-GW-001"),) if number % 2 else (),
    }
    content = {
        "context": {"AccountId": f"11112222333{number % 2}"},
        "labels": {"team": f"t{number % 3}"},
        "request": {"VpcId": "vpc-1", "Secret": "x", "List": [{"a": 1}]},
    }
    return Entry(decision=decision(**{**given, **more}), input=content, requested_by="portal")


def write(engine: Engine, numbers: Iterable[int], *, keys: LogKeys = KEYS, erase: tuple[str, ...] = ()) -> None:
    async def all_of_them() -> None:
        writer = Writer(engine, erase=erase, keys=keys, required=True)
        for number in numbers:
            await writer.write([entry(number)])
        await writer.close()

    asyncio.run(all_of_them())


def make_link(decision_id: str, **more: Any) -> DecisionLink:
    """What came to be of a decision: it is waited for, unless told otherwise."""
    given: dict[str, Any] = {
        "decision_id": decision_id,
        "decided": "2026-01-01T00:00:00.000Z",
        "vpc_id": "vpc-1",
        "service": "com.amazonaws.us-east-1.sqs",
        "outcome": "waiting",
        "certainty": None,
        "endpoint_ids": (),
        "differs": (),
        "linked": "2026-01-02T00:00:00.000Z",
    }
    return DecisionLink(**given | more)
