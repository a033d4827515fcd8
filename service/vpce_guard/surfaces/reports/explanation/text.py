"""Explanations as text for a terminal."""

from __future__ import annotations

import textwrap
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
from vpce_guard.surfaces.visible import harmless_line, visible
from vpce_guard.whatif.explain.types import Condition, Explanation, RuleExplanation

_WIDTH = 110


def render(report: ExplanationReport) -> str:
    """One block for each endpoint: the answer, what decided, the smallest change, other findings, the rest folded."""
    return render_each(report, lambda one, unfold: map(_printable, _explanation_lines(one, unfold)))


def _printable(line: str) -> str:
    return harmless_line(visible(line))


def _explanation_lines(explanation: Explanation, unfold: bool) -> Iterator[str]:
    yield headline(explanation)
    yield from (f"  note: {note}" for note in explanation.notes)
    decided, others = split_rules(explanation)
    if decided:
        yield f"What decided: {len(decided)}"
        yield from _rule_lines(decided)
    if explanation.flip:
        yield from _wrap(f"Smallest change: {explanation.flip.words}", 0)
    for outcome, rules in others.items():
        if outcome not in FOLDED or unfold:
            yield f"{HEADINGS[outcome]}: {len(rules)}"
            yield from _rule_lines(rules)
    folded = [] if unfold else [(HEADINGS[o], [r.rule_id for r in rs]) for o, rs in others.items() if o in FOLDED]
    reasons = by_reason(explanation)
    if unfold and reasons:
        yield f"Not about this: {len(explanation.not_applied)}"
        for reason, ids in reasons.items():
            yield from _wrap(f"{reason}: {', '.join(ids)}", 2)
    elif reasons:
        folded.append(("Not about this", [one.rule_id for one in explanation.not_applied]))
    if folded:
        told = "; ".join(f"{heading}: {len(ids)}" for heading, ids in folded)
        yield from _wrap(f"Decided nothing (--all says why): {told}.", 0)


def _rule_lines(rules: Sequence[RuleExplanation]) -> Iterator[str]:
    for rule in rules:
        yield from _wrap(f"{rule.rule_id}  {rule.words}", 2)
        for condition in rule.conditions[: 1 if rule.outcome == "not_violated" else None]:
            yield from _inner_lines(condition, 1)


def _inner_lines(condition: Condition, depth: int) -> Iterator[str]:
    for inner in condition.because:
        place = f"{inner.file.rpartition('/')[2]}:{inner.line}"
        yield from _wrap(f"because {inner.words} ({place})", 2 + 2 * depth)
        yield from _inner_lines(inner, depth + 1)


def _wrap(told: str, indent: int) -> list[str]:
    return textwrap.wrap(
        told,
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 4),
        break_long_words=False,
        break_on_hyphens=False,
    )
