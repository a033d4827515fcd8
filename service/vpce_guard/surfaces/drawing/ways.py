"""Paths as ways with a station for each hop: where they stand in the drawing."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from vpce_guard.surfaces.drawing.words import (
    HOPS,
    STATES,
    explain_hop,
    name_clients,
    name_stage,
    note_clients,
    note_hop,
)
from vpce_guard.whatif.paths.find import FoundPaths
from vpce_guard.whatif.paths.types import ClientPath, HopState

NARROWEST = 406  # of a drawing: two columns of the grid
_BETWEEN = 14
_EDGE = 14
_HEAD, _STATION, _LINE = 40, 22, 14
_PER_CHARACTER = 6.3  # pixels of a small one
_PER_LETTER = 7.4  # pixels of one in a name
_MOST_WAYS = 6
_MOST_LINES = 3


@dataclass(frozen=True)
class Station:
    """A hop on its way; `reached` says that nothing before it surely stops everybody."""

    y: int
    state: HopState
    name: str
    note: str
    lines: Sequence[str]
    reached: bool


@dataclass(frozen=True)
class PlacedPath:
    """A path in a column of its own: its clients above, its stations below each other, the endpoint at the end."""

    x: int
    y: int
    end: int
    width: int
    name: str
    note: str
    stations: Sequence[Station]
    arrives: bool


def place_ways(found: FoundPaths, *, top: int, width: int) -> tuple[list[PlacedPath], str, int]:
    """The ways below `top`, a note on what is not drawn, and where the drawing ends.

    Where before and after differ, they stand beside each other.
    """
    rows, left_out = _rows(found, max(1, (width + _BETWEEN) // (NARROWEST + _BETWEEN)))
    columns = max(map(len, rows), default=1)
    column = (width - (columns - 1) * _BETWEEN) // columns
    ways: list[PlacedPath] = []
    at = top
    for row in rows:
        placed = [
            _place(path, 1 + number * (column + _BETWEEN), at + _BETWEEN, column, compared=found.are_compared)
            for number, path in enumerate(row)
        ]
        ways += placed
        at = max(way.end for way in placed)
    note = f"{left_out} more {'client is' if left_out == 1 else 'clients are'} not drawn" if left_out else ""
    return ways, note, at + (_STATION if note else 0)


def least_width(found: FoundPaths) -> int:
    """How wide a drawing of paths is at least: two columns where one was there before and another one comes after."""
    stages = [(path.clients, path.stage) for path in found.paths]
    both = any((clients, "after") in stages for clients, stage in stages if stage == "before")
    return 2 * NARROWEST + _BETWEEN if both else NARROWEST


def _rows(found: FoundPaths, columns: int) -> tuple[list[list[ClientPath]], int]:
    """The paths in rows, those of the same clients in one; and how many clients there is no room for."""
    shown = found.paths[:_MOST_WAYS]
    rows: list[list[ClientPath]] = []
    for path in shown:
        last = rows[-1] if rows else []
        fits = last and len(last) < columns and (last[0].clients == path.clients or last[0].stage == path.stage)
        if fits:
            last.append(path)
        else:
            rows.append([path])
    names = {name for path in shown for name in path.clients}
    others = {name for path in found.paths[_MOST_WAYS:] for name in path.clients}
    return rows, found.left_out + len(others - names)


def _place(path: ClientPath, x: int, y: int, width: int, *, compared: bool) -> PlacedPath:
    stations: list[Station] = []
    at, reached = y + (_HEAD if path.ranges or compared else _HEAD - _LINE) + _STATION, True
    for hop in path.hops:
        lines = _wrap(explain_hop(hop), width)
        note = f"{STATES[hop.state]}{f' · {one}' if (one := note_hop(hop)) else ''}"
        stations.append(Station(at, hop.state, HOPS[hop.kind], note, lines, reached))
        reached = reached and hop.state != "stops"
        at += _STATION + _LINE * len(lines)
    notes = (name_stage(path, compared=compared), note_clients(path))
    return PlacedPath(
        x,
        y,
        at + _STATION,
        width,
        _cut(name_clients(path), int((width - 2 * _EDGE) / _PER_LETTER)),
        _cut(" · ".join(one for one in notes if one), int((width - 2 * _EDGE) / _PER_CHARACTER)),
        stations,
        arrives=reached,
    )


def _wrap(text: str, width: int) -> list[str]:
    room = int((width - 2 * _EDGE - 24) / _PER_CHARACTER)
    return textwrap.wrap(text, room, max_lines=_MOST_LINES, placeholder=" …")


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: room - 1]}…"
