"""Environments that org data name and nothing is in."""

from __future__ import annotations

from vpce_guard.model import Json
from vpce_guard.org.environments import find_unknown_environments

ENVIRONMENTS = {"environments": {"111122223333": "prod", "222233334444": "dev"}}


def found(**sections: object) -> dict[str, str]:
    document: Json = {**ENVIRONMENTS, **sections}
    return dict(find_unknown_environments(document))


def test_environments_that_something_is_in_pass() -> None:
    assert found(availability={"min_azs": {"prod": 2, "*": 1}}, freeze=[{"envs": ["dev"]}]) == {}


def test_a_misspelt_key_is_told_with_what_was_meant() -> None:
    assert found(availability={"min_azs": {"prd": 2}}) == {
        "/availability/min_azs/prd": "names the environment prd, which `environments` gives to nothing; "
        "did you mean prod?"
    }


def test_every_table_and_list_of_environments_counts() -> None:
    told = found(
        regions={"allowed": {"a1": []}},
        policy={"required": {"a2": True}, "forbid_star_action": {"a3": True}},
        requesters={"a4": []},
        tags={"required": [{"key": "Owner", "envs": ["prod", "a5"]}]},
        freeze=[{"envs": ["a6"]}],
        required_endpoints=[{"services": ["ssm"], "envs": ["c1"]}],
        waivers=[{"match": {"environment": "a7"}}, {"match": {"environment": ["a8"]}}],
        layers=[{"environments_in": ["a9"], "availability": {"min_azs": {"b1": 2}}}],
    )
    assert set(told) == {
        "/regions/allowed/a1",
        "/policy/required/a2",
        "/policy/forbid_star_action/a3",
        "/requesters/a4",
        "/tags/required/0/envs/1",
        "/freeze/0/envs/0",
        "/required_endpoints/0/envs/0",
        "/waivers/0/match/environment",
        "/waivers/1/match/environment/0",
        "/layers/0/environments_in/0",
        "/layers/0/availability/min_azs/b1",
    }


def test_without_environments_every_name_is_told() -> None:
    assert dict(find_unknown_environments({"freeze": [{"envs": ["prod"]}]})) == {
        "/freeze/0/envs/0": "names the environment prod, which `environments` gives to nothing"
    }
