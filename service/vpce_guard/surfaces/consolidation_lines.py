"""A consolidation in lines of text: the services, the cost before and after, assumptions, risks, and the steps."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import click

from vpce_guard.surfaces.visible import visible
from vpce_guard.whatif.consolidation.types import Consolidation, ConsolidationStep

_WIDTH = 100
_MOST_STEPS = 40
_INDENT = " " * 4


def consolidation_lines(told: Consolidation) -> Iterator[str]:
    """The block of a report for a person; of many steps the first, and those that are denied."""
    head = click.style("CONSOLIDATION", bold=True)
    yield f"{head} into {visible(told.vpc_id)}, {told.region}: {_verdict(told)}"
    for move in told.services:
        where = f"stays with {visible(move.central_endpoint)}" if move.central_endpoint else "created"
        yield visible(
            f"  {move.service}: {move.endpoints} endpoints in {move.vpcs} VPCs go, one in {move.zones} zones {where}"
        )
    yield f"  {'a month, ' + told.currency:<24}{'before':>14}{'after':>14}"
    for line in told.costs:
        yield f"  {line.what:<24}{_money(line.before):>14}{_money(line.after):>14}  {line.counts}"
    yield f"  {'all':<24}{_money(told.before):>14}{_money(told.after):>14}"
    for title, texts in (("assumed", told.assumptions), ("risk", told.risks)):
        for text in texts:
            yield from _wrap(f"{title}: {visible(text)}")
    denied = [step for step in told.steps if not step.allowed]
    shown = list(told.steps[:_MOST_STEPS])
    shown += [step for step in denied if step.number > _MOST_STEPS][:_MOST_STEPS]
    for step in shown:
        yield from _step_lines(step)
    if len(shown) < len(told.steps):
        yield f"  and {len(told.steps) - len(shown)} more steps, in -o json"


def _verdict(told: Consolidation) -> str:
    money = "what it saves is not known"
    if told.saves is not None:
        money = f"{'saves' if told.saves >= 0 else 'costs'} {abs(told.saves):.2f} {told.currency} a month"
    denied = sum(not step.allowed for step in told.steps)
    return f"{money}, {len(told.steps)} steps, {f'{denied} denied' if denied else 'all admissible'}"


def _step_lines(step: ConsolidationStep) -> Iterator[str]:
    word = click.style("ALLOWED", fg="green") if step.allowed else click.style("DENIED ", fg="red")
    name = step.proposal["address"]
    place = ", ".join(
        part for part in (step.vpc_id, step.account, f"owner {step.owner}" if step.owner else None) if part
    )
    yield f"  {step.number:>4} {word} {step.phase:<9} {visible(str(name))}  {visible(place)}"
    if step.denied_by:
        yield from _wrap(f"denied by {', '.join(step.denied_by)}")
    for text in step.by_hand:
        yield from _wrap(f"by hand: {visible(text)}")


def _money(amount: float | None) -> str:
    return "not known" if amount is None else f"{amount:.2f}"


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT, break_long_words=False, break_on_hyphens=False
    )
