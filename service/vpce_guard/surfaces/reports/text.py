"""The report for a person: which endpoint, which rule, what is wrong, where, and what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

import click
from pydantic_core import to_json

from vpce_guard.model import Decision, Json, Undetermined, Violation
from vpce_guard.surfaces.reports import Report
from vpce_guard.surfaces.visible import harmless_line, visible_decision

_COLORS = {"DENIED": "red", "ALLOWED": "green", "NO DECISION": "red"}
_ACTIONS = {"deny": "red", "warn": "yellow", "inform": "blue"}
_WIDTH = 100


def render(report: Report) -> str:
    """Blocks of one endpoint each, and a line that sums them up, with terminal styles."""
    blocks = (_block(visible_decision(decision), report) for decision in report.decisions)
    lines = [line for block in blocks for line in (*map(harmless_line, block), "")]
    return "\n".join([*lines, summary(report)])


def _block(decision: Decision, report: Report) -> Iterator[str]:
    word = "NO DECISION" if decision.error else "ALLOWED" if decision.allowed else "DENIED"
    subject = decision.subject
    what = " ".join(part for part in (subject.endpoint_type, subject.service_name) if part)
    head = click.style(f"{word:<8}", fg=_COLORS[word], bold=True)
    yield f"{head} {decision.operation} {subject.address or what or 'endpoint'}"
    if subject.address and what:
        yield f"         {what}" + (f" in {subject.vpc_id}" if subject.vpc_id else "")
    if decision.error:
        yield from _wrap(f"could not decide: {decision.error}")
    for violation in decision.violations:
        yield from _violation(violation, report.help_url(violation.rule_id))
    for waived in decision.waived:
        yield f"  {click.style('waived', fg='cyan')} {click.style(waived.rule_id, bold=True)}  until {waived.expires}"
        yield from _wrap(f"{waived.message} (waiver {waived.waiver_id})")
    yield from _undetermined_lines(decision.undetermined)
    yield from _reach(decision)
    yield from _cost(decision)
    for override in decision.overrides:
        yield f"  {click.style('set', fg='cyan')}    {override.rule_id} is {override.action} instead of {override.own}"
        yield from _wrap(f"by {override.layer}: {override.reason or 'no reason given'}")


def _violation(violation: Violation, help_url: str) -> Iterator[str]:
    action = click.style(f"{violation.enforcement_action:<6}", fg=_ACTIONS.get(violation.enforcement_action))
    yield f"  {action} {click.style(violation.rule_id, bold=True)}  {violation.title}"
    yield from _wrap(violation.message)
    if violation.enforcement_action == "inform":
        return
    yield f"         at {violation.path or 'the whole proposal'}"
    yield from _wrap(f"do: {violation.remediation}")
    if violation.fix:
        word = "fix, tried" if violation.fix_verified else "fix, not tried or not enough by itself"
        yield from _wrap(f"{word}: " + "; ".join(_operation(op) for op in violation.fix))
    yield f"         help: {help_url}"


def _operation(op: Json) -> str:
    """One JSON Patch operation in a few words; a long value is cut."""
    value = f" = {to_json(op['value']).decode()}" if "value" in op else ""
    return f"{op['op']} {op['path']}" + (value if len(value) <= _WIDTH else value[: _WIDTH - 3] + "...")


def _undetermined_lines(undetermined: Sequence[Undetermined]) -> Iterator[str]:
    """What is missing, each with the rules that wait for it; the reason where only one does."""
    waiting: dict[str, list[Undetermined]] = {}
    for one in undetermined:
        waiting.setdefault(", ".join(one.missing), []).append(one)
    for missing, rules in waiting.items():
        ids = ", ".join(dict.fromkeys(rule.rule_id for rule in rules))
        yield f"  {click.style('unsure', fg='cyan')} {missing}"
        yield from _wrap(f"{ids}: {rules[0].reason}" if len(rules) == 1 else f"not known, so not judged: {ids}")


def _reach(decision: Decision) -> Iterator[str]:
    """What the endpoint policy opens, in a line each."""
    reach = decision.policy_reach
    if reach is None:
        return
    head = click.style("opens", fg="cyan")
    for what, found in (("for the principal", reach.principals), ("the resource", reach.resources)):
        for one in found:
            under = f", under {', '.join(one.conditions)}" if one.conditions else ""
            yield f"  {head}  {what} {one.name}, not surely of the organisation (statement {one.statement}{under})"
    for statement in reach.newly_allowed or ():
        yield f"  {head}  more than before: statement {statement} of the new policy"
    for statement in reach.no_longer_denied or ():
        yield f"  {head}  what statement {statement} of the current policy denies"


def _cost(decision: Decision) -> Iterator[str]:
    cost = decision.cost
    if cost is None or (cost.monthly in (None, 0) and cost.difference in (None, 0) and not cost.unknown):
        return
    if cost.monthly is None:
        yield from _wrap(f"cost a month not known: {'; '.join(cost.unknown)}")
        return
    change = "" if cost.difference in (None, cost.monthly) else f" ({cost.difference:+.2f})"
    data = "" if cost.with_data else ", data not counted"
    yield from _wrap(f"cost a month: {cost.monthly:.2f} {cost.currency}{change}{data}; prices of {cost.prices_of}")


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=" " * 9, subsequent_indent=" " * 9, break_long_words=False, break_on_hyphens=False
    )


def summary(report: Report) -> str:
    """One line for all decisions."""
    decisions = report.decisions
    if not decisions and report.unread:
        return "No endpoint is judged, and not everything that may hold one could be read."
    if not decisions:
        return "No endpoint changes: nothing to judge."
    allowed = sum(d.allowed for d in decisions)
    unsure = sum(bool(d.undetermined) for d in decisions)
    tail = f"; {unsure} with rules that could not be judged" if unsure else ""
    return f"{allowed} allowed, {len(decisions) - allowed} denied{tail}."
