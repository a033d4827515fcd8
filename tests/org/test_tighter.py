"""Which of two values is the looser one, for every member of org data."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.org import tighter

WINDOW = {"from": "2026-12-20T00:00:00Z", "to": "2027-01-04T00:00:00Z"}
SERVICE = {"service_name": "com.amazonaws.vpce.us-east-1.vpce-svc-0a", "owner_account": "444455556666"}
WAIVER = {
    "id": "W-1",
    "rule": "VPCE-ORG-006",
    "match": {"vpc_id": "vpc-1"},
    "approved_by": "netsec",
    "reason": "single-AZ migration",
    "expires": "2026-12-31T00:00:00Z",
}

# path, what is above, what is tighter, what is looser (None where nothing is, as lists add up)
TABLE: list[tuple[tuple[str, ...], Any, Any, Any]] = [
    (("enforcement", "VPCE-ORG-005"), "warn", "deny", "off"),
    (("regions", "allowed", "prod"), ["us-*", "eu-west-1"], ["us-east-1"], ["us-east-1", "eu-*"]),
    (("regions", "cross_region_allowed"), False, False, True),
    (("services", "allow"), ["s3", "ecr.*"], ["ecr.api"], ["s3*"]),
    (("services", "deny"), ["athena"], ["glue"], None),
    (("tags", "required"), [{"key": "Owner"}], [{"key": "Team"}], None),
    (("availability", "min_azs", "prod"), 2, 3, 1),
    (("policy", "required", "prod"), True, True, False),
    (("policy", "exempt_services"), ["s3"], [], ["s3", "sqs"]),
    (("policy", "narrowing_keys"), ["aws:PrincipalOrgID"], ["aws:PrincipalOrgID"], ["aws:SourceVpc"]),
    (("policy", "require_principal_org"), True, True, False),
    (("policy", "require_resource_org"), True, True, False),
    (("policy", "resource_org_exceptions"), ["arn:aws:s3:::aws-*"], ["arn:aws:s3:::aws-x"], ["arn:aws:s3:::*"]),
    (("policy", "exception_conditions", "aws:ResourceAccount"), ["true", "yes"], ["true"], ["true", "no"]),
    (("policy", "forbid_star_action", "prod"), True, True, False),
    (("org_ids",), ["o-abc1234567", "o-def1234567"], ["o-abc1234567"], ["o-zzz1234567"]),
    (("accounts",), ["111122223333", "444455556666"], ["111122223333"], ["999900001111"]),
    (("network", "allowed_client_cidrs"), ["10.0.0.0/8"], ["10.1.0.0/16"], ["10.0.0.0/7"]),
    (("network", "allowed_prefix_lists"), ["pl-1"], [], ["pl-1", "pl-2"]),
    (("network", "max_ipv4_prefix_open"), 8, 16, 4),
    (("network", "forbid_default_sg"), True, True, False),
    (("network", "subnet_tiers", "allowed"), ["private", "endpoint"], ["endpoint"], ["public"]),
    (("network", "require_all_private_route_tables"), True, True, False),
    (("dns", "require_private_dns"), True, True, False),
    (("dns", "central_vpcs"), ["vpc-1"], [], ["vpc-1", "vpc-2"]),
    (("dns", "exempt_services"), ["dynamodb"], [], ["dynamodb", "s3"]),
    (("chooser", "prefer_gateway"), True, True, False),
    (("third_party",), [SERVICE], [], [SERVICE, {**SERVICE, "owner_account": "999900001111"}]),
    (("limits", "interface_gwlb_per_vpc"), 50, 40, 100),
    (("quotas", "gateway_per_region"), 20, 10, 30),
    (("cost", "max_monthly_per_endpoint"), 100, 50, 200),
    (("cost", "max_monthly_per_vpc"), 1000, 500, 2000),
    (("freeze",), [WINDOW], [{**WINDOW, "envs": ["prod"]}], None),
    (("required_endpoints",), [{"services": ["ssm"]}], [{"services": ["kms"]}], None),
    (("central", "hub_vpcs"), ["vpc-1"], [], ["vpc-1", "vpc-2"]),
    (("central", "services"), ["ssm"], ["kms"], None),
    (("features", "cross_region"), False, False, True),
    (("features", "ip_types"), ["ipv4", "dualstack"], ["ipv4"], ["ipv6"]),
    (("features", "endpoint_types"), ["Interface", "Gateway"], ["Gateway"], ["Resource"]),
    (
        ("requesters", "prod"),
        ["arn:aws:iam::111122223333:role/*"],
        ["arn:aws:iam::111122223333:role/a"],
        ["arn:aws:iam::*"],
    ),
    (("waivers",), [WAIVER], [], [{**WAIVER, "id": "W-2"}]),
]
LOOSE = [row for row in TABLE if row[3] is not None]


def name(row: tuple[tuple[str, ...], Any, Any, Any]) -> str:
    return "/".join(row[0])


def test_the_table_has_every_member_that_can_be_tighter() -> None:
    rows = {path if path in tighter.KINDS else (*path[:-1], "*") for path, *_ in TABLE}
    assert rows == set(tighter.KINDS)


@pytest.mark.parametrize("row", LOOSE, ids=map(name, LOOSE))
def test_the_tighter_value_keeps_within_and_the_looser_one_does_not(row: tuple[Any, ...]) -> None:
    path, above, tight, loose = row
    keeps = tighter.kind(path).keeps
    assert (keeps(above, tight), keeps(above, loose)) == (True, False)


@pytest.mark.parametrize("row", [row for row in TABLE if row[3] is None], ids=name)
def test_lists_that_add_up_are_never_looser(row: tuple[Any, ...]) -> None:
    path, above, tight, _ = row
    kind = tighter.kind(path)
    assert kind.adds
    assert kind.keeps(above, tight)


def test_a_member_without_a_row_stays_as_it_is() -> None:
    keeps = tighter.kind(("naming", "pattern")).keeps
    assert (keeps("a", "a"), keeps("a", "b")) == (True, False)


def test_prices_and_enforcement_are_replaced_as_a_whole() -> None:
    assert tighter.is_leaf(("cost", "prices"), {"currency": "USD"})
    assert tighter.is_leaf(("enforcement", "VPCE-ORG-005"), {"action": "off"})
    assert not tighter.is_leaf(("policy", "required"), {"prod": True})
