"""Functions and forms of expressions: what Terraform knew while planning is known, nothing is told that it refutes.

main.tf holds the expressions, plan.json and applied.json what Terraform 1.11 made of them (`make terraform-functions`).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from vpce_guard.formats.terraform.functions import call
from vpce_guard.formats.terraform.hcl import Configuration
from vpce_guard.formats.terraform.possibilities import Choices, explore
from vpce_guard.formats.terraform.references import References
from vpce_guard.formats.terraform.scope import ModuleScope
from vpce_guard.formats.terraform.symbols import PlanSymbols
from vpce_guard.formats.terraform.values import UNKNOWN, AnyOrder, AtLeast, JsonText

FOLDER = Path(__file__).parent
PLAN = json.loads((FOLDER / "plan.json").read_text())
APPLIED = json.loads((FOLDER / "applied.json").read_text())
KNOWN = [name for name, output in PLAN["output_changes"].items() if output["after_unknown"] is False]
LESS_IS_KNOWN = {"matchkeys_04"}  # of a search for something unknown Terraform says that it finds nothing


@cache
def symbols() -> PlanSymbols:
    plan = References(PLAN)
    return PlanSymbols(plan.resources, Configuration(FOLDER), plan)


def value(name: str, choices: Choices) -> Any:
    """The value of an output, ids to come as Terraform's table has them."""
    return with_addresses(symbols().run_under(choices, lambda: symbols().output(ModuleScope(()), name)))


def with_addresses(found: Any) -> Any:
    if isinstance(found, str):
        return re.sub("\ue000\\d+\ue001", lambda one: f"<{symbols()._resources.stand_ins.resolve(one[0])}>", found)
    if isinstance(found, AtLeast):
        return AtLeast(map(with_addresses, found.items))
    if isinstance(found, list):
        return type(found)(map(with_addresses, found))
    if isinstance(found, dict):
        return {with_addresses(name): with_addresses(item) for name, item in found.items()}
    return JsonText(with_addresses(found.value)) if isinstance(found, JsonText) else found


def fits(found: Any, truth: Any) -> bool:
    """Whether what is known of a value can be what it turned out to be."""
    if found is UNKNOWN:
        return True
    if isinstance(found, JsonText):
        return fits(found.value, json.loads(truth))
    if isinstance(found, AtLeast):
        return not Counter(map(repr, found.items)) - Counter(map(repr, truth))
    if isinstance(found, AnyOrder):
        return Counter(map(repr, found)) == Counter(map(repr, truth)) or UNKNOWN in found
    if isinstance(found, list) and isinstance(truth, list):
        return len(found) == len(truth) and all(map(fits, found, truth))
    if isinstance(found, dict) and isinstance(truth, dict):
        return found.keys() == truth.keys() and all(fits(found[name], truth[name]) for name in found)
    return bool(found == truth) and isinstance(found, bool) is isinstance(truth, bool)


@pytest.mark.parametrize("name", APPLIED)
def test_nothing_is_told_that_terraform_refutes(name: str) -> None:
    assert fits(value(name, Choices()), APPLIED[name])


@pytest.mark.parametrize("name", [name for name in KNOWN if name not in LESS_IS_KNOWN])
def test_what_terraform_knows_while_planning_is_known(name: str) -> None:
    found = value(name, Choices())
    assert fits(found, APPLIED.get(name))  # of null Terraform keeps nothing
    assert not isinstance(found, AtLeast | JsonText)
    assert found is not UNKNOWN


@pytest.mark.parametrize("name", APPLIED)
def test_one_of_the_ways_in_which_a_value_may_turn_out_came_true(name: str) -> None:
    ways = explore(lambda choices: value(name, choices))
    assert any(fits(way, APPLIED[name]) for way in ways)


@pytest.mark.parametrize(
    ("name", "ways"),
    [
        ("conditionals_03", ["a", "b"]),
        ("conditionals_06", [[], ["a"]]),
        ("conditionals_07", ["a", "c", "d"]),
        ("element_06", ["a", "b"]),
        ("maps_13", ["x", "y", "d"]),
        ("selection_02", ["x", "y"]),
        ("for_05", [[], ["a"], ["b"], ["a", "b"]]),
        ("try_can_08", [["x"], ["y"], "d"]),
    ],
)
def test_each_way_is_tried(name: str, ways: list[Any]) -> None:
    assert explore(lambda choices: value(name, choices)) == ways


@pytest.mark.parametrize("name", ["file", "templatefile", "timestamp", "uuid", "provider::aws::arn_parse", "none"])
def test_what_files_clocks_and_providers_tell_is_unknown(name: str) -> None:
    assert call(name, ["x"]) is UNKNOWN
