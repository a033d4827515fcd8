"""Root modules of ordinary teams, planned with the AWS provider: their verdicts are those of roots/verdicts.yaml."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.decisions.decide import decide
from vpce_guard.decisions.judge import Terms
from vpce_guard.decisions.question import Question
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.formats import read
from vpce_guard.formats.document import Extras
from vpce_guard.formats.terraform.hcl import Configuration
from vpce_guard.model import Decision, Json
from vpce_guard.org.data import no_org_data

ROOTS = Path(__file__).parent / "roots"
TABLE: dict[str, Json] = {row["root"]: row for row in yaml.safe_load((ROOTS / "verdicts.yaml").read_text())}
FAULTS = {root: row["fault"] for root, row in TABLE.items() if "fault" in row}
FAULTLESS = [root for root, row in TABLE.items() if row.get("faultless")]

Rules = dict[str, list[str]]


class Asked(NamedTuple):
    """One way to ask about a root."""

    root: str
    plan: str = "plan"
    source: bool = True
    strict: bool = False


def source_of(root: str, plan: str, scratch: Path) -> Path:
    """The directory that a plan was made in: for a fault, a copy with the fault in it."""
    if plan == "plan":
        return ROOTS / root
    copy, fault = scratch / root, FAULTS[root]
    shutil.copytree(ROOTS / root, copy)
    file = copy / fault.get("file", "main.tf")
    file.write_text(file.read_text().replace(fault["replace"], fault["by"]))
    return copy


def question(asked: Asked, scratch: Path) -> Question:
    source = source_of(asked.root, asked.plan, scratch) if asked.source else None
    given = Extras(configuration=None if source is None else Configuration(source))
    plan = json.loads((ROOTS / asked.root / f"{asked.plan}.json").read_text())
    return Question(proposals=read(plan, given=given), request_id="r", strict=asked.strict)


@cache
def decided() -> Mapping[Asked, Sequence[Decision]]:
    """All of them, decided by one engine."""
    asked = [Asked(root, source=source) for root in TABLE for source in (True, False)]
    asked += [Asked(root, "fault", source) for root in FAULTS for source in (True, False)]
    asked += [Asked(root, strict=True) for root in FAULTLESS]
    bundle = open_bundle()
    engine = EmbeddedEngine(bundle, timeout=60, memory_limit=256 << 20)
    terms = Terms(rules=bundle.rules, revision=bundle.revision, profile="aws-current", org=no_org_data({}))
    with tempfile.TemporaryDirectory() as scratch:
        questions = [question(one, Path(scratch)) for one in asked]
    return dict(zip(asked, asyncio.run(decide(questions, engine=engine, terms=terms)), strict=True))


def verdicts(decisions: Sequence[Decision]) -> dict[str, Rules]:
    """The rules that deny, warn or are undetermined, by operation and address."""
    found: dict[str, Rules] = {}
    for decision in decisions:
        rules: dict[str, set[str]] = {"undetermined": {u.rule_id for u in decision.undetermined}}
        for violation in decision.violations:
            rules.setdefault(violation.enforcement_action, set()).add(violation.rule_id)
        key = f"{decision.operation} {decision.subject.address}"
        found[key] = {name: sorted(ids) for name, ids in sorted(rules.items()) if ids and name != "inform"}
    return found


def told(rules: Rules) -> set[str]:
    return {rule for ids in rules.values() for rule in ids}


@pytest.mark.parametrize("root", TABLE)
def test_with_the_source_the_verdict_is_that_of_the_table(root: str) -> None:
    expected: dict[str, Any] = TABLE[root]["verdicts"]
    assert verdicts(decided()[Asked(root)]) == {key: rules or {} for key, rules in expected.items()}


@pytest.mark.parametrize("root", TABLE)
def test_without_the_source_nothing_else_is_denied_and_nothing_passed_over(root: str) -> None:
    found = verdicts(decided()[Asked(root, source=False)])
    expected: dict[str, Any] = TABLE[root]["verdicts"]
    assert found.keys() == expected.keys()
    for key, rules in found.items():
        wanted: Rules = expected[key] or {}
        assert set(rules.get("deny", [])) <= set(wanted.get("deny", []))
        assert told(wanted) <= told(rules)


@pytest.mark.parametrize("root", FAULTLESS)
def test_a_faultless_root_passes_strictly_without_a_context(root: str) -> None:
    decisions = decided()[Asked(root, strict=True)]
    assert [decision.allowed for decision in decisions] == [True] * len(TABLE[root]["verdicts"])


@pytest.mark.parametrize("root", FAULTS)
def test_a_seeded_fault_is_found(root: str) -> None:
    found = verdicts(decided()[Asked(root, "fault")])
    assert {key: told({**found[key], "undetermined": []}) for key in FAULTS[root]["finds"]} == {
        key: set(rules) for key, rules in FAULTS[root]["finds"].items()
    }


@pytest.mark.parametrize("root", FAULTS)
def test_without_the_source_a_seeded_fault_is_not_passed_over(root: str) -> None:
    found = verdicts(decided()[Asked(root, "fault", source=False)])
    for key, rules in FAULTS[root]["finds"].items():
        assert set(rules) <= told(found[key])


def test_every_folder_is_in_the_table() -> None:
    assert {folder.name for folder in ROOTS.iterdir() if folder.is_dir()} == set(TABLE)
