"""The inventory in each database: written unit by unit, found by VPC, replaced as a whole."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, event

from vpce_guard.inventory import store
from vpce_guard.inventory.store import Unit

ACCOUNT, REGION = "111122223333", "us-east-1"
FIRST, SECOND = "2026-11-29T00:00:00.000Z", "2026-11-30T00:00:00.000Z"
SUBNETS, ENDPOINTS = Unit(ACCOUNT, REGION, "Subnets"), Unit(ACCOUNT, REGION, "VpcEndpoints")
ELSEWHERE = Unit("444455556666", "eu-west-1", "Subnets")


def write(engine: Engine, unit: Unit, *things: Any, snapshot: str = FIRST, keep: int = 1) -> None:
    store.write_unit(engine, unit, things, snapshot=snapshot, source="aws", keep=keep)


def subnet(number: int, vpc: str) -> dict[str, Any]:
    return {"SubnetId": f"subnet-{number}", "VpcId": vpc}


def contents(engine: Engine, vpc: str) -> dict[tuple[str, str], Any]:
    found = store.newest_of(store.find_slices(engine, vpc))
    return {(one.vpc_id, one.unit.kind): told for one, told in store.read_contents(engine, found).items()}


def test_a_vpc_is_found_with_what_is_of_no_vpc(engine: Engine) -> None:
    write(engine, SUBNETS, subnet(1, "vpc-1"), subnet(2, "vpc-2"), subnet(3, "vpc-1"))
    write(engine, Unit(ACCOUNT, REGION, "ManagedPrefixLists"), {"PrefixListId": "pl-1"})
    write(engine, ELSEWHERE, subnet(9, "vpc-9"))
    assert contents(engine, "vpc-1") == {
        ("vpc-1", "Subnets"): [subnet(1, "vpc-1"), subnet(3, "vpc-1")],
        ("", "Subnets"): [],
        ("", "ManagedPrefixLists"): [{"PrefixListId": "pl-1"}],
    }
    assert contents(engine, "vpc-8") == {}


def test_gateway_endpoints_are_kept_for_the_region_too(engine: Engine) -> None:
    gateway = {"VpcEndpointId": "vpce-1", "VpcId": "vpc-2", "VpcEndpointType": "Gateway"}
    write(engine, ENDPOINTS, gateway, {"VpcEndpointId": "vpce-2", "VpcId": "vpc-1", "VpcEndpointType": "Interface"})
    assert contents(engine, "vpc-1")["", "VpcEndpoints"] == [gateway]
    assert [one.things for one in store.list_units(engine)] == [2]


def test_a_newer_snapshot_takes_the_place_of_the_one_before(engine: Engine) -> None:
    write(engine, SUBNETS, subnet(1, "vpc-1"), subnet(2, "vpc-2"))
    write(engine, SUBNETS, subnet(1, "vpc-1"), snapshot=SECOND)
    assert contents(engine, "vpc-2") == {}
    assert {one.snapshot for one in store.find_slices(engine, "vpc-1")} == {SECOND}


def test_as_many_snapshots_are_kept_as_are_asked_for_and_the_newest_counts(engine: Engine) -> None:
    write(engine, SUBNETS, subnet(1, "vpc-1"), subnet(2, "vpc-2"), keep=2)
    write(engine, SUBNETS, subnet(3, "vpc-1"), snapshot=SECOND, keep=2)
    assert {one.snapshot for one in store.find_slices(engine, "vpc-1")} == {FIRST, SECOND}
    assert contents(engine, "vpc-1")["vpc-1", "Subnets"] == [subnet(3, "vpc-1")]
    assert ("vpc-2", "Subnets") not in contents(engine, "vpc-2")
    assert {one.snapshot for one in store.read_place(engine, ACCOUNT, REGION)} == {SECOND}


def test_a_unit_that_is_written_again_is_there_once(engine: Engine) -> None:
    for _ in range(2):
        write(engine, SUBNETS, subnet(1, "vpc-1"))
    assert store.units_of(engine, FIRST) == {SUBNETS}
    assert len(store.find_slices(engine, "vpc-1")) == 2


def test_a_vpc_is_found_by_one_read_that_uses_the_index(sqlite_log: Engine) -> None:
    statements: list[str] = []
    event.listen(sqlite_log, "before_cursor_execute", lambda _c, _d, text, *_: statements.append(text))
    store.find_slices(sqlite_log, "vpc-1")
    (statement,) = statements
    with sqlite_log.connect() as connection:
        plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, {"vpc": "vpc-1", "vpc_id_1": ""})
        scans = [row[3] for row in plan if "SCAN" in row[3] and "subquery" not in row[3] and "anon" not in row[3]]
    assert scans == []


def test_a_run_that_did_not_end_goes_on_unless_it_is_to_begin_anew(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter(f"2026-11-30T00:00:0{number}.000Z" for number in range(1, 9))
    monkeypatch.setattr(store, "now", lambda: next(times))
    monkeypatch.setattr(store, "seconds_ago", lambda _: FIRST)
    first = store.begin_sync(engine, "all")
    assert store.begin_sync(engine, "all") == first
    assert store.begin_sync(engine, "some") != first
    assert store.begin_sync(engine, "all", anew=True) != first
    last = store.begin_sync(engine, "all")
    store.end_sync(engine, last)
    assert store.begin_sync(engine, "all") > last


def test_a_run_of_more_than_a_day_ago_does_not_go_on(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "now", lambda: FIRST)
    first = store.begin_sync(engine, "all")
    monkeypatch.undo()
    assert store.begin_sync(engine, "all") > first
