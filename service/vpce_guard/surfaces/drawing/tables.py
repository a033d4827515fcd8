"""Drawings as Markdown, where no SVG is shown: paths as a list, the grid as a table. Names cannot become markup."""

from __future__ import annotations

from collections.abc import Iterator

from vpce_guard.surfaces.drawing.grid import STATE_WORDS, Box, Grid
from vpce_guard.surfaces.drawing.words import HOPS, SIGNS, STATES, name_clients, name_stage, note_clients, note_hop
from vpce_guard.surfaces.markdown_text import inline
from vpce_guard.whatif.paths.find import FoundPaths
from vpce_guard.whatif.paths.types import ClientPath, PathHop

LEGEND = ", ".join(f"{sign} {STATES[state]}" for state, sign in SIGNS.items()) + "."
_MOST_PATHS = 6


def path_lines(found: FoundPaths, *, only_wrong: bool = False) -> Iterator[str]:
    """A line for each path, and one for what is said of each hop that does not let everybody through.

    `only_wrong` leaves out paths on which nothing is wrong, and hops of which nothing is known.
    """
    paths = [path for path in found.paths if path.is_wrong or not only_wrong]
    for path in paths[:_MOST_PATHS]:
        yield f"- {_head(path, compared=found.are_compared)}: {' → '.join(map(_hop, path.hops))}"
        for hop in path.hops:
            if hop.state in ("stops", "partly") or (hop.state == "unknown" and not only_wrong):
                yield f"  - {HOPS[hop.kind]}: {inline(hop.why)}{_rules(hop)}"
    left_out = found.left_out + sum(len(path.clients) for path in paths[_MOST_PATHS:])
    if left_out:
        yield f"- {left_out} more clients are not shown"


def grid_lines(grid: Grid) -> Iterator[str]:
    """A table with a row for each zone, and for each kind of what else there is."""
    frame = grid.frame
    yield f"| {inline(frame.name)} {inline(frame.note)} | what is there |"
    yield "|---|---|"
    for name, boxes in grid.sections.items():
        yield f"| {inline(name)} | {'<br>'.join(map(_box, boxes))} |"


def _head(path: ClientPath, *, compared: bool) -> str:
    note, stage = note_clients(path), name_stage(path, compared=compared)
    told = f"{inline(name_clients(path))}{f' ({inline(note)})' if note else ''}"
    return f"{told}, {stage}" if stage else told


def _hop(hop: PathHop) -> str:
    note = note_hop(hop)
    text = f"{HOPS[hop.kind]}{f' {inline(note)}' if note else ''} {SIGNS[hop.state]}"
    return f"**{text}**" if hop.state in ("stops", "partly") else text


def _rules(hop: PathHop) -> str:
    return f" ({', '.join(hop.rules)})" if hop.rules else ""


def _box(box: Box) -> str:
    words = [word for word in (STATE_WORDS.get(box.state, ""), "**wrong**" if box.is_wrong else "") if word]
    note = f" {inline(box.note)}" if box.note else ""
    return f"{inline(box.name)}{note}{': ' if words else ''}{', '.join(words)}"
