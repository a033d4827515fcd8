"""The report as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from vpce_guard.surfaces.reports.replay import CHANGES, TITLES, count_left_out, describe_reproduction, headline, tables
from vpce_guard.surfaces.visible import harmless_line, visible
from vpce_guard.whatif.compare import ComparedDecision
from vpce_guard.whatif.replay.results import REASONS, WORDS, ReplayResult

_MOST_ROWS = 15
_MOST_EXAMPLES = 3


def render(replayed: ReplayResult) -> str:
    """The answer, what could not be made again, tables, then examples of each kind."""
    return "\n".join(harmless_line(visible(line)) for line in _lines(replayed)) + "\n"


def _lines(replayed: ReplayResult) -> Iterator[str]:
    yield f"Candidate: {replayed.candidate}"
    yield f"Recorded:  {replayed.source}" + "".join(f", {name} {told}" for name, told in replayed.selection.items())
    yield ""
    yield describe_reproduction(replayed)
    yield from (f"  {number:>8,}  {words}" for words, number in count_left_out(replayed))
    yield from _list_lines(replayed)
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


def _list_lines(replayed: ReplayResult) -> Iterator[str]:
    for reason in REASONS:
        for one in replayed.part.listed.get(reason, [])[:_MOST_EXAMPLES]:
            yield f"            {one.decision_id or 'a record'} ({WORDS[reason]}): {one.detail}"


def _example(title: str, example: ComparedDecision) -> Iterator[str]:
    about = example.about
    yield f"{title}: {about.address} (decision {about.decision_id}, account {about.account}, team {about.team})"
    yield from (f"  - {reason}" for reason in example.before)
    yield from (f"  + {reason}" for reason in example.after)
