"""Layers: for every member of org data a lower layer may tighten, and loosens only what is left open to it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.org.test_tighter import LOOSE, TABLE, WAIVER
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.model import Json
from vpce_guard.org import layers, tighter
from vpce_guard.org.load import read_org_data

RULES = {rule.id: rule for rule in open_bundle().catalogue.rules}
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


@pytest.mark.parametrize(("path", "above", "tight", "loose"), TABLE, ids=ids)
def test_a_layer_may_tighten(path: tuple[str, ...], above: Any, tight: Any, loose: Any) -> None:
    document = layered(joined(GATES.get(path[-1], {}), at(path, above)), at(path, tight))
    assert loosened(document) == []
    value, origins = effective(document, path)
    adds = tighter.kind(path).adds
    assert value == ([*above, *tight] if adds else tight)
    assert origins == (("organisation", "layer 0") if adds else ("layer 0",))
    assert loose != tight


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
