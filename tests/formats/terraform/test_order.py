"""What is still there when an endpoint is made or changed is judged as it then is."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.terraform import block, refers
from vpce_guard.decisions.question import Question
from vpce_guard.formats import read
from vpce_guard.model import Json
from vpce_guard.runtime.guard import Guard

VPC = "vpc-0a1b2c3d4e5f60718"
INTERFACE = {"vpc_id": VPC, "vpc_endpoint_type": "Interface", "service_name": "com.amazonaws.us-east-1.sqs"}
NAMED = {**INTERFACE, "private_dns_enabled": True, "subnet_ids": ["subnet-0a1b2c3d4e5f60718"]}
SILENT = {**NAMED, "private_dns_enabled": False}
GATEWAY = {"vpc_id": VPC, "vpc_endpoint_type": "Gateway", "service_name": "com.amazonaws.us-east-1.s3"}
ONE = {**GATEWAY, "route_table_ids": ["rtb-0a1b2c3d4e5f60718"]}
TWO = {**GATEWAY, "route_table_ids": ["rtb-0a1b2c3d4e5f60718", "rtb-0b1b2c3d4e5f60718"]}
NAMES, ROUTES = "VPCE-IFACE-017", "VPCE-GW-004"


def change(name: str, *actions: str, before: Json | None = None, after: Json | None = None, **more: Json) -> Json:
    number = sum(map(ord, name))
    known = None if before is None else {**before, "id": f"vpce-0a1b2c3d4e5f6{number:04x}"}
    kept = after if after is None or "create" in actions else {**after, "id": (known or {}).get("id")}
    hidden = {"id": True} if "create" in actions else {}
    body = {"actions": list(actions), "before": known, "after": kept, "after_unknown": hidden}
    local = name.partition("[")[0]
    address = f"aws_vpc_endpoint.{name}"
    return {"address": address, "mode": "managed", "type": "aws_vpc_endpoint", "name": local, "change": body, **more}


def violated(
    guard: Guard, changes: list[Json], address: str, rule_id: str, blocks: list[Json] | None = None
) -> bool | None:
    """Whether the plan's create or update of an endpoint violates a rule; None where that depends on the order."""
    configuration = {"root_module": {"resources": blocks or []}}
    document = {"format_version": "1.2", "resource_changes": changes, "configuration": configuration}
    asked = Question(proposals=read(document, context={"VpcEndpoints": []}), request_id="r")
    (decisions,) = asyncio.run(guard.decide([asked]))
    found = [d for d in decisions if d.subject.address == f"aws_vpc_endpoint.{address}" and d.operation != "delete"]
    if any(unsure.rule_id == rule_id and "the order" in unsure.reason for one in found for unsure in one.undetermined):
        return None
    return any(violation.rule_id == rule_id for one in found for violation in one.violations)


@pytest.mark.parametrize(
    ("changes", "address", "rule_id", "is_violated"),
    [
        ([change("a", "create", "delete", before=NAMED, after=NAMED)], "a", NAMES, True),
        ([change("a", "delete", "create", before=NAMED, after=NAMED)], "a", NAMES, False),
        ([change("a", "create", "delete", before=SILENT, after=NAMED)], "a", NAMES, False),
        ([change("a", "create", "delete", before=ONE, after=ONE)], "a", ROUTES, True),
        ([change("a", "delete", "create", before=ONE, after=ONE)], "a", ROUTES, False),
        ([change("a[0]", "delete", before=NAMED), change("b", "create", after=NAMED)], "b", NAMES, True),
        ([change("a", "delete", before=ONE), change("b", "create", after=ONE)], "b", ROUTES, True),
        (
            [change("a", "delete", "create", before=ONE, after=GATEWAY), change("b", "create", after=ONE)],
            "b",
            ROUTES,
            True,
        ),
        ([change("a", "update", before=NAMED, after=SILENT), change("b", "create", after=NAMED)], "b", NAMES, None),
        ([change("a", "update", before=SILENT, after=SILENT), change("b", "create", after=NAMED)], "b", NAMES, False),
        ([change("a", "update", before=TWO, after=GATEWAY), change("b", "create", after=ONE)], "b", ROUTES, False),
        (
            [
                change("a", "update", before=TWO, after={**GATEWAY, "route_table_ids": ["rtb-0b1b2c3d4e5f60718"]}),
                change("b", "create", after=ONE),
            ],
            "b",
            ROUTES,
            None,
        ),
        ([change("a", "delete", before=NAMED), change("b", "update", before=SILENT, after=NAMED)], "b", NAMES, True),
    ],
)
def test_names_and_routes_are_those_of_the_moment(
    guard: Guard, changes: list[Json], address: str, rule_id: str, is_violated: bool | None
) -> None:
    assert violated(guard, changes, address, rule_id) is is_violated


TABLES = [f"rtb-0{letter}1b2c3d4e5f60718" for letter in "abc"]


def moving(name: str, before: int, after: int) -> Json:
    """A gateway endpoint that goes from one route table to another, by their numbers."""
    had, gets = ({**GATEWAY, "route_table_ids": [TABLES[number]]} for number in (before, after))
    return change(name, "update", before=had, after=gets)


@pytest.mark.parametrize("changes", [
    [moving("a", 0, 1), moving("b", 1, 0)],
    [moving("a", 0, 1), moving("b", 1, 2), moving("c", 2, 0)],
    [moving("b", 1, 2), moving("c", 2, 1), change("a", "update", before=ONE, after=TWO)],
])  # fmt: skip
def test_where_endpoints_take_route_tables_from_each_other_none_gets_them(guard: Guard, changes: list[Json]) -> None:
    names = [one["name"] for one in changes]
    assert [violated(guard, changes, name, "VPCE-GW-005") for name in names] == [True] * len(names)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([moving("a", 0, 1), moving("b", 1, 2)], [None, False]),
        ([moving("a", 0, 1), change("b", "delete", before={**GATEWAY, "route_table_ids": TABLES[1:2]})], [True, False]),
        ([change("a", "update", before=ONE, after=TWO), moving("b", 1, 0)], [None, True]),
    ],
)
def test_where_one_of_them_can_go_first_it_depends_on_the_order(
    guard: Guard, changes: list[Json], found: list[bool | None]
) -> None:
    assert [violated(guard, changes, one["name"], "VPCE-GW-005") for one in changes] == found


def test_what_an_endpoint_depends_on_has_given_its_names_up_before(guard: Guard) -> None:
    changes = [change("a", "update", before=NAMED, after=SILENT), change("b", "create", after=NAMED)]
    tagged = block("aws_vpc_endpoint", "b", tags=refers("aws_vpc_endpoint.a.id", "aws_vpc_endpoint.a"))
    assert violated(guard, changes, "b", NAMES, [tagged, block("aws_vpc_endpoint", "a")]) is False


def test_an_endpoint_that_changes_is_told_once_in_each_order() -> None:
    changes = [change("a", "update", before=NAMED, after=SILENT), change("b", "create", after=NAMED)]
    document = {"format_version": "1.2", "resource_changes": changes}
    found = {proposal.address: proposal for proposal in read(document)}["aws_vpc_endpoint.b"]
    ways = [way.get("peers", found.peers) for way in found.possibilities]
    assert [[peer["address"] for peer in peers] for peers in (found.peers, *ways)] == [
        ["aws_vpc_endpoint.a"],
        ["aws_vpc_endpoint.a (which this plan changes)"],
        ["aws_vpc_endpoint.a"],
    ]
