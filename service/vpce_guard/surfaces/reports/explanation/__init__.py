"""Reports of explanations: one file each, with render(explanations). What several of them share is here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from vpce_guard.whatif.explain.types import Explanation, RuleExplanation

ORDER = ("violated", "waived", "undetermined", "not_violated", "off")
HEADINGS = {  # of rules that did not decide
    "violated": "Violated, without denying",
    "waived": "Waived",
    "undetermined": "Not judged",
    "not_violated": "Not violated",
    "off": "Off",
}
FOLDED = ("undetermined", "not_violated", "off")  # unless they decided


@dataclass(frozen=True)
class ExplanationReport:
    """Explanations; with `unfold`, what decided nothing is told in full too."""

    explanations: Sequence[Explanation]
    unfold: bool = False


def render_each(report: ExplanationReport, lines: Callable[[Explanation, bool], Iterable[str]]) -> str:
    """A block of lines for each endpoint; `lines` gets whether what decided nothing is unfolded."""
    if not report.explanations:
        return "No endpoint changes: nothing to explain."
    return "\n\n".join("\n".join(lines(one, report.unfold)) for one in report.explanations)


def split_rules(explanation: Explanation) -> tuple[list[RuleExplanation], dict[str, list[RuleExplanation]]]:
    """The rules that decided, and the others by outcome, in order."""
    decided = [rule for rule in explanation.rules if rule.rule_id in explanation.decided_by]
    others = {
        outcome: [rule for rule in explanation.rules if rule.outcome == outcome and rule not in decided]
        for outcome in ORDER
    }
    return decided, {outcome: rules for outcome, rules in others.items() if rules}


def headline(explanation: Explanation) -> str:
    """The answer, the operation and the endpoint, in one line."""
    subject = explanation.subject
    what = " ".join(part for part in (subject.endpoint_type, subject.service_name) if part)
    name = subject.address or what or "endpoint"
    answer = "ALLOWED" if explanation.allowed else "DENIED"
    recorded = f" (decision {explanation.decision_id})" if explanation.decision_id else ""
    return f"{answer} {explanation.operation} {name}{recorded}"


def by_reason(explanation: Explanation) -> dict[str, list[str]]:
    """The ids of the rules that were not asked, by the reason."""
    found: dict[str, list[str]] = {}
    for one in explanation.not_applied:
        found.setdefault(one.reason, []).append(one.rule_id)
    return found
