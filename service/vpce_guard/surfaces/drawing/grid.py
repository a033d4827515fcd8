"""The surroundings of an endpoint as a grid: zones and subnets of its VPC, what it touches, and what is wrong.

Any JSON value may stand anywhere in what is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from vpce_guard.model import Json, Violation
from vpce_guard.surfaces.visible import visible
from vpce_guard.whatif.paths.members import object_in, objects, text, value_at

State = Literal["none", "there", "added", "removed"]
WIDE, HIGH, GAP, EDGE, HEAD = 184, 46, 10, 14, 24
_MOST_ZONES = 6
_MOST_OF_A_ZONE = 8
_MOST_IN_A_ROW = 8
_LONGEST = 25  # characters of a line in a box
_UNKNOWN_ZONE = "zone not known"
STATE_WORDS: Mapping[State, str] = {
    "there": "has the endpoint",
    "added": "gets the endpoint",
    "removed": "loses the endpoint",
}


@dataclass(frozen=True)
class Box:
    """One thing in the grid: where it stands, its name, a note, what the endpoint has to do with it."""

    x: int
    y: int
    name: str
    note: str
    state: State = "none"
    is_wrong: bool = False
    width: int = WIDE
    height: int = HIGH


@dataclass(frozen=True)
class Caption:
    """A word beside boxes."""

    x: int
    y: int
    text: str


@dataclass
class Grid:
    """The boxes, the frame of the VPC around them, and what the grid says in words.

    `sections` are the same boxes by zone, and by kind of what else there is.
    """

    frame: Box
    boxes: list[Box] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    told: str = ""
    sections: Mapping[str, Sequence[Box]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Parts:
    """What is known of the surroundings, and which ids the endpoint had and has."""

    context: Json
    before: Json
    after: Json
    wrong: frozenset[str]

    def state(self, one: str, ids: str) -> State:
        had, has = one in _ids(self.before, ids), one in _ids(self.after, ids)
        return "there" if had and has else "added" if has else "removed" if had else "none"

    def list_ids(self, ids: str) -> list[str]:
        """The ids that the endpoint has or had."""
        return list(dict.fromkeys([*_ids(self.before, ids), *_ids(self.after, ids)]))


def find_grid(parts: Json, violations: Sequence[Violation]) -> Grid | None:
    """The surroundings of an endpoint out of a rule's `input`; None where nothing of them is told."""
    found = _Parts(
        context=object_in(parts.get("context")),
        before=object_in(parts.get("current")),
        after=object_in(parts.get("endpoint")),
        wrong=frozenset(_wrong_ids(parts, violations)),
    )
    vpc_id = next((one["VpcId"] for one in (found.after, found.before) if isinstance(one.get("VpcId"), str)), None)
    columns = _zones(found, vpc_id)
    rows = {
        "Route tables": _tables(found, vpc_id),
        "Security groups": _groups(found),
        "Other endpoints": _peers(found, vpc_id),
    }
    if not columns and not any(rows.values()):
        return None
    return _place(found, vpc_id, columns, {name: boxes for name, boxes in rows.items() if boxes})


def _place(found: _Parts, vpc_id: str | None, columns: Mapping[str, list[Box]], rows: Mapping[str, list[Box]]) -> Grid:
    wide = max(len(columns), min(4, max((len(boxes) for boxes in rows.values()), default=0)), 2)
    vpc = object_in(found.context.get("Vpc"))
    cidr = vpc.get("CidrBlock") if vpc.get("VpcId") in (None, vpc_id) else None
    grid = Grid(sections={**columns, **rows}, frame=Box(1, 1, cut(vpc_id or "VPC"), cut(text(cidr))))
    top = EDGE + HEAD
    for column, (zone, boxes) in enumerate(columns.items()):
        x = EDGE + column * (WIDE + GAP)
        grid.captions.append(Caption(x, top + 12, cut(zone)))
        grid.boxes += [_move(box, x, top + HEAD - 4 + row * (HIGH + GAP)) for row, box in enumerate(boxes)]
    if columns:
        top += HEAD + max(map(len, columns.values())) * (HIGH + GAP)
    for name, boxes in rows.items():
        grid.captions.append(Caption(EDGE, top + 12, name))
        top += HEAD - 4
        for at, box in enumerate(boxes):
            grid.boxes.append(_move(box, EDGE + at % wide * (WIDE + GAP), top + at // wide * (HIGH + GAP)))
        top += -(-len(boxes) // wide) * (HIGH + GAP) + 4
    width = 2 * EDGE + wide * (WIDE + GAP) - GAP
    grid.frame = Box(1, 1, grid.frame.name, grid.frame.note, width=width, height=top + EDGE - GAP)
    grid.told = _describe(grid)
    return grid


def _describe(grid: Grid) -> str:
    """What the grid says to who does not see it."""
    told = [f"{box.name} {STATE_WORDS[box.state]}" for box in grid.boxes if box.state != "none"]
    wrong = [box.name for box in grid.boxes if box.is_wrong]
    tail = f" Wrong: {', '.join(wrong)}." if wrong else ""
    return f"{grid.frame.name}: {'; '.join(told) or 'nothing of it is touched'}.{tail}"


def _zones(found: _Parts, vpc_id: str | None) -> dict[str, list[Box]]:
    """The subnets of the VPC by zone; those that the endpoint names and nobody describes stand at the end."""
    zones: dict[str, list[Box]] = {}
    known: set[str] = set()
    for subnet in objects(found.context.get("Subnets")):
        name = text(subnet.get("SubnetId"))
        is_own = subnet.get("VpcId") in (None, vpc_id) or found.state(name, "SubnetIds") != "none"
        if name and is_own and name not in known:
            known.add(name)
            zone = text(subnet.get("AvailabilityZone") or subnet.get("AvailabilityZoneId")) or _UNKNOWN_ZONE
            zones.setdefault(zone, []).append(_box(found, name, text(subnet.get("CidrBlock")), "SubnetIds"))
    strange = [
        _box(found, one, "not described", "SubnetIds") for one in found.list_ids("SubnetIds") if one not in known
    ]
    ordered = dict(sorted(zones.items(), key=lambda zone: (zone[0] == _UNKNOWN_ZONE, zone[0])))
    if strange:
        ordered[_UNKNOWN_ZONE] = [*ordered.pop(_UNKNOWN_ZONE, []), *strange]
    busiest = sorted(ordered, key=lambda zone: not any(map(_matters, ordered[zone])))[:_MOST_ZONES]
    return {zone: _most_telling(boxes, _MOST_OF_A_ZONE) for zone, boxes in ordered.items() if zone in busiest}


def _tables(found: _Parts, vpc_id: str | None) -> list[Box]:
    boxes: dict[str, Box] = {}
    for table in objects(found.context.get("RouteTables")):
        name = table.get("RouteTableId")
        if isinstance(name, str) and table.get("VpcId") in (None, vpc_id):
            places = objects(table.get("Associations"))
            subnets = [text(one.get("SubnetId")) for one in places if one.get("SubnetId")]
            note = "main" if any(one.get("Main") is True for one in places) else ", ".join(subnets) or "no subnet"
            boxes[name] = _box(found, name, note, "RouteTableIds")
    boxes |= {
        one: _box(found, one, "not described", "RouteTableIds")
        for one in found.list_ids("RouteTableIds")
        if one not in boxes
    }
    touched = [box for box in boxes.values() if _matters(box)]
    return _most_telling(list(boxes.values()), _MOST_IN_A_ROW) if touched else []


def _groups(found: _Parts) -> list[Box]:
    names = {
        one["GroupId"]: text(one.get("GroupName"))
        for one in objects(found.context.get("SecurityGroups"))
        if isinstance(one.get("GroupId"), str)
    }
    boxes = [_box(found, one, names.get(one, "not described"), "Groups") for one in found.list_ids("Groups")]
    return _most_telling(boxes, _MOST_IN_A_ROW)


def _peers(found: _Parts, vpc_id: str | None) -> list[Box]:
    own = found.before.get("VpcEndpointId")
    boxes = [
        Box(
            0,
            0,
            cut(text(one.get("ServiceName")).rpartition(".")[2] or "endpoint"),
            cut(text(one.get("VpcEndpointType"))),
        )
        for one in objects(found.context.get("VpcEndpoints"))
        if one.get("VpcId") == vpc_id and (own is None or one.get("VpcEndpointId") != own)
    ]
    return _most_telling(boxes, _MOST_IN_A_ROW)


def _most_telling(boxes: Sequence[Box], most: int) -> list[Box]:
    """So many boxes, those that the endpoint has to do with first of all; how many others there are says the last."""
    if len(boxes) <= most:
        return list(boxes)
    chosen = sorted(boxes, key=lambda box: not _matters(box))[: most - 1]
    return [*(box for box in boxes if box in chosen), Box(0, 0, f"{len(boxes) - most + 1} more", "")]


def _matters(box: Box) -> bool:
    return box.state != "none" or box.is_wrong


def _box(found: _Parts, name: str, note: str, ids: str) -> Box:
    return Box(0, 0, cut(name), cut(note), found.state(name, ids), name in found.wrong)


def _move(box: Box, x: int, y: int) -> Box:
    return Box(x, y, box.name, box.note, box.state, box.is_wrong)


def _ids(endpoint: Json, member: str) -> list[str]:
    """The ids of a member; of groups those of each."""
    values = endpoint.get(member)
    if member == "Groups":
        values = [one.get("GroupId") for one in objects(values)]
    return [one for one in values if isinstance(one, str)] if isinstance(values, list) else []


def _wrong_ids(parts: Json, violations: Sequence[Violation]) -> Iterator[str]:
    """The texts that violations point to: of ids among them, what the drawing has of that name is wrong."""
    for violation in violations:
        if violation.enforcement_action in ("deny", "warn"):
            value = value_at(parts, violation.path)
            if isinstance(value, dict):
                value = value.get("SubnetId")
            if isinstance(value, str):
                yield value


def cut(text: str) -> str:
    """A text that others wrote as a line of a box holds it."""
    told = visible(text)
    return told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1]}…"
