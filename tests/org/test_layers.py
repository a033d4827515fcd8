"""Layers: for every member of org data a lower layer may tighten, and loosens only what is left open to it."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.model import Json
from vpce_guard.org import layers, tighter
from vpce_guard.org.load import read_org_data

RULES = {rule.id: rule for rule in open_bundle().catalogue.rules}
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
GATES = {
    "exempt_services": {"policy": {"required": {"prod": True}}, "dns": {"require_private_dns": True}},
    "resource_org_exceptions": {"policy": {"require_resource_org": True}},
    "aws:ResourceAccount": {"policy": {"require_principal_org": True}},
    "allowed_prefix_lists": {"network": {"allowed_client_cidrs": ["10.0.0.0/8"]}},
    "central_vpcs": {"dns": {"require_private_dns": True}},
    "hub_vpcs": {"central": {"services": ["ssm"]}},
}
ids = ["/".join(row[0]) for row in TABLE]


def at(path: tuple[str, ...], value: Any) -> Json:
    for name in reversed(path):
        value = {name: value}
    return dict(value)


def joined(*documents: Json) -> Json:
    result: Json = {}
    for document in documents:
        for name, value in document.items():
            both = isinstance(value, dict) and isinstance(result.get(name), dict)
            result[name] = joined(result[name], value) if both else value
    return result


def layered(upper: Json, *lower: Json) -> Json:
    levels = ("unit", "account", "environment")
    named = [{"name": f"layer {i}", "level": levels[i], **layer} for i, layer in enumerate(lower)]
    return {**upper, "layers": named}


def loosened(document: Json) -> list[str]:
    return [pointer for pointer, _ in layers.find_loosened(document, RULES)]


def effective(document: Json, path: tuple[str, ...]) -> tuple[Any, tuple[str, ...]]:
    found = read_org_data(document, RULES).effective("111122223333", "prod")
    value: Any = found.sections
    for name in path:
        value = value[name]
    return value, found.origins["/" + "/".join(path)]


def test_the_table_has_every_member_that_can_be_tighter() -> None:
    rows = {path if path in tighter.KINDS else (*path[:-1], "*") for path, *_ in TABLE}
    assert rows == set(tighter.KINDS)


@pytest.mark.parametrize(("path", "above", "tight", "loose"), TABLE, ids=ids)
def test_a_layer_may_tighten(path: tuple[str, ...], above: Any, tight: Any, loose: Any) -> None:
    document = layered(joined(GATES.get(path[-1], {}), at(path, above)), at(path, tight))
    assert loosened(document) == []
    value, origins = effective(document, path)
    adds = tighter.kind(path).adds
    assert value == ([*above, *tight] if adds else tight)
    assert origins == (("organisation", "layer 0") if adds else ("layer 0",))
    assert loose != tight


LOOSE = [row for row in TABLE if row[3] is not None]


@pytest.mark.parametrize(("path", "above", "tight", "loose"), LOOSE, ids=["/".join(row[0]) for row in LOOSE])
def test_a_layer_loosens_only_what_is_open(path: tuple[str, ...], above: Any, tight: Any, loose: Any) -> None:
    upper, pointer = joined(GATES.get(path[-1], {}), at(path, above)), "/" + "/".join(path)
    assert loosened(layered(upper, at(path, loose))) == [f"/layers/0{pointer}"]
    with pytest.raises(ValueError, match="looser than organisation"):
        read_org_data(layered(upper, at(path, loose)), RULES)
    for place in (pointer, f"/{path[0]}"):
        opened = layered({**upper, "open": [place]}, at(path, loose))
        assert loosened(opened) == []
        assert effective(opened, path)[1][-1] == "layer 0"
    if tight not in ([], above):  # a layer between that sets it and leaves nothing open
        between = layered({**upper, "open": [pointer]}, at(path, tight), at(path, loose))
        assert loosened(between) == [f"/layers/1{pointer}"]
        assert (
            loosened(layered({**upper, "open": [pointer]}, {**at(path, tight), "open": [pointer]}, at(path, loose)))
            == []
        )


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ({"naming": {"pattern": "{env}"}}, {"naming": {"pattern": "{env}-{service}"}}),
        ({"network": {"tier_tag": "Tier"}}, {"network": {"tier_tag": "tier"}}),
        ({"service_ports": {"sqs": [443]}}, {"service_ports": {"sqs": [8443]}}),
        ({"cost": {"prices": {"currency": "USD"}}}, {"cost": {"prices": {"currency": "EUR"}}}),
    ],
)
def test_what_is_neither_looser_nor_tighter_stays(upper: Json, lower: Json) -> None:
    assert len(loosened(layered(upper, lower))) == 1
    assert loosened(layered(upper, upper)) == []
    section = next(iter(lower))
    assert loosened(layered({**upper, "open": [f"/{section}"]}, lower)) == []


@pytest.mark.parametrize(
    ("upper", "lower", "looser"),
    [
        ({}, {"policy": {"exempt_services": ["s3"]}}, False),
        ({"policy": {"required": {"prod": True}}}, {"policy": {"exempt_services": ["s3"]}}, True),
        ({}, {"waivers": [WAIVER]}, True),
        ({}, {"services": {"allow": ["*"]}}, False),
        ({}, {"policy": {"narrowing_keys": ["aws:SourceVpc"]}}, True),
        ({"availability": {"min_azs": {"*": 2}}}, {"availability": {"min_azs": {"dev": 1}}}, True),
        ({"availability": {"min_azs": {"*": 2}}}, {"availability": {"min_azs": {"dev": 3}}}, False),
        ({"availability": {"min_azs": {"prod": 2}}}, {"availability": {"min_azs": {"dev": 1}}}, False),
        ({}, {"enforcement": {"VPCE-ORG-001": "warn"}}, True),
        ({}, {"enforcement": {"VPCE-ORG-005": "deny"}}, False),
        ({}, {"enforcement": {"VPCE-ORG-005": {"action": "off", "reason": "names are free here"}}}, True),
    ],
)
def test_what_nobody_above_said(upper: Json, lower: Json, looser: bool) -> None:
    assert bool(loosened(layered(upper, lower))) is looser


def test_layers_apply_from_units_to_accounts_to_environments_whatever_their_order() -> None:
    document = {
        "cost": {"max_monthly_per_vpc": 100},
        "layers": [
            {"name": "e", "level": "environment", "environments_in": ["prod"], "cost": {"max_monthly_per_vpc": 10}},
            {"name": "u", "level": "unit", "cost": {"max_monthly_per_vpc": 50}},
            {"name": "a", "level": "account", "accounts_in": ["111122223333"], "cost": {"max_monthly_per_vpc": 20}},
        ],
    }
    org = read_org_data(document, RULES)
    whole = org.effective("111122223333", "prod")
    assert whole.layers == ("organisation", "u", "a", "e")
    assert whole.sections["cost"]["max_monthly_per_vpc"] == 10
    assert org.effective("999900001111", "dev").layers == ("organisation", "u")
    assert org.effective("111122223333", "dev").sections["cost"]["max_monthly_per_vpc"] == 20


def test_every_way_layers_can_meet_is_looked_at() -> None:
    document = {
        "cost": {"max_monthly_per_vpc": 100},
        "layers": [
            {"name": "a", "level": "account", "accounts_in": ["111122223333"], "cost": {"max_monthly_per_vpc": 20}},
            {"name": "e", "level": "environment", "environments_in": ["prod"], "cost": {"max_monthly_per_vpc": 50}},
        ],
    }
    assert loosened(document) == ["/layers/1/cost/max_monthly_per_vpc"]  # where account and environment meet


def test_layers_that_may_hold_are_undecided() -> None:
    document = {
        "layers": [
            {"name": "a", "level": "account", "accounts_in": ["111122223333"], "services": {"deny": ["s3"]}},
            {"name": "e", "level": "environment", "environments_in": ["prod"], "enforcement": {"VPCE-ORG-005": "deny"}},
        ]
    }
    org = read_org_data(document, RULES)
    assert org.effective(None, "prod").undecided == {"/services": "/context/AccountId"}
    assert org.effective("111122223333", None).undecided == {"/enforcement/VPCE-ORG-005": "/context/AccountId"}
    assert org.effective("999900001111", "dev").undecided == {}
