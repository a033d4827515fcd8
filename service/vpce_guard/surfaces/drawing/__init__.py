"""Drawings of an endpoint: what is around it as a grid, and the paths from clients to it, hop by hop.

Places and sizes, and SVG made of them, whose classes get their colours from style sheets that stand here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vpce_guard.decisions.sensitive import hide_in_input
from vpce_guard.model import Json, Proposal, Violation
from vpce_guard.surfaces.drawing.grid import Grid, find_grid
from vpce_guard.surfaces.drawing.ways import PlacedPath, least_width, place_ways
from vpce_guard.surfaces.drawing.words import describe_path
from vpce_guard.whatif.paths.find import FoundPaths, find_paths
from vpce_guard.whatif.paths.types import PathTerms

_SEEN = ("operation", "request", "current", "endpoint", "context", "intent", "unknown")


@dataclass(frozen=True)
class Drawing:
    """What is around an endpoint and how it is reached, placed; `summary` and `lines` say the same in words."""

    grid: Grid | None
    paths: FoundPaths
    ways: Sequence[PlacedPath]
    note: str
    width: int
    height: int

    @property
    def summary(self) -> str:
        """What it shows, in a sentence or two."""
        stopped = sum(path.state == "stops" for path in self.paths.paths)
        count = f"{stopped} of {len(self.paths.paths)} paths of clients stop on the way." if stopped else ""
        return " ".join(part for part in (self.grid.told if self.grid else "", count) if part) or "Paths of clients."

    @property
    def lines(self) -> list[str]:
        """Each path in words."""
        return [describe_path(path, compared=self.paths.are_compared) for path in self.paths.paths]


def draw(parts: Json, violations: Sequence[Violation], terms: PathTerms) -> Drawing | None:
    """The drawing of an endpoint out of a rule's `input`; None where nothing of what is around it is told."""
    grid = find_grid(parts, violations)
    found = find_paths(parts, violations, terms)
    if grid is None and not found.paths:
        return None
    width = max(grid.frame.width if grid else 0, least_width(found))
    ways, note, bottom = place_ways(found, top=grid.frame.height if grid else 0, width=width)
    return Drawing(grid, found, ways, note, width + 2, bottom + 2)


def draw_around(
    proposal: Proposal, violations: Sequence[Violation], sensitive: Sequence[str], terms: PathTerms
) -> Drawing | None:
    """The drawing of a proposal's endpoint, without the texts that may be judged and not shown."""
    parts = {member: getattr(proposal, member) for member in _SEEN}
    return draw(hide_in_input(parts, tuple(sensitive)), violations, terms)
