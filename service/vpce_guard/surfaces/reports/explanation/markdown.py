"""Explanations as Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vpce_guard.surfaces.reports.explanation import (
    FOLDED,
    HEADINGS,
    ExplanationReport,
    by_reason,
    headline,
    render_each,
    split_rules,
)
from vpce_guard.whatif.explain.types import Explanation, RuleExplanation
from vpce_guard.whatif.explain.words import code, value


def render(report: ExplanationReport) -> str:
    """One block for each endpoint with what decided first; what decided nothing and is no finding is folded."""
    return render_each(report, _explanation_lines)


def _explanation_lines(explanation: Explanation, unfold: bool) -> Iterator[str]:
    yield f"### {headline(explanation)}"
    yield ""
    yield from (f"> {note}" for note in explanation.notes)
    decided, others = split_rules(explanation)
    if decided:
        yield from ("**What decided**\n", *_table(decided))
    if explanation.flip:
        yield f"**Smallest change**: {explanation.flip.words}\n"
    for outcome, rules in others.items():
        if outcome in FOLDED and not unfold:
            yield from (
                f"<details><summary>{HEADINGS[outcome]}: {len(rules)}</summary>\n",
                *_table(rules),
                "</details>\n",
            )
        else:
            yield from (f"**{HEADINGS[outcome]}**\n", *_table(rules))
    if explanation.not_applied:
        yield f"<details><summary>Not about this: {len(explanation.not_applied)}</summary>\n"
        yield from (f"- {reason}: {', '.join(ids)}" for reason, ids in by_reason(explanation).items())
        yield "\n</details>"


def _table(rules: Sequence[RuleExplanation]) -> Iterator[str]:
    yield "| rule | why |"
    yield "|---|---|"
    yield from map(_row, rules)
    yield ""


def _row(rule: RuleExplanation) -> str:
    saw = [f"{code(one.text)} = {value(one.value)}" for c in rule.conditions[:1] for one in c.saw if one.known]
    told = rule.words + (f"<br>saw {', '.join(saw)}" if saw else "")
    return f"| {rule.rule_id} | {told.replace('|', chr(92) + '|')} |"
