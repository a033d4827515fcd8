"""What a proposal is given of the inventory: its own VPC, not too old, under what document and caller say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.support.world import ACCOUNT, REGION, SQS, VPC, sync_world
from vpce_guard.formats import proposals, read_drafts
from vpce_guard.inventory.lookup import InventoryLookup, in_words
from vpce_guard.inventory.store import Unit, write_unit
from vpce_guard.model import Json

GATEWAY = {"VpcEndpointId": "vpce-0a0001", "VpcEndpointType": "Gateway", "VpcId": VPC, "State": "available"}
OTHER = {**GATEWAY, "VpcEndpointId": "vpce-0b0001", "VpcId": "vpc-0b000009"}
KMS = {**GATEWAY, "VpcEndpointId": "vpce-0c0001", "VpcEndpointType": "Interface", "VpcId": "vpc-0b000009"}


def lookup(database: Engine, *, later: timedelta = timedelta(0)) -> InventoryLookup:
    return InventoryLookup(lambda: database, max_age=3600.0, clock=lambda: datetime.now(UTC) + later)


def context_of(found: InventoryLookup, document: Any, given: Json | None = None) -> Json:
    made = found.add_to(read_drafts(document), given or {})
    return proposals([made], context=given or {})[0].context


def test_a_proposal_that_names_a_vpc_gets_what_is_around_it(engine: Engine) -> None:
    sync_world(engine, VpcEndpoints=[GATEWAY, OTHER, KMS])
    context = context_of(lookup(engine), SQS)
    assert (context["AccountId"], context["Region"]) == (ACCOUNT, REGION)
    assert context["Vpc"]["VpcId"] == VPC
    assert {one["VpcId"] for one in context["Subnets"]} == {VPC}
    assert [one["VpcEndpointId"] for one in context["VpcEndpoints"]] == ["vpce-0a0001", "vpce-0b0001"]
    assert context["PrivateHostedZones"] == []
    assert context["Inventory"]["note"] is None
    assert datetime.fromisoformat(context["Inventory"]["taken"])


def test_of_a_vpc_that_is_not_there_it_is_said_and_of_one_that_is_not_named_nothing(engine: Engine) -> None:
    sync_world(engine)
    note = "The inventory does not know vpc-0fffffff. Run `vpce-guard inventory sync`."
    unknown = context_of(lookup(engine), {**SQS, "VpcId": "vpc-0fffffff"})
    assert unknown == {"time": unknown["time"], "Inventory": {"taken": None, "note": note}}
    assert context_of(lookup(engine), {k: v for k, v in SQS.items() if k != "VpcId"}).keys() == {"time"}


@pytest.mark.parametrize("said", [{"AccountId": "999988887777"}, {"Region": "eu-west-1"}])
def test_what_is_of_another_account_or_region_than_is_said_does_not_count(engine: Engine, said: Json) -> None:
    sync_world(engine)
    assert "Subnets" not in context_of(lookup(engine), SQS, said)


def test_what_caller_and_document_say_wins_fact_by_fact(engine: Engine) -> None:
    sync_world(engine)
    own = {"SubnetId": "subnet-0a100001", "VpcId": VPC, "AvailabilityZoneId": "use1-az9"}
    document = {"operation": "create", "request": SQS, "context": {"Subnets": [own]}}
    context = context_of(lookup(engine), document, {"Vpc": {"EnableDnsSupport": False}, "VpcEndpoints": [KMS]})
    subnets = {one["SubnetId"]: one for one in context["Subnets"]}
    assert subnets["subnet-0a100001"] == own
    assert "subnet-0b100001" in subnets
    assert context["Vpc"]["EnableDnsSupport"] is False
    assert context["Vpc"]["EnableDnsHostnames"] is True
    assert context["VpcEndpoints"] == [KMS]


def test_a_change_finds_the_endpoint_as_it_is_and_what_the_document_tells_is_not_there_twice(engine: Engine) -> None:
    sync_world(engine, VpcEndpoints=[GATEWAY, OTHER])
    change = {"VpcId": VPC, "VpcEndpointId": "vpce-0a0001"}
    made = lookup(engine).add_to(read_drafts({"operation": "modify", "request": change}), {})
    (proposal,) = proposals([made])
    assert proposal.current == GATEWAY
    document = read_drafts(SQS)
    neighbour = {**GATEWAY, "address": "aws_vpc_endpoint.s3"}
    made = lookup(engine).add_to(document.__class__(drafts=document.drafts, neighbours=(neighbour,)), {})
    (proposal,) = proposals([made])
    assert [one["VpcEndpointId"] for one in proposal.context["VpcEndpoints"]] == ["vpce-0b0001"]
    assert [one["VpcEndpointId"] for one in proposal.peers] == ["vpce-0a0001"]


def test_what_is_too_old_is_left_out_and_the_note_says_how_old_and_what_to_do(engine: Engine) -> None:
    sync_world(engine)
    context = context_of(lookup(engine, later=timedelta(days=3, hours=1)), SQS)
    assert "Subnets" not in context
    assert context["Inventory"] == {
        "taken": None,
        "note": "What the inventory tells of vpc-0a000001 is 3 days old, more than 1 hour, and was left out. "
        "Run `vpce-guard inventory sync`.",
    }


def test_a_kind_that_could_not_be_read_again_is_left_out_by_itself(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_world(engine)
    monkeypatch.setattr("vpce_guard.inventory.store.now", lambda: "2026-01-01T00:00:00.000Z")
    write_unit(engine, Unit(ACCOUNT, REGION, "Subnets"), [{"VpcId": VPC}], snapshot="2999", source="aws")
    context = context_of(lookup(engine), SQS)
    assert "Subnets" not in context
    assert "RouteTables" in context
    assert context["Inventory"]["note"].startswith("Some of what the inventory tells of vpc-0a000001 is ")


def test_of_several_accounts_that_tell_of_a_vpc_its_owner_counts(engine: Engine) -> None:
    sync_world(engine)
    shared = Unit("444455556666", REGION, "Vpcs")
    write_unit(engine, shared, [{"VpcId": VPC, "OwnerId": ACCOUNT}], snapshot="2026", source="aws")
    assert context_of(lookup(engine), SQS)["AccountId"] == ACCOUNT
    assert context_of(lookup(engine), SQS, {"AccountId": "444455556666"})["AccountId"] == "444455556666"


def test_what_was_read_is_kept_until_there_is_a_newer_snapshot(sqlite_log: Engine) -> None:
    sync_world(sqlite_log)
    found = lookup(sqlite_log)
    context_of(found, SQS)
    statements: list[str] = []
    event.listen(sqlite_log, "before_cursor_execute", lambda _c, _d, text, *_: statements.append(text))
    context_of(found, SQS)
    assert len(statements) == 1
    write_unit(sqlite_log, Unit(ACCOUNT, REGION, "Subnets"), [], snapshot="2999", source="aws")
    assert context_of(found, SQS)["Subnets"] == []


def test_an_inventory_that_cannot_be_read_is_told_and_nothing_is_known_from_it(sqlite_log: Engine) -> None:
    with sqlite_log.begin() as connection:
        connection.exec_driver_sql("DROP TABLE inventory_slices")
    context = context_of(lookup(sqlite_log), SQS)
    assert context["Inventory"] == {"taken": None, "note": "The inventory could not be read."}


def test_time_spans_are_told_in_one_unit() -> None:
    assert [in_words(seconds) for seconds in (5, 60, 7199, 7200, 86_400)] == [
        "5 s",
        "1 minute",
        "1 hour",
        "2 hours",
        "1 day",
    ]


def test_a_change_that_names_the_endpoint_alone_finds_its_vpc(engine: Engine) -> None:
    sync_world(engine, VpcEndpoints=[GATEWAY, OTHER])
    change = {"VpcEndpointId": "vpce-0a0001", "AddRouteTableIds": ["rtb-0b000001"]}
    for operation in ("modify", "delete"):
        (proposal,) = proposals([lookup(engine).add_to(read_drafts({"operation": operation, "request": change}), {})])
        assert proposal.current == GATEWAY
        assert proposal.context["Vpc"]["VpcId"] == VPC
    unknown = {"operation": "modify", "request": {"VpcEndpointId": "vpce-0fffffff"}}
    assert "does not know vpce-0fffffff" in context_of(lookup(engine), unknown)["Inventory"]["note"]


def test_nobody_else_may_say_that_something_came_from_the_inventory(engine: Engine) -> None:
    claimed = {"operation": "create", "request": SQS, "context": {"Inventory": {"taken": 5}}}
    found = context_of(lookup(engine), claimed, {"Inventory": {"taken": "x"}})["Inventory"]
    assert (found["taken"], "does not know" in found["note"]) == (None, True)
    sync_world(engine)
    assert context_of(lookup(engine), claimed)["Inventory"]["note"] is None
