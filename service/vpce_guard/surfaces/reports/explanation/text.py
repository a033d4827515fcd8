"""Explanations as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from vpce_guard.surfaces.reports.explanation import HEADINGS, NOTHING, ORDER, by_reason, headline
from vpce_guard.surfaces.visible import harmless_line, visible
from vpce_guard.whatif.explain.types import Condition, Explanation

_WIDTH = 110


def render(explanations: Sequence[Explanation]) -> str:
    """One block for each endpoint: the answer, each rule in a sentence with what its condition saw, and the flip."""
    if not explanations:
        return NOTHING
    blocks = (map(visible, _explanation_lines(explanation)) for explanation in explanations)
    return "\n\n".join("\n".join(map(harmless_line, block)) for block in blocks)


def _explanation_lines(explanation: Explanation) -> Iterator[str]:
    yield headline(explanation)
    yield from (f"  note: {note}" for note in explanation.notes)
    for outcome in ORDER:
        rules = [rule for rule in explanation.rules if rule.outcome == outcome]
        if rules:
            yield f"{HEADINGS[outcome]}: {len(rules)}"
        for rule in rules:
            yield from _wrap(f"{rule.rule_id}  {rule.words}", 2)
            for condition in rule.conditions[: 1 if outcome == "not_violated" else None]:
                yield from _inner_lines(condition, 1)
    if explanation.not_applied:
        yield f"Not about this: {len(explanation.not_applied)}"
        for reason, ids in by_reason(explanation).items():
            yield from _wrap(f"{reason}: {', '.join(ids)}", 2)
    if explanation.flip:
        yield from _wrap(f"Smallest change: {explanation.flip.words}", 0)


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
