"""Explanations for people: as text for a terminal and as Markdown for a pull request."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from vpce_guard.whatif.explain.types import Condition, Explanation, RuleExplanation
from vpce_guard.whatif.explain.words import code, value

_ORDER = ("violated", "waived", "undetermined", "not_violated", "off")
_HEADINGS = {
    "violated": "Violated",
    "waived": "Waived",
    "undetermined": "Not judged",
    "not_violated": "Not violated",
    "off": "Off",
}
_WIDTH = 110


def text(explanations: Sequence[Explanation]) -> str:
    """One block for each endpoint: the answer, each rule in a sentence with what its condition saw, and the flip."""
    return "\n\n".join("\n".join(_text(explanation)) for explanation in explanations)


def markdown(explanations: Sequence[Explanation]) -> str:
    """The same with a table of rules; those that are not violated are folded."""
    return "\n\n".join("\n".join(_markdown(explanation)) for explanation in explanations)


def _text(explanation: Explanation) -> Iterator[str]:
    yield _head(explanation)
    yield from (f"  note: {note}" for note in explanation.notes)
    for outcome in _ORDER:
        rules = [rule for rule in explanation.rules if rule.outcome == outcome]
        if rules:
            yield f"{_HEADINGS[outcome]}: {len(rules)}"
        for rule in rules:
            yield from _wrapped(f"{rule.rule_id}  {rule.words}", 2)
            for condition in rule.conditions[: 1 if outcome == "not_violated" else None]:
                yield from _inside(condition, 1)
    if explanation.not_applied:
        yield f"Not about this: {len(explanation.not_applied)}"
        for reason, ids in _by_reason(explanation).items():
            yield from _wrapped(f"{reason}: {', '.join(ids)}", 2)
    if explanation.flip:
        yield from _wrapped(f"Smallest change: {explanation.flip.words}", 0)


def _inside(condition: Condition, depth: int) -> Iterator[str]:
    for inner in condition.because:
        place = f"{inner.file.rpartition('/')[2]}:{inner.line}"
        yield from _wrapped(f"because {inner.words} ({place})", 2 + 2 * depth)
        yield from _inside(inner, depth + 1)


def _markdown(explanation: Explanation) -> Iterator[str]:
    yield f"### {_head(explanation)}"
    yield ""
    yield from (f"> {note}" for note in explanation.notes)
    for outcome in _ORDER:
        rules = [rule for rule in explanation.rules if rule.outcome == outcome]
        if not rules:
            continue
        folded = outcome in ("not_violated", "off")
        yield (
            f"<details><summary>{_HEADINGS[outcome]}: {len(rules)}</summary>\n"
            if folded
            else f"**{_HEADINGS[outcome]}**\n"
        )
        yield "| rule | why |"
        yield "|---|---|"
        yield from (_row(rule) for rule in rules)
        yield "\n</details>\n" if folded else ""
    for reason, ids in _by_reason(explanation).items():
        yield f"- not judged, as {reason}: {', '.join(ids)}"
    if explanation.flip:
        yield f"\n**Smallest change**: {explanation.flip.words}"


def _row(rule: RuleExplanation) -> str:
    saw = [f"{code(one.text)} = {value(one.value)}" for c in rule.conditions[:1] for one in c.saw if one.known]
    told = rule.words + (f"<br>saw {', '.join(saw)}" if saw else "")
    return f"| {rule.rule_id} | {told.replace('|', chr(92) + '|')} |"


def _head(explanation: Explanation) -> str:
    subject = explanation.subject
    what = " ".join(part for part in (subject.endpoint_type, subject.service_name) if part)
    name = subject.address or what or "endpoint"
    answer = "ALLOWED" if explanation.allowed else "DENIED"
    recorded = f" (decision {explanation.decision_id})" if explanation.decision_id else ""
    return f"{answer} {explanation.operation} {name}{recorded}"


def _by_reason(explanation: Explanation) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in explanation.not_applied:
        found.setdefault(one.reason, []).append(one.rule_id)
    return found


def _wrapped(told: str, indent: int) -> list[str]:
    return textwrap.wrap(
        told,
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 4),
        break_long_words=False,
        break_on_hyphens=False,
    )
