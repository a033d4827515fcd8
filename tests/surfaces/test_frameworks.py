"""What decisions say about the controls of a framework."""

from __future__ import annotations

from typing import Any

from tests.surfaces.reports.test_reports import decision, violation
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.bundle.frameworks import FrameworkMapping
from vpce_guard.bundle.rules import Rule
from vpce_guard.model import Undetermined, WaivedViolation
from vpce_guard.surfaces.frameworks import controls_of, find_controls, group

SOME = open_bundle().catalogue.rules[0]


def rule(rule_id: str, *controls: str, framework: str = "cis") -> Rule:
    mapping: dict[str, Any] = {
        "framework": framework,
        "controls": controls,
        "relation": "part",
        "doc": "https://docs.aws.amazon.com/x",
    }
    return SOME.model_copy(update={"id": rule_id, "frameworks": (FrameworkMapping(**mapping),)})


RULES = (rule("VPCE-ORG-002", "5.10", "5.3"), rule("VPCE-ORG-001", "5.3"), rule("VPCE-ORG-003", "x", framework="fsbp"))


def found(**members: Any) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(*one,) for one in find_controls("cis", RULES, [decision(**members)])]


def test_each_control_has_its_rules_in_order() -> None:
    assert controls_of("cis", RULES) == {"5.3": ("VPCE-ORG-001", "VPCE-ORG-002"), "5.10": ("VPCE-ORG-002",)}


def test_without_a_finding_none_is_called_compliant() -> None:
    assert {state for _, state, _ in found()} == {"no finding"}


def test_the_worst_is_told_first_with_the_rules_that_found_it() -> None:
    assert found(violations=(violation("warn", "VPCE-ORG-001"),)) == [
        ("5.3", "violated", ("VPCE-ORG-001",)),
        ("5.10", "no finding", ("VPCE-ORG-002",)),
    ]


def test_what_is_not_judged_or_waived_is_told_and_what_informs_is_not() -> None:
    waived = WaivedViolation(rule_id="VPCE-ORG-001", waiver_id="W-1", expires="2027-01-01", message="m")
    unjudged = Undetermined(rule_id="VPCE-ORG-002", reason="r", missing=("/context/Vpc",))
    assert found(waived=(waived,), undetermined=(unjudged,), violations=(violation("inform", "VPCE-ORG-001"),)) == [
        ("5.3", "not judged", ("VPCE-ORG-002",)),
        ("5.10", "not judged", ("VPCE-ORG-002",)),
    ]
    assert found(waived=(waived,))[0] == ("5.3", "waived", ("VPCE-ORG-001",))


def test_controls_of_one_finding_stand_together() -> None:
    same = find_controls("cis", (rule("VPCE-ORG-001", "5.4", "5.3"),), [decision()])
    assert group(same) == {("no finding", ("VPCE-ORG-001",)): ["5.3", "5.4"]}
