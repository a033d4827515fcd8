"""Reports of a replay: one file each, with render(replayed). What several say alike is here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from vpce_guard.whatif.compare import ChangeKind, Table
from vpce_guard.whatif.replay.results import REASONS, WORDS, ReplayResult

TITLES: Mapping[ChangeKind, str] = {
    "newly_denied": "newly denied",
    "newly_allowed": "newly allowed",
    "newly_undetermined": "newly undetermined",
    "changed_reasons": "changed reasons",
    "unchanged": "unchanged",
}
CHANGES: tuple[ChangeKind, ...] = ("newly_denied", "newly_allowed", "newly_undetermined", "changed_reasons")


class Row(NamedTuple):
    """A row of a table: a rule, account, service or team, and how many decisions of each kind of CHANGES."""

    name: str
    counts: tuple[int, ...]


def tables(replayed: ReplayResult) -> list[tuple[str, list[Row]]]:
    """The tables that hold a change, by what they group, most changes first; rows without a change are left out."""
    tally = replayed.tally
    grouped = {"rule": tally.by_rule, "account": tally.by_account, "service": tally.by_service, "team": tally.by_team}
    return [(name, rows) for name, table in grouped.items() if (rows := _rows(table))]


def _rows(table: Table) -> list[Row]:
    rows = [Row(name, tuple(counts.get(kind, 0) for kind in CHANGES)) for name, counts in table.items()]
    changed = [row for row in rows if any(row.counts)]
    return sorted(changed, key=lambda row: (*(-count for count in row.counts), row.name))


def count_left_out(replayed: ReplayResult) -> list[tuple[str, int]]:
    """Why decisions could not be made again, in words, and how many each."""
    reasons = replayed.part.reasons
    return [(WORDS[reason], reasons[reason]) for reason in REASONS if reason in reasons]


def headline(replayed: ReplayResult) -> str:
    """The result in one sentence."""
    tally = replayed.tally
    changed = [f"{tally.kinds[kind]:,} {TITLES[kind]}" for kind in CHANGES if tally.kinds[kind]]
    return f"Of {tally.total:,} decisions: {', '.join(changed) or 'nothing changes'}."


def describe_reproduction(replayed: ReplayResult) -> str:
    """How many decisions could be made again, in one sentence."""
    part, missing = replayed.part, replayed.not_reproduced
    if not missing:
        return f"All {part.read:,} decisions were made again first and came out as recorded."
    return (
        f"{missing:,} of {part.read:,} decisions could not be made again as recorded and are not counted; "
        f"the other {part.read - missing:,} came out as recorded."
    )
