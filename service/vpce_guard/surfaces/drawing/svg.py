"""A drawing as SVG. Every text that others wrote is escaped in it."""

from __future__ import annotations

from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from vpce_guard.surfaces.drawing import Drawing
from vpce_guard.surfaces.drawing.grid import Box, Grid
from vpce_guard.surfaces.drawing.ways import PlacedPath, Station
from vpce_guard.surfaces.drawing.words import SIGNS


def as_svg(drawing: Drawing) -> str:
    """The drawing as an `svg` element, for a page or within another one."""
    size = f'viewBox="0 0 {drawing.width} {drawing.height}" width="{drawing.width}" height="{drawing.height}"'
    return "".join(
        (
            f'<svg {size} role="img" aria-label={quoteattr(drawing.summary)}>',
            f"<desc>{escape(' '.join(drawing.lines))}</desc>" if drawing.lines else "",
            _grid_as_svg(drawing.grid) if drawing.grid else "",
            *map(_way_as_svg, drawing.ways),
            f'<text class="note" x="1" y="{drawing.height - 4}">{escape(drawing.note)}</text>' if drawing.note else "",
            "</svg>",
        )
    )


def _grid_as_svg(grid: Grid) -> str:
    frame = grid.frame
    return "".join(
        (
            f'<rect class="vpc" x="{frame.x}" y="{frame.y}" width="{frame.width}" height="{frame.height}" rx="8"/>',
            f'<text class="name" x="14" y="24">{escape(frame.name)}'
            f'<tspan class="note" dx="8">{escape(frame.note)}</tspan></text>',
            *(f'<text class="caption" x="{one.x}" y="{one.y}">{escape(one.text)}</text>' for one in grid.captions),
            *map(_box_as_svg, grid.boxes),
        )
    )


def _box_as_svg(box: Box) -> str:
    dot = f'<circle class="dot" cx="{box.x + box.width - 14}" cy="{box.y + 14}" r="5"/>' if box.state != "none" else ""
    return (
        f'<g class="box {box.state}{" wrong" if box.is_wrong else ""}">'
        f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="5"/>'
        f'<text class="name" x="{box.x + 10}" y="{box.y + 19}">{escape(box.name)}</text>'
        f'<text class="note" x="{box.x + 10}" y="{box.y + 36}">{escape(box.note)}</text>{dot}</g>'
    )


def _way_as_svg(way: PlacedPath) -> str:
    line = way.x + 24
    ends = [*(station.y for station in way.stations), way.end - 22]
    goes_on = [*(station.reached for station in way.stations[1:]), way.arrives]
    return "".join(
        (
            f'<g class="way"><rect x="{way.x}" y="{way.y}" width="{way.width}" height="{way.end - way.y}" rx="8"/>',
            f'<text class="name" x="{way.x + 14}" y="{way.y + 20}">{escape(way.name)}</text>',
            f'<text class="note" x="{way.x + 14}" y="{way.y + 35}">{escape(way.note)}</text>',
            *(
                f'<path class="{"goes" if goes else "ends"}" d="M{line} {start}V{end}"/>'
                for (start, end), goes in zip(pairwise(ends), goes_on, strict=True)
            ),
            *(_station_as_svg(station, line) for station in way.stations),
            f'<circle class="{"goes" if way.arrives else "ends"}" cx="{line}" cy="{way.end - 22}" r="5"/>',
            f'<text class="note" x="{line + 18}" y="{way.end - 18}">the endpoint</text></g>',
        )
    )


def _station_as_svg(station: Station, line: int) -> str:
    lines = "".join(
        f'<text class="note" x="{line + 18}" y="{station.y + 18 + number * 14}">{escape(text)}</text>'
        for number, text in enumerate(station.lines)
    )
    return (
        f'<g class="hop {station.state}{"" if station.reached else " beyond"}">'
        f'<circle cx="{line}" cy="{station.y}" r="9"/>'
        f'<text class="sign" x="{line}" y="{station.y + 4}">{SIGNS[station.state]}</text>'
        f'<text x="{line + 18}" y="{station.y + 4}">{station.name}'
        f'<tspan class="note" dx="8">{escape(station.note)}</tspan></text>{lines}</g>'
    )
