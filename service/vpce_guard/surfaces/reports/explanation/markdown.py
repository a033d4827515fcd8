"""Explanations as Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vpce_guard.surfaces.reports.explanation import HEADINGS, NOTHING, ORDER, by_reason, headline
from vpce_guard.whatif.explain.types import Explanation, RuleExplanation
from vpce_guard.whatif.explain.words import code, value


def render(explanations: Sequence[Explanation]) -> str:
    """One block for each endpoint with a table of rules; those that are not violated are folded."""
    if not explanations:
        return NOTHING
    return "\n\n".join("\n".join(_explanation_lines(explanation)) for explanation in explanations)


def _explanation_lines(explanation: Explanation) -> Iterator[str]:
    yield f"### {headline(explanation)}"
    yield ""
    yield from (f"> {note}" for note in explanation.notes)
    for outcome in ORDER:
        rules = [rule for rule in explanation.rules if rule.outcome == outcome]
        if not rules:
            continue
        folded = outcome in ("not_violated", "off")
        yield (
            f"<details><summary>{HEADINGS[outcome]}: {len(rules)}</summary>\n"
            if folded
            else f"**{HEADINGS[outcome]}**\n"
        )
        yield "| rule | why |"
        yield "|---|---|"
        yield from (_row(rule) for rule in rules)
        yield "\n</details>\n" if folded else ""
    for reason, ids in by_reason(explanation).items():
        yield f"- not judged, as {reason}: {', '.join(ids)}"
    if explanation.flip:
        yield f"\n**Smallest change**: {explanation.flip.words}"


def _row(rule: RuleExplanation) -> str:
    saw = [f"{code(one.text)} = {value(one.value)}" for c in rule.conditions[:1] for one in c.saw if one.known]
    told = rule.words + (f"<br>saw {', '.join(saw)}" if saw else "")
    return f"| {rule.rule_id} | {told.replace('|', chr(92) + '|')} |"
