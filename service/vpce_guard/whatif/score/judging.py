"""Asks what decides of many changes at a time, and hands each with its decision to the score."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from itertools import islice

from vpce_guard.decisions.question import Decisions, Question
from vpce_guard.whatif.score.changes import RecordedChange
from vpce_guard.whatif.score.score import Score

_TOGETHER = 64  # events of one call of the engine

Decide = Callable[[Sequence[Question]], Awaitable[list[Decisions]]]


async def judge_changes(events: Iterable[list[RecordedChange]], decide: Decide, score: Score) -> None:
    """Judge the changes of each event by themselves, at the time of the event, and count them."""
    remaining: Iterator[list[RecordedChange]] = iter(events)
    while group := list(islice(remaining, _TOGETHER)):
        questions = [
            Question(
                proposals=[change.proposal for change in changes],
                request_id=str(changes[0].record.get("eventID")) if changes else "",
                record=False,
            )
            for changes in group
        ]
        for changes, decisions in zip(group, await decide(questions), strict=True):
            for change, decision in zip(changes, decisions, strict=True):
                score.add(change, decision)
