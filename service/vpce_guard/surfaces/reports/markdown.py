"""The report as Markdown: a pull-request comment that a reviewer can read in ten seconds.

What denies comes first, in a table; everything else is folded away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic_core import to_json

from vpce_guard.model import Decision, Location, Violation
from vpce_guard.surfaces.audit_words import describe_endpoint, describe_saving
from vpce_guard.surfaces.drawing.tables import LEGEND, path_lines
from vpce_guard.surfaces.frameworks import framework_title, group
from vpce_guard.surfaces.gaps import Gap, find_gaps
from vpce_guard.surfaces.markdown_text import code, fold, inline
from vpce_guard.surfaces.reports import Report, endpoint_name, given_files, names_of_few
from vpce_guard.surfaces.reports.text import summary
from vpce_guard.surfaces.visible import visible
from vpce_guard.whatif.audit.types import Changes, WorthDoing

_MOST_ROWS = 50
_MOST_NAMES = 2
_MOST_PATHS = 5  # endpoints whose paths are told
_MOST = 60_000  # a comment of GitHub holds 65,536 characters


def render(report: Report) -> str:
    """One Markdown document; sections that would make it too long for a comment are left out, and that is said."""
    return join_sections(_sections(report))


def join_sections(sections: Iterable[Iterable[str]]) -> str:
    """Sections as one document, as many as fit in a comment."""
    told, size = [], 0
    for section in sections:
        text = "\n".join(section)
        size += len(text) + 1
        if size > _MOST:
            told.append("\nThe rest is too long for a comment: see the other reports.")
            break
        told.append(text)
    return "\n".join(told).rstrip() + "\n"


def _sections(report: Report) -> Iterator[Iterable[str]]:
    words = ("in order", "in violation") if report.audit else ("allowed", "denied")
    verdict = "could not decide" if report.has_failed else words[0] if report.allowed else words[1]
    yield f"## VPC endpoints: {verdict}", "", summary(report)
    for decision in report.decisions:
        if decision.error is not None:
            yield (f"\n**{inline(endpoint_name(decision))}**: {inline(decision.error)}",)
    rows = _Rows.choose(report.decisions)
    yield _table(rows.denied, report)
    yield fold(f"{_count(rows.fixes.number, 'fix', 'fixes')}, tried", list(_fixes(rows.fixes)))
    if report.audit is None:
        yield fold("Where paths to endpoints stop", list(_paths(report)))
    others = rows.others
    yield fold(_count(others.number, "warning or note", "warnings and notes"), list(_table(others, report)))
    yield fold(f"{rows.waived.number} waived", _list_lines(rows.waived))
    gaps = find_gaps(report.decisions, report.drafts)
    waiting = sum(len({one.rule_id for one in decision.undetermined}) for decision in report.decisions)
    yield fold(f"{waiting} could not be judged, and what would settle that", list(_gaps(gaps, report)))
    if report.framework is not None:
        yield fold(framework_title(report.framework), _control_table(report))
    if report.audit is not None:
        yield fold("Worth doing", list(_worth_table(report.audit.worth_doing)))
    if report.audit is not None and report.audit.changes is not None:
        yield fold("Changes since the earlier audit", list(_changes(report.audit.changes)))
    yield fold("Cost a month", _list_lines(rows.costs))


T = TypeVar("T")


@dataclass
class _FirstRows(Generic[T]):
    """The first of many, with their decisions, and how many there are."""

    listed: list[tuple[Decision, T]] = field(default_factory=list)
    number: int = 0

    def add(self, decision: Decision, one: T) -> None:
        self.number += 1
        if self.number <= _MOST_ROWS:
            self.listed.append((decision, one))


@dataclass
class _Rows:
    """What is told of decisions in rows."""

    denied: _FirstRows[Violation] = field(default_factory=_FirstRows)
    fixes: _FirstRows[Violation] = field(default_factory=_FirstRows)
    others: _FirstRows[Violation] = field(default_factory=_FirstRows)
    waived: _FirstRows[str] = field(default_factory=_FirstRows)
    costs: _FirstRows[str] = field(default_factory=_FirstRows)

    @classmethod
    def choose(cls, decisions: Iterable[Decision]) -> _Rows:
        rows = cls()
        for decision in decisions:
            for violation in decision.violations:
                denies = violation.enforcement_action == "deny"
                (rows.denied if denies else rows.others).add(decision, violation)
                if denies and violation.fix and violation.fix_verified:
                    rows.fixes.add(decision, violation)
            for one in decision.waived:
                rows.waived.add(decision, f"{one.rule_id}, {inline(f'{one.message} (waiver {one.waiver_id})')}")
            if cost := _cost(decision):
                rows.costs.add(decision, cost)
        return rows


def _list_lines(found: _FirstRows[str]) -> list[str]:
    lines = [f"- {inline(endpoint_name(decision))}: {text}" for decision, text in found.listed]
    return [*lines, *([f"- {found.number - _MOST_ROWS} more"] if found.number > _MOST_ROWS else [])]


def _table(found: _FirstRows[Violation], report: Report) -> Iterator[str]:
    if not found.listed:
        return
    yield ""
    yield "| endpoint | rule | what is wrong | what to do |"
    yield "|---|---|---|---|"
    for decision, v in found.listed:
        place = _place(v.location)
        lines = [f"`{code(endpoint_name(decision))}`", inline(report.facts(decision)), place]
        name = "<br>".join(line for line in lines if line)
        rule = f"[{v.rule_id}]({report.help_url(v.rule_id)})"
        yield f"| {name} | {rule} | {inline(v.message)} | {inline(v.remediation)} |"
    if found.number > _MOST_ROWS:
        yield f"\n{found.number - _MOST_ROWS} more are not shown."


def _fixes(found: _FirstRows[Violation]) -> Iterator[str]:
    for decision, violation in found.listed:
        yield f"`{code(endpoint_name(decision))}`, {violation.rule_id}:"
        yield ""
        yield from (f"    {to_json(operation).decode()}" for operation in violation.fix or ())
        yield ""


def _paths(report: Report) -> Iterator[str]:
    """The paths with something wrong on them, of the first endpoints that have any."""
    drawn = ((decision, report.draw(decision)) for decision in report.decisions[:_MOST_ROWS])
    wrong = [(decision, drawing) for decision, drawing in drawn if drawing and drawing.paths.are_wrong]
    if wrong:
        yield LEGEND
    for decision, drawing in wrong[:_MOST_PATHS]:
        yield from ("", f"`{code(endpoint_name(decision))}`", "", *path_lines(drawing.paths, only_wrong=True))
    if len(wrong) > _MOST_PATHS:
        yield from ("", f"Those of {len(wrong) - _MOST_PATHS} more endpoints are not shown: see `-o paths`.")


def _gaps(gaps: Sequence[Gap], report: Report) -> Iterator[str]:
    """What is not known, each thing once, with what fills it and the rules that wait for it."""
    names = names_of_few(gaps, report.decisions, most=_MOST_NAMES)
    for gap in gaps:
        few = len(gap.endpoints) <= _MOST_NAMES
        where = (
            ", ".join(f"`{code(names[one])}`" for one in gap.endpoints) if few else f"{len(gap.endpoints)} endpoints"
        )
        rules = ", ".join(f"[{rule}]({report.help_url(rule)})" for rule in gap.rules)
        pointers = ", ".join(f"`{code(pointer)}`" for pointer in gap.pointers if not gap.fetches)
        yield f"- **{gap.what}**{f' ({pointers})' if pointers else ''} for {where}: settles {rules}"
        yield from () if gap.fetches else [f"  {inline(gap.advice)}"]
    if files := given_files(gaps, report):
        yield from ("", "```sh")
        yield from (f"{visible(fetch.command)} > {fetch.file}" for gap in gaps for fetch in gap.fetches)
        yield from ("```", "", f"Then check again with `{files}`.")


def _control_table(report: Report) -> list[str]:
    lines = ["| what is found | controls | rules |", "|---|---|---|"]
    for (state, rules), controls in group(report.controls).items():
        linked = ", ".join(f"[{rule}]({report.help_url(rule)})" for rule in rules)
        lines.append(f"| {state} | {inline(', '.join(controls))} | {linked} |")
    return lines


def _worth_table(found: Sequence[WorthDoing]) -> Iterator[str]:
    if not found:
        return
    yield "| what | endpoints | why | what to do | money | owner |"
    yield "|---|---|---|---|---|---|"
    for one in found[:_MOST_ROWS]:
        more = f" and {len(one.endpoint_ids) - _MOST_NAMES} more" if len(one.endpoint_ids) > _MOST_NAMES else ""
        names = ", ".join(f"`{code(name)}`" for name in one.endpoint_ids[:_MOST_NAMES]) + more
        cells = (inline(text) for text in (one.why, one.do, describe_saving(one), ", ".join(one.owners[:_MOST_NAMES])))
        yield f"| {one.kind} | {names} | {' | '.join(cells)} |"
    if len(found) > _MOST_ROWS:
        yield f"\n{len(found) - _MOST_ROWS} more are not shown."


def _changes(changes: Changes) -> Iterator[str]:
    yield f"- {changes.new} new, {changes.still_there} still there, since {changes.since}"
    for title, past in (("resolved", changes.resolved), ("not judged this time", changes.unsettled)):
        for one in past[:_MOST_ROWS]:
            yield f"- {title}: `{code(one.endpoint_id)}` {one.violation.rule_id}, {inline(one.violation.message)}"
        if len(past) > _MOST_ROWS:
            yield f"- {title}: {len(past) - _MOST_ROWS} more"
    for endpoint in changes.gone[:_MOST_ROWS]:
        yield f"- gone: `{code(endpoint.endpoint_id)}`, {inline(describe_endpoint(endpoint))}"


def _cost(decision: Decision) -> str:
    cost = decision.cost
    if cost is None or cost.monthly is None or not (cost.monthly or cost.difference):
        return ""
    change = f" ({cost.difference:+.2f})" if cost.difference not in (None, cost.monthly) else ""
    return f"{cost.monthly:.2f} {cost.currency}{change}"


def _place(location: Location | None) -> str:
    if location is None:
        return ""
    return inline(f"{location.file}:{location.line}" if location.line else location.file)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
