"""Recorded events become proposals at their time; what says nothing of rules is counted and passed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.cloudtrail import Json, create, record
from vpce_guard.whatif.score.changes import ChangeReader, RecordedChange
from vpce_guard.whatif.score.files import EventFiles
from vpce_guard.whatif.score.spill import Spill


def read(folder: Path, *events: Json) -> tuple[ChangeReader, list[list[RecordedChange]]]:
    """The changes in events."""
    (folder / "events.json").write_text(json.dumps({"Records": events}))
    changes = ChangeReader(EventFiles([str(folder)], 1 << 20), Spill(), {})
    return changes, list(changes.read())


def test_an_event_is_judged_as_at_its_time(tmp_path: Path) -> None:
    _, [[change]] = read(tmp_path, create(61))
    assert change.proposal.instant == "2026-03-01T10:01:01.000000Z"
    assert change.proposal.request["SubnetIds"] == ["subnet-0a00000000000000a"]


def test_events_do_not_see_each_other(tmp_path: Path) -> None:
    _, found = read(tmp_path, create(1), create(2))
    assert [len(change.proposal.peers) for (change,) in found] == [0, 0]


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (create(1, code="Client.UnauthorizedOperation"), "of_access"),
        (create(1, code="AccessDenied"), "of_access"),
        (create(1, code="Client.RequestLimitExceeded"), "of_the_moment"),
        (create(1, code="Server.InternalError"), "of_the_moment"),
        (create(1, code="Client.DryRunOperation"), "dry_runs"),
        (create(1, code="Client.InvalidParameter", DryRun=True), "dry_runs"),
    ],
)
def test_what_says_nothing_of_rules_is_counted(tmp_path: Path, event: Json, why: str) -> None:
    changes, found = read(tmp_path, event)
    assert found == []
    assert {name: count for name, count in vars(changes.passed).items() if count} == {why: 1}


def test_an_event_that_comes_twice_counts_once(tmp_path: Path) -> None:
    changes, found = read(tmp_path, create(1), create(2), create(1))
    assert len(found) == changes.events == 2
    assert changes.passed.repeated == 1


def test_a_delete_is_a_change_of_each_endpoint(tmp_path: Path) -> None:
    ids = [{"content": f"vpce-0a00000000000000{number}", "tag": number} for number in (1, 2)]
    event = record(1, "DeleteVpcEndpoints", {"DeleteVpcEndpointsRequest": {"VpcEndpointId": ids}})
    item = {"resourceId": "vpce-0a000000000000002", "error": {"code": "OperationNotPermitted", "message": "No."}}
    event["responseElements"] = {"DeleteVpcEndpointsResponse": {"unsuccessful": {"item": item}}}
    _, [changes] = read(tmp_path, event)
    assert [change.answer.code for change in changes] == [None, "OperationNotPermitted"]


def test_an_event_without_its_request_is_a_problem(tmp_path: Path) -> None:
    changes, found = read(tmp_path, {**create(1), "requestParameters": None}, create(2))
    assert len(found) == 1
    assert "00000000-0000-4000-8000-000000000001" in changes.files.problems.listed[0]
