"""The report for a person: which endpoint, which rule, what is wrong, where, and what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

import click
from pydantic_core import to_json

from vpce_guard.model import Decision, Json, Violation
from vpce_guard.surfaces.audit_words import describe_endpoint, describe_saving, summarise_audit
from vpce_guard.surfaces.consolidation_lines import consolidation_lines
from vpce_guard.surfaces.frameworks import framework_title, group
from vpce_guard.surfaces.gaps import Gap, find_gaps
from vpce_guard.surfaces.reports import Report, given_files, names_of_few
from vpce_guard.surfaces.visible import harmless_line, visible, visible_decision
from vpce_guard.whatif.audit.types import Changes, WorthDoing

_COLORS = {"DENIED": "red", "ALLOWED": "green", "NO DECISION": "red", "VIOLATES": "red", "IN ORDER": "green"}
_ACTIONS = {"deny": "red", "warn": "yellow", "inform": "blue"}
_STATES = {"violated": "red", "not judged": "cyan", "waived": "cyan", "no finding": "green"}
_WIDTH = 100
_MOST_NAMES = 2
_MOST_WORTH = 20


def render(report: Report) -> str:
    """Blocks of one endpoint each, what is not known of them all, and a line that sums up, with terminal styles."""
    return "".join(pieces(report))


def pieces(report: Report) -> Iterator[str]:
    """The same line by line."""
    for block in _blocks(report):
        yield from (f"{harmless_line(line)}\n" for line in block)
        yield "\n"
    yield summary(report)


def _blocks(report: Report) -> Iterator[Iterator[str]]:
    yield from (_block(visible_decision(decision), report) for decision in report.decisions)
    if gaps := find_gaps(map(visible_decision, report.decisions), report.drafts):
        yield _gap_lines(gaps, report)
    if report.framework:
        yield _control_lines(report)
    if (audit := report.audit) is None:
        return
    if audit.worth_doing:
        yield _worth_lines(audit.worth_doing)
    if audit.consolidation:
        yield consolidation_lines(audit.consolidation)
    if audit.changes:
        yield _change_lines(audit.changes)


def _block(decision: Decision, report: Report) -> Iterator[str]:
    there = report.endpoints.get(decision.decision_id)
    words = ("IN ORDER", "VIOLATES") if there else ("ALLOWED", "DENIED")
    word = "NO DECISION" if decision.error else words[0] if decision.allowed else words[1]
    subject = decision.subject
    what = " ".join(part for part in (subject.endpoint_type, subject.service_name) if part)
    head = click.style(f"{word:<8}", fg=_COLORS[word], bold=True)
    operation = "" if there else f"{decision.operation} "
    yield f"{head} {operation}{subject.address or what or 'endpoint'}"
    if subject.address and what:
        yield f"         {what}" + (f" in {subject.vpc_id}" if subject.vpc_id else "")
    if there:
        named = f"{there.endpoint_id}, " if there.endpoint_id != subject.address else ""
        yield from _wrap(visible(f"{named}{report.facts(decision)}"))
    if decision.error:
        yield from _wrap(f"could not decide: {decision.error}")
    for number, violation in enumerate(decision.violations):
        yield from _violation(violation, report.help_url(violation.rule_id), placed=there is None)
        if there and (seen := there.violations[number]).drift:
            yield f"         {'new' if seen.drift == 'new' else f'since {seen.first_seen[:10]}'}"
    for waived in decision.waived:
        yield f"  {click.style('waived', fg='cyan')} {click.style(waived.rule_id, bold=True)}  until {waived.expires}"
        yield from _wrap(f"{waived.message} (waiver {waived.waiver_id})")
    if count := len({one.rule_id for one in decision.undetermined}):
        yield f"  {click.style('unsure', fg='cyan')} {count} {'rule' if count == 1 else 'rules'}, see NOT KNOWN below"
    if decision.inventory and (note := decision.inventory.note):
        yield from _wrap(note)
    yield from _reach(decision)
    yield from _cost(decision)
    for override in decision.overrides:
        yield f"  {click.style('set', fg='cyan')}    {override.rule_id} is {override.action} instead of {override.own}"
        yield from _wrap(f"by {override.layer}: {override.reason or 'no reason given'}")


def _violation(violation: Violation, help_url: str, *, placed: bool) -> Iterator[str]:
    """A violation; with its place in the proposal where somebody wrote one."""
    action = click.style(f"{violation.enforcement_action:<6}", fg=_ACTIONS.get(violation.enforcement_action))
    yield f"  {action} {click.style(violation.rule_id, bold=True)}  {violation.title}"
    yield from _wrap(violation.message)
    if violation.enforcement_action == "inform":
        return
    if placed:
        yield f"         at {violation.path or 'the whole proposal'}"
    yield from _wrap(f"do: {violation.remediation}")
    if violation.fix:
        word = "fix, tried" if violation.fix_verified else "fix, not tried or not enough by itself"
        yield from _wrap(f"{word}: " + "; ".join(describe_step(op) for op in violation.fix))
    yield f"         help: {help_url}"


def describe_step(op: Json) -> str:
    """One JSON Patch operation in a few words; a long value is cut."""
    value = f" = {to_json(op['value']).decode()}" if "value" in op else ""
    return f"{op['op']} {op['path']}" + (value if len(value) <= _WIDTH else value[: _WIDTH - 3] + "...")


def _gap_lines(gaps: Sequence[Gap], report: Report) -> Iterator[str]:
    """What is not known, each thing once, with what fills it and the rules that wait for it."""
    names = names_of_few(gaps, map(visible_decision, report.decisions), most=_MOST_NAMES)
    yield click.style("NOT KNOWN", fg="cyan", bold=True) + ", so not judged"
    for gap in gaps:
        yield f"  {click.style(gap.what, bold=True)}{_at_endpoints(gap, names, report)}"
        for fetch in gap.fetches if report.takes_context else ():
            yield f"         {fetch.command} > {fetch.file}"  # on one line, to be copied
        if not gap.fetches:
            yield from _wrap(". ".join(part for part in (", ".join(gap.pointers), gap.advice) if part))
        yield from _wrap(f"settles {', '.join(gap.rules)}" + (f": {gap.reason}" if gap.reason else ""))
    if files := given_files(gaps, report):
        yield f"  then check again with {files}"


def _control_lines(report: Report) -> Iterator[str]:
    """The controls of the framework that is asked for, those of one finding together."""
    if report.framework is None:
        return
    yield click.style(framework_title(report.framework), bold=True)
    for (state, rules), controls in group(report.controls).items():
        yield f"  {click.style(f'{state:<10}', fg=_STATES[state])} {', '.join(rules)}"
        yield from _wrap(", ".join(controls))
    if not report.controls:
        yield "  no rule that is known here has to do with it"


def _worth_lines(found: Sequence[WorthDoing]) -> Iterator[str]:
    """What is worth doing; of much the first."""
    yield click.style("WORTH DOING", bold=True)
    for one in found[:_MOST_WORTH]:
        more = f" and {len(one.endpoint_ids) - _MOST_NAMES} more" if len(one.endpoint_ids) > _MOST_NAMES else ""
        yield f"  {one.kind:<16} {visible(', '.join(one.endpoint_ids[:_MOST_NAMES]))}{more}{_worth_facts(one)}"
        yield from _wrap(visible(one.why))
        yield from _wrap(visible(f"do: {one.do}"))
    if len(found) > _MOST_WORTH:
        yield f"  and {len(found) - _MOST_WORTH} more, in -o json"


def _worth_facts(one: WorthDoing) -> str:
    money = describe_saving(one)
    owners = f"owner {', '.join(one.owners[:_MOST_NAMES])}" if one.owners else ""
    return "".join(f"; {visible(part)}" for part in (money, owners) if part)


def _change_lines(changes: Changes) -> Iterator[str]:
    """What is otherwise than in the earlier audit, but for what each endpoint tells itself."""
    yield click.style("CHANGES", bold=True) + f" since {changes.since}"
    for title, past in (("resolved", changes.resolved), ("unsettled", changes.unsettled)):
        for one in past:
            yield f"  {title:<9} {visible(one.endpoint_id)} {one.violation.rule_id}"
            yield from _wrap(visible(one.violation.message))
    for endpoint in changes.gone:
        yield f"  gone      {visible(endpoint.endpoint_id)}, {visible(describe_endpoint(endpoint))}"
    if changes.carried:
        yield f"  not given {len(changes.carried)} endpoints of other accounts or Regions"


def _at_endpoints(gap: Gap, names: Mapping[str, str], report: Report) -> str:
    """Which endpoints wait for it: none said where there is one only, names of few, the number of many."""
    if len(report.decisions) == 1:
        return ""
    if len(gap.endpoints) > _MOST_NAMES:
        return f" ({len(gap.endpoints)} endpoints)"
    return f" ({', '.join(names[one] for one in gap.endpoints)})"


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
    for question, proof in sorted((reach.proofs or {}).items()):
        shown = ": {principal}, {action}, {resource}".format(**proof["request"]) if proof["request"] else ""
        yield f"  {click.style('proof', fg='cyan')}  {question} {proof['answer']}{shown}"
    for statement in reach.newly_allowed or ():
        yield f"  {head}  more than before: statement {statement} of the new policy"
    for statement in reach.no_longer_denied or ():
        yield f"  {head}  what statement {statement} of the current policy denies"


def _cost(decision: Decision) -> Iterator[str]:
    if words := describe_cost(decision):
        yield from _wrap(words)


def describe_cost(decision: Decision) -> str:
    """What the endpoint costs a month, in a line; empty where there is nothing to say."""
    cost = decision.cost
    if cost is None or (cost.monthly in (None, 0) and cost.difference in (None, 0) and not cost.unknown):
        return ""
    if cost.monthly is None:
        return f"cost a month not known: {'; '.join(cost.unknown)}"
    change = "" if cost.difference in (None, cost.monthly) else f" ({cost.difference:+.2f})"
    data = "" if cost.with_data else ", data not counted"
    return f"cost a month: {cost.monthly:.2f} {cost.currency}{change}{data}; prices of {cost.prices_of}"


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=" " * 9, subsequent_indent=" " * 9, break_long_words=False, break_on_hyphens=False
    )


def summary(report: Report) -> str:
    """One line for all decisions."""
    counts = report.counts
    if report.audit is not None:
        return summarise_audit(report.audit, counts)
    if not counts.all and report.unread:
        return "No endpoint is judged, and not everything that may hold one could be read."
    if not counts.all:
        return "No endpoint changes: nothing to judge."
    tail = f"; {counts.unsure} with rules that could not be judged" if counts.unsure else ""
    return f"{counts.allowed} allowed, {counts.all - counts.allowed} denied{tail}."
