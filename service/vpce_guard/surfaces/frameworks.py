"""What decisions say about the controls of a framework: by control, over all endpoints of a report.

A rule that finds nothing proves no control: it looks at the endpoints of a change only, and where the org data it reads
are absent it is not asked at all. So no state here is called "compliant".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from vpce_guard.bundle.frameworks import FRAMEWORKS, FrameworkId, FrameworkMapping, control_order
from vpce_guard.bundle.rules import Rule
from vpce_guard.model import Decision

State = Literal["violated", "not judged", "waived", "no finding"]
_STATES: tuple[State, ...] = ("violated", "not judged", "waived", "no finding")


class ControlFinding(NamedTuple):
    """A control with what the rules that have to do with it found, worst first; `rules` are those that found it."""

    control: str
    state: State
    rules: tuple[str, ...]


def framework_title(framework: FrameworkId) -> str:
    """The framework's name with its version."""
    return FRAMEWORKS[framework]


def find_controls(
    framework: FrameworkId, rules: Iterable[Rule], decisions: Sequence[Decision]
) -> tuple[ControlFinding, ...]:
    """Each control that a rule has to do with, the worst first; what only informs is no violation."""
    states = {rule_id: state for state in reversed(_STATES[:3]) for rule_id in _rules_in(state, decisions)}
    found = []
    for control, ids in controls_of(framework, rules).items():
        state = min((states.get(rule_id, _STATES[-1]) for rule_id in ids), key=_STATES.index)
        told = tuple(rule_id for rule_id in ids if states.get(rule_id, _STATES[-1]) == state)
        found.append(ControlFinding(control, state, told))
    return tuple(sorted(found, key=lambda one: (_STATES.index(one.state), control_order(one.control))))


def controls_of(framework: FrameworkId, rules: Iterable[Rule]) -> Mapping[str, tuple[str, ...]]:
    """The ids of the rules that have to do with each control of a framework, in the order people read them."""
    pairs = [(c, rule.id) for rule in rules for one in mappings(rule, framework) for c in one.controls]
    controls = sorted({control for control, _ in pairs}, key=control_order)
    return {control: tuple(sorted({rule for c, rule in pairs if c == control})) for control in controls}


def mappings(rule: Rule, framework: FrameworkId) -> tuple[FrameworkMapping, ...]:
    """What a rule says of one framework."""
    return tuple(one for one in rule.frameworks if one.framework == framework)


def group(findings: Iterable[ControlFinding]) -> dict[tuple[State, tuple[str, ...]], list[str]]:
    """Controls that the same rules say the same of, together."""
    together: dict[tuple[State, tuple[str, ...]], list[str]] = {}
    for one in findings:
        together.setdefault((one.state, one.rules), []).append(one.control)
    return together


def _rules_in(state: State, decisions: Sequence[Decision]) -> set[str]:
    if state == "violated":
        return {v.rule_id for d in decisions for v in d.violations if v.enforcement_action in ("deny", "warn")}
    if state == "waived":
        return {waived.rule_id for decision in decisions for waived in decision.waived}
    return {unjudged.rule_id for decision in decisions for unjudged in decision.undetermined}
