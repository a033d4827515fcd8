"""The report as Markdown: a pull-request comment that a reviewer can read in ten seconds.

What denies comes first, in a table; everything else is folded away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic_core import to_json

from vpce_guard.model import Decision, Location, Violation
from vpce_guard.reports import Report, endpoint_name
from vpce_guard.reports.text import summary

NAME = "markdown"

_MOST_ROWS = 100  # a comment holds 65,536 characters
_MOST_TEXT = 400
_ENTITIES = {"<": "&lt;", ">": "&gt;"}


def render(report: Report, *, color: bool) -> str:  # noqa: ARG001 - every report takes the same arguments
    """One Markdown document."""
    return "\n".join(_lines(report)).rstrip() + "\n"


def _lines(report: Report) -> Iterator[str]:
    verdict = "could not decide" if report.failed else "allowed" if report.allowed else "denied"
    yield f"## VPC endpoints: {verdict}"
    yield ""
    yield summary(report)
    for decision in report.decisions:
        if decision.error is not None:
            yield f"\n**{_inline(endpoint_name(decision))}**: {_inline(decision.error)}"
    found = [(decision, violation) for decision in report.decisions for violation in decision.violations]
    denied = [(d, v) for d, v in found if v.enforcement_action == "deny"]
    yield from _table(denied)
    fixes = [(d, v) for d, v in denied if v.fix and v.fix_verified]
    if fixes:
        yield from _folded(f"{_count(len(fixes), 'fix', 'fixes')}, tried", _fixes(fixes))
    others = [(d, v) for d, v in found if v.enforcement_action != "deny"]
    if others:
        yield from _folded(_count(len(others), "warning or note", "warnings and notes"), _table(others))
    waived = [
        f"- {_inline(endpoint_name(d))}: {w.rule_id}, {_inline(w.message)} (waiver {_inline(w.waiver_id)})"
        for d in report.decisions
        for w in d.waived
    ]
    if waived:
        yield from _folded(f"{len(waived)} waived", waived)
    unsure = [
        f"- {_inline(endpoint_name(d))}: {u.rule_id}, {_inline(u.reason)}"
        for d in report.decisions
        for u in d.undetermined
    ]
    if unsure:
        yield from _folded(f"{len(unsure)} could not be judged", unsure[:_MOST_ROWS])
    costs = [f"- {_inline(endpoint_name(d))}: {_cost(d)}" for d in report.decisions if _cost(d)]
    if costs:
        yield from _folded("Cost a month", costs[:_MOST_ROWS])


def _table(found: Sequence[tuple[Decision, Violation]]) -> Iterator[str]:
    if not found:
        return
    yield ""
    yield "| endpoint | rule | what is wrong | what to do |"
    yield "|---|---|---|---|"
    for decision, v in found[:_MOST_ROWS]:
        place = _place(v.location)
        name = f"`{_code(endpoint_name(decision))}`" + (f"<br>{place}" if place else "")
        rule = f"[{v.rule_id}]({v.source})" if v.source.startswith("https://") else v.rule_id
        yield f"| {name} | {rule} | {_inline(v.message)} | {_inline(v.remediation)} |"
    if len(found) > _MOST_ROWS:
        yield f"\n{len(found) - _MOST_ROWS} more are not shown."


def _fixes(found: Sequence[tuple[Decision, Violation]]) -> Iterator[str]:
    for decision, violation in found[:_MOST_ROWS]:
        yield f"`{_code(endpoint_name(decision))}`, {violation.rule_id}:"
        yield ""
        yield from (f"    {to_json(operation).decode()}" for operation in violation.fix or ())
        yield ""


def _folded(title: str, lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
    yield ""
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield from lines
    yield ""
    yield "</details>"


def _cost(decision: Decision) -> str:
    cost = decision.cost
    if cost is None or cost.monthly is None or not (cost.monthly or cost.difference):
        return ""
    change = f" ({cost.difference:+.2f})" if cost.difference not in (None, cost.monthly) else ""
    return f"{cost.monthly:.2f} {cost.currency}{change}"


def _place(location: Location | None) -> str:
    if location is None:
        return ""
    return _inline(f"{location.file}:{location.line}" if location.line else location.file)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _inline(text: str) -> str:
    """Text that cannot break out of a table cell, mention anyone or become markup."""
    text = text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 3] + "..."
    for character in "\\`*_{}[]<>#|~":
        text = text.replace(character, _ENTITIES.get(character, f"\\{character}"))
    return " ".join(text.split()).replace("@", "@\u200b")


def _code(text: str) -> str:
    return " ".join(text.split()).replace("`", "'").replace("|", "\\|")
