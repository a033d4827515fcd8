"""The report as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from vpce_guard.surfaces.reports.replay import CHANGES, TITLES, headline, left_out, reproduced, tables
from vpce_guard.whatif.compare import Example
from vpce_guard.whatif.replay.results import REASONS, WORDS, Replayed

NAME = "text"
_MOST_ROWS = 15
_MOST_EXAMPLES = 3


def render(replayed: Replayed) -> str:
    """The answer, what could not be made again, tables, then examples of each kind."""
    return "\n".join(_lines(replayed)) + "\n"


def _lines(replayed: Replayed) -> Iterator[str]:
    yield f"Candidate: {replayed.candidate}"
    yield f"Recorded:  {replayed.source}" + "".join(f", {name} {told}" for name, told in replayed.selection.items())
    yield ""
    yield reproduced(replayed)
    yield from (f"  {number:>8,}  {words}" for words, number in left_out(replayed))
    yield from _listed(replayed)
    yield ""
    yield headline(replayed)
    yield from (f"  {replayed.tally.kinds[kind]:>8,}  {title}" for kind, title in TITLES.items())
    for name, rows in tables(replayed):
        yield ""
        yield f"{f'by {name}':<48}" + "".join(f"{TITLES[kind].removeprefix('newly '):>17}" for kind in CHANGES)
        for row in rows[:_MOST_ROWS]:
            yield f"{row.name[:46]:<48}" + "".join(f"{count or '-':>17}" for count in row.counts)
        if len(rows) > _MOST_ROWS:
            yield f"{len(rows) - _MOST_ROWS} more"
    for kind in CHANGES:
        for example in replayed.tally.examples.get(kind, [])[:_MOST_EXAMPLES]:
            yield ""
            yield from _example(TITLES[kind], example)


def _listed(replayed: Replayed) -> Iterator[str]:
    for reason in REASONS:
        for one in replayed.part.listed.get(reason, [])[:_MOST_EXAMPLES]:
            yield f"            {one.decision_id or 'a record'} ({WORDS[reason]}): {one.detail}"


def _example(title: str, example: Example) -> Iterator[str]:
    about = example.about
    yield f"{title}: {about.address} (decision {about.decision_id}, account {about.account}, team {about.team})"
    yield from (f"  - {reason}" for reason in example.before)
    yield from (f"  + {reason}" for reason in example.after)
