"""Endpoints that CloudTrail saw being made."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.cloudtrail import Json, create, record
from vpce_guard.whatif.creations import read_creations
from vpce_guard.whatif.score.files import EventFiles


def made(number: int, endpoint_id: str, **members: object) -> Json:
    answer = {"CreateVpcEndpointResponse": {"requestId": "r", "vpcEndpoint": {"vpcEndpointId": endpoint_id}}}
    return {**create(number, **members), "responseElements": answer}


def files(tmp_path: Path, *records: Json) -> EventFiles:
    (tmp_path / "events.json").write_text(json.dumps({"Records": list(records)}))
    return EventFiles([str(tmp_path)], 1_000_000)


def test_what_was_made_is_found_by_its_id_with_what_was_asked_for(tmp_path: Path) -> None:
    deleted = record(3, "DeleteVpcEndpoints", {"VpcEndpointId": "vpce-1"})
    found = read_creations(files(tmp_path, made(1, "vpce-1"), create(2, code="Client.InvalidParameter"), deleted))
    assert list(found) == ["vpce-1"]
    assert found["vpce-1"].created.isoformat() == "2026-03-01T10:00:01+00:00"
    assert found["vpce-1"].draft.request["SubnetIds"] == ["subnet-0a00000000000000a"]


def test_what_cannot_be_read_is_a_problem_of_the_files(tmp_path: Path) -> None:
    read = files(
        tmp_path,
        create(1),
        {**made(2, "vpce-2"), "eventTime": "noon"},
        {**made(3, "vpce-3"), "requestParameters": {"omitted": True}},
        {**made(4, "vpce-4"), "requestParameters": None},
        made(5, "vpce-5"),
    )
    assert list(read_creations(read)) == ["vpce-5"]
    assert read.problems.count == 4
    assert "does not tell which endpoint it made" in read.problems.listed[0]
    assert "does not tell when it was" in read.problems.listed[1]
