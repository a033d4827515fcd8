"""Reports of explanations: one file each, with render(explanations). What several of them share is here."""

from __future__ import annotations

from vpce_guard.whatif.explain.types import Explanation

ORDER = ("violated", "waived", "undetermined", "not_violated", "off")
HEADINGS = {
    "violated": "Violated",
    "waived": "Waived",
    "undetermined": "Not judged",
    "not_violated": "Not violated",
    "off": "Off",
}
NOTHING = "No endpoint changes: nothing to explain."


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
