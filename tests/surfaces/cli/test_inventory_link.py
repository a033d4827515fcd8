"""`vpce-guard inventory link`: the log beside the inventory."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.support.audits import decision
from tests.support.cloudtrail import create
from tests.support.command import run
from tests.support.existing import ACCOUNT, VPC, interface
from vpce_guard.decision_log.keys import LogKeys
from vpce_guard.decision_log.writer import Writer
from vpce_guard.inventory.store import Unit, write_unit
from vpce_guard.model import Entry

REQUEST = {"VpcEndpointType": "Interface", "VpcId": VPC, "ServiceName": "com.amazonaws.us-east-1.sqs"}


@pytest.fixture
def log(sqlite_log: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("VPCE_GUARD_DATABASE_URL", sqlite_log.url.render_as_string(hide_password=False))
    return sqlite_log


def record(log: Engine, *identities: str) -> None:
    async def write() -> None:
        writer = Writer(log, erase=(), keys=LogKeys(unnamed=b"a key of enough length"), required=True)
        for number, identity in enumerate(identities, start=1):
            content: dict[str, Any] = {"operation": "create", "request": REQUEST, "context": {}}
            made = decision(identity, timestamp=f"2026-11-{number:02}T12:00:00.000Z")
            await writer.write([Entry(decision=made, input=content)])
        await writer.close()

    asyncio.run(write())


def keep(log: Engine, *endpoints: dict[str, Any]) -> None:
    write_unit(log, Unit(ACCOUNT, "us-east-1", "VpcEndpoints"), list(endpoints), snapshot="2999", source="aws")


def test_decisions_and_endpoints_are_put_side_by_side(log: Engine) -> None:
    record(log, "d1")
    asked = interface("vpce-0a1", CreationTimestamp="2026-11-01T13:00:00+00:00")
    keep(log, asked, interface("vpce-0a2", VpcId="vpc-0b000002", CreationTimestamp="2026-11-02T13:00:00+00:00"))
    done = run("inventory", "link")
    assert done.stderr == b""
    assert done.stdout.decode().splitlines() == [
        f"as decided       d1 2026-11-01 com.amazonaws.us-east-1.sqs in {VPC}: vpce-0a1",
        f"not asked for    vpce-0a2 2026-11-02 com.amazonaws.us-east-1.sqs in {ACCOUNT} us-east-1 vpc-0b000002",
    ]
    found = json.loads(run("inventory", "link", "-o", "json").stdout)
    assert (found["links"][0]["certainty"], found["undecided"][0]["endpoint_id"]) == ("only one", "vpce-0a2")
    assert json.loads(run("inventory", "link", "-o", "json", "--since", "2026-11-02T00:00:00Z").stdout)["links"] == []


def test_what_was_found_is_shown_with_the_decision(log: Engine) -> None:
    record(log, "d1")
    keep(log, interface("vpce-0a1", CreationTimestamp="2026-11-01T13:00:00+00:00"))
    assert json.loads(run("log", "show", "d1").stdout)["became"] is None
    run("inventory", "link")
    became = json.loads(run("log", "show", "d1").stdout)["became"]
    assert (became["outcome"], became["endpoint_ids"]) == ("as decided", ["vpce-0a1"])


def test_events_of_cloudtrail_tell_it_without_an_inventory(log: Engine, tmp_path: Path) -> None:
    record(log, "d1", "d2")
    answer = {"CreateVpcEndpointResponse": {"vpcEndpoint": {"vpcEndpointId": "vpce-0c1"}}}
    seen = {**create(1, VpcId=VPC), "eventTime": "2026-11-01T13:00:00Z", "responseElements": answer}
    refused = create(2, code="Client.InvalidParameter", VpcId=VPC)
    (tmp_path / "events.json").write_text(json.dumps({"Records": [seen, refused]}))
    done = run("inventory", "link", "--events", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().splitlines() == [
        f"as decided       d1 2026-11-01 com.amazonaws.us-east-1.sqs in {VPC}: vpce-0c1 (as CloudTrail recorded)",
        f"never made       d2 2026-11-02 com.amazonaws.us-east-1.sqs in {VPC}",
    ]
    (tmp_path / "events.json").write_text(json.dumps({"Records": [{**seen, "responseElements": None}]}))
    done = run("inventory", "link", "--events", str(tmp_path))
    assert (done.returncode, b"does not tell which endpoint it made" in done.stderr) == (2, True)
    assert json.loads(run("log", "show", "d1").stdout)["became"]["endpoint_ids"] == ["vpce-0c1"]


def test_what_is_missing_is_said(log: Engine) -> None:
    done = run("inventory", "link")
    assert (done.returncode, b"The inventory holds no endpoints" in done.stderr) == (2, True)
    keep(log, interface())
    done = run("inventory", "link")
    assert (done.returncode, b"The log has no allowed create." in done.stderr) == (2, True)
