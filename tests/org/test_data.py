"""Org data as rules see them: environment, waivers, times and figures."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.instants import instant
from vpce_guard.model import Json
from vpce_guard.org.data import EffectiveOrg
from vpce_guard.org.load import read_org_data

RULES = {rule.id: rule for rule in open_bundle().catalogue.rules}
WAIVER = {
    "id": "W-1",
    "rule": "VPCE-ORG-006",
    "match": {"vpc_id": "vpc-1"},
    "approved_by": "netsec",
    "reason": "single-AZ migration",
    "starts": "2026-11-01T01:00:00+01:00",
    "expires": "2026-12-31T00:00:00Z",
}


def of(document: Json, **context: Any) -> EffectiveOrg:
    return read_org_data(document, RULES).effective_for(context)


def vpc(value: str) -> Json:
    return {"Tags": [{"Key": "Name", "Value": "dev"}, {"Key": "Environment", "Value": value}]}


@pytest.mark.parametrize(
    ("context", "environment"),
    [
        ({"AccountId": "111122223333"}, "prod"),
        ({"AccountId": "111122223333", "Vpc": vpc("development")}, "prod"),
        ({"AccountId": "999900001111", "Vpc": vpc("development")}, "dev"),
        ({"Vpc": vpc("dev")}, None),
        ({"AccountId": 5, "Vpc": "vpc-1"}, None),
        ({}, None),
    ],
)
def test_the_environment_is_that_of_the_account_or_the_vpc(context: Json, environment: str | None) -> None:
    found = of({"environments": {"111122223333": "prod", "development": "dev"}}, **context)
    assert found.environment == environment
    assert found.rules.get("environment") == environment
    names = {"prod": ["prod"], "dev": ["dev", "development"], None: []}
    assert found.rules["environment_names"] == names[environment]


def test_what_holds_is_worked_out_once() -> None:
    org = read_org_data({"services": {"allow": ["s3"]}}, RULES)
    assert org.effective_for({"AccountId": "111122223333"}) is org.effective_for({"AccountId": "444455556666"})


@pytest.mark.parametrize(
    ("changes", "policy", "refused"),
    [
        ({}, {}, None),
        ({"rule": "VPCE-IFACE-002"}, {"rules": ["VPCE-IFACE-002"]}, "AWS enforces"),
        ({"rule": "VPCE-IFACE-008"}, {}, "may not be waived"),
        ({"rule": "VPCE-IFACE-008"}, {"rules": ["VPCE-IFACE-008"]}, None),
        ({}, {"rules": ["VPCE-ORG-001"]}, "may not be waived"),
        ({}, {"require": ["ticket", "owner"]}, "names no ticket and no owner"),
        ({"ticket": "T-1", "owner": "net"}, {"require": ["ticket", "owner"]}, None),
        ({}, {"max_days": 59}, "longer than 59 days"),
        ({}, {"max_days": 60}, None),
        ({"starts": None}, {"max_days": 60}, "does not say when it starts"),
        ({"requested_by": "netsec"}, {}, "asked for it and approved it"),
        ({"requested_by": "payments"}, {}, None),
    ],
)
def test_a_waiver_that_can_never_count_says_why(changes: Json, policy: Json, refused: str | None) -> None:
    waiver = {name: value for name, value in {**WAIVER, **changes}.items() if value is not None}
    (seen,) = of({"waivers": [waiver], **({"waiver_policy": policy} if policy else {})}).rules["waivers"]
    assert refused in seen["refused"] if refused else "refused" not in seen
    assert seen["expires"] == "2026-12-31T00:00:00.000000Z"
    assert seen["ends"] == WAIVER["expires"]
    assert seen.get("starts") in (None, "2026-11-01T00:00:00.000000Z")


def test_a_waiver_warns_as_many_days_before_as_the_data_say() -> None:
    (seen,) = of({"waivers": [WAIVER]}).rules["waivers"]
    assert seen["warn_from"] == "2026-12-17T00:00:00.000000Z"
    (later,) = of({"waivers": [WAIVER], "waiver_policy": {"warn_days": 1}}).rules["waivers"]
    assert later["warn_from"] == "2026-12-30T00:00:00.000000Z"
    assert of({"waivers": [{**WAIVER, "rule": "VPCE-ORG-999"}]}).rules["waivers"] == []


def test_times_and_figures_are_such_that_engines_compare_them_alike() -> None:
    rules = of(
        {
            "freeze": [{"from": "2026-12-20T01:00:00+01:00", "to": "2027-01-04T00:00:00Z"}],
            "third_party": [{"service_name": "s", "owner_account": "a", "expires": "2026-12-31"}],
            "network": {"allowed_client_cidrs": ["10.128.0.0/9", "fd00::/8", "10.0.0.0/9"]},
            "quotas": {"interface_gwlb_per_vpc": 50, "gateway_per_region": 7, "warn_at": 0.8},
            "cost": {"max_monthly_per_vpc": 0.1, "prices": {"currency": "EUR"}},
        }
    ).rules
    assert rules["freeze"][0]["from"] == "2026-12-20T00:00:00.000000Z"
    assert rules["third_party"][0]["until"] == "2027-01-01T00:00:00.000000Z"
    assert rules["network"]["allowed_client_cidrs"] == ["10.0.0.0/8", "fd00::/8"]
    assert rules["quotas"]["warn_above"] == {"interface_gwlb_per_vpc": 40, "gateway_per_region": 5}
    assert rules["cost"] == {"max_monthly_per_vpc": {"millionths": 100_000, "text": "0.1"}}


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2026-11-24T10:00:00Z", "2026-11-24T10:00:00.000000Z"),
        ("2026-11-24T10:00:00.5+02:00", "2026-11-24T08:00:00.500000Z"),
        ("2026-11-24T10:00:00", None),
        ("2026-11-24", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("tomorrow", None),
        (5, None),
    ],
)
def test_an_instant_has_a_zone(text: Any, canonical: str | None) -> None:
    assert instant(text) == canonical
