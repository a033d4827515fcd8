"""Drawings as a whole: pictures beside golden files, words for who does not see them, names that stay text."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.support.console import Reader
from tests.support.networks import SUBNETS, VPC, entry, gateway, group, interface, open_acl, table
from tests.surfaces.reports.test_reports import NASTY, violation
from vpce_guard.model import Violation
from vpce_guard.surfaces.drawing import Drawing, draw
from vpce_guard.surfaces.drawing.style import COLOURS, DRAWING
from vpce_guard.surfaces.drawing.svg import as_svg
from vpce_guard.surfaces.drawing.tables import grid_lines, path_lines
from vpce_guard.whatif.paths.types import PathTerms

GOLDEN = Path(__file__).parent / "golden"
SVG = "{http://www.w3.org/2000/svg}"
TERMS = PathTerms(hops={"R-SG-001": "group", "R-RT-001": "route"})
A, B, C = SUBNETS


def said(rule: str, message: str, path: str = "") -> Violation:
    return violation("warn", rule).model_copy(update={"message": message, "path": path})


def changed_groups() -> tuple[Any, list[Violation]]:
    """A modify that puts a closed group in the place of the open one."""
    groups = [group("sg-0a000001", "10.0.0.0/16"), group("sg-0b000001")]
    parts = interface({"SecurityGroups": groups})
    parts |= {"operation": "modify", "current": dict(parts["endpoint"])}
    parts["endpoint"] = {**parts["endpoint"], "Groups": [{"GroupId": "sg-0b000001"}]}
    return parts, [said("R-SG-001", "the rules of sg-0b000001 admit nobody")]


def on_premises() -> tuple[Any, list[Violation]]:
    intent = {"access_paths": ["vpc", "on-prem-dx"], "client_cidrs": ["192.168.0.0/16"]}
    tables = [table("rtb-0a000001", ("10.0.0.0/16", "local"), ("192.168.0.0/16", "vgw-0a000001"))]
    return interface({"RouteTables": tables}, intent=intent), []


def closed_acl() -> tuple[Any, list[Violation]]:
    acl = open_acl("acl-0b000001", B)
    acl["Entries"].insert(0, entry(1, "deny", "0.0.0.0/0", egress=False))
    return interface({"NetworkAcls": [acl, open_acl("acl-0a000001", A, C)]}), []


def routes_of_a_gateway() -> tuple[Any, list[Violation]]:
    parts = gateway({"RouteTables": [table("rtb-0a000001"), table("rtb-0b000001", subnet=B)]})
    return parts, [said("R-RT-001", "routes of rtb-0a000001 win", "/endpoint/RouteTableIds/0")]


def dns_off() -> tuple[Any, list[Violation]]:
    return interface({"Vpc": {"VpcId": VPC, "CidrBlock": "10.0.0.0/16", "EnableDnsSupport": False}}), []


PICTURES = {one.__name__: one for one in (changed_groups, on_premises, closed_acl, routes_of_a_gateway, dns_off)}


def drawn(parts: Any, violations: list[Violation]) -> Drawing:
    found = draw(parts, violations, TERMS)
    assert found is not None
    return found


@pytest.mark.parametrize("name", PICTURES)
def test_it_is_as_the_golden_file(name: str) -> None:
    """Look at the picture and write it anew with UPDATE=1 where it is to be another one."""
    drawing = drawn(*PICTURES[name]())
    text = as_svg(drawing).replace("><", ">\n<") + "\n"
    text = text.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" class="drawing" ', 1)
    words = "\n".join([*path_lines(drawing.paths), "", *(grid_lines(drawing.grid) if drawing.grid else ())]) + "\n"
    for file, found in ((GOLDEN / f"{name}.svg", text), (GOLDEN / f"{name}.md", words)):
        if os.environ.get("UPDATE"):
            file.write_text(found, encoding="utf-8")
        assert file.read_text(encoding="utf-8") == found


@pytest.mark.parametrize("name", PICTURES)
def test_ways_lie_beside_or_below_each_other_within_the_drawing(name: str) -> None:
    drawing = drawn(*PICTURES[name]())
    assert drawing.ways
    places = [(way.x, way.x + way.width, way.y, way.end) for way in drawing.ways]
    for number, (left, right, top, bottom) in enumerate(places):
        assert 0 < left < right <= drawing.width
        assert (drawing.grid.frame.height if drawing.grid else 0) < top < bottom <= drawing.height
        others = places[:number]
        assert all(left >= one[1] or right <= one[0] or top >= one[3] or bottom <= one[2] for one in others)
        stations = drawing.ways[number].stations
        assert [one.y for one in stations] == sorted({one.y for one in stations})


def test_before_stands_left_of_after() -> None:
    before, after = drawn(*changed_groups()).ways
    assert (before.y, before.arrives) == (after.y, True)
    assert before.x + before.width < after.x
    assert not after.arrives
    assert (before.note.partition(" ")[0], after.note.partition(" ")[0]) == ("before", "after")


def test_what_lies_behind_a_stop_is_not_reached() -> None:
    (way,) = drawn(*dns_off()).ways
    assert [one.reached for one in way.stations] == [True, False, False, False, False]


def test_it_says_in_words_what_it_shows() -> None:
    svg = ElementTree.fromstring(as_svg(drawn(*changed_groups())))  # noqa: S314 - made here
    assert svg.attrib["role"] == "img"
    assert svg.attrib["aria-label"].endswith("1 of 2 paths of clients stop on the way.")
    described = svg.findtext("desc") or ""
    assert "Security groups of the endpoint sg-0b000001 stops (admits nobody on TCP 443 · R-SG-001)" in described
    signs = [one.text for one in svg.iter("text") if one.attrib.get("class") == "sign"]
    assert signs == ["✓"] * 9 + ["✕"]


def everywhere(value: Any, at: str = "") -> list[str]:
    """The places of all texts in a value."""
    if isinstance(value, dict):
        return [place for name, one in value.items() for place in everywhere(one, f"{at}/{name}")]
    if isinstance(value, list):
        return [place for number, one in enumerate(value) for place in everywhere(one, f"{at}/{number}")]
    return [at] if isinstance(value, str) else []


def put(value: Any, place: str, text: str) -> Any:
    """The value with a text at a place."""
    name, _, rest = place[1:].partition("/")
    key: Any = int(name) if isinstance(value, list) else name
    copy: Any = list(value) if isinstance(value, list) else dict(value)
    copy[key] = put(value[key], f"/{rest}", text) if rest else text
    return copy


def same_everywhere(value: Any, old: str, new: str) -> Any:
    """The value with a text in the place of another one, wherever that stands."""
    return json.loads(json.dumps(value).replace(json.dumps(old), json.dumps(new)))


@pytest.mark.parametrize("name", PICTURES)
def test_a_name_cannot_become_markup_wherever_it_stands(name: str) -> None:
    parts, violations = PICTURES[name]()
    parts = json.loads(json.dumps(parts))
    texts = {place: put(parts, place, NASTY) for place in everywhere(parts)}
    ids = {one for place in texts for one in [read(parts, place)] if one.partition("-")[2]}
    spoiled = [*texts.values(), *(same_everywhere(parts, one, NASTY) for one in sorted(ids))]
    told = [one.model_copy(update={"message": NASTY}) for one in violations]
    seen = 0
    for one in spoiled:
        drawing = draw(one, told, TERMS)
        if drawing is None:
            continue
        svg = as_svg(drawing)
        ElementTree.fromstring(svg)  # noqa: S314 - made here
        assert "<script" not in svg
        assert "\x00" not in svg
        lines = [*path_lines(drawing.paths), *(grid_lines(drawing.grid) if drawing.grid else ())]
        assert not any("\n" in line or "<script" in line or "`c" in line.replace("\\`c", "") for line in lines)
        assert not any("@team" in line or "[x](y)" in line for line in lines)
        seen += "script" in svg
    assert seen > 10


def read(value: Any, place: str) -> Any:
    """What stands at a place."""
    for name in place[1:].split("/"):
        value = value[int(name) if isinstance(value, list) else name]
    return value


def test_colours_stand_in_one_place() -> None:
    assert "#" not in DRAWING
    used = {one.partition(")")[0] for one in DRAWING.split("var(")[1:]}
    light, _, dark = COLOURS.partition("@media")
    assert all(f"{name}:" in light and f"{name}:" in dark for name in used)


def test_it_is_on_the_page_with_words_for_who_does_not_see_it(reader: Reader) -> None:
    page = reader.get("check?rule=VPCE-IFACE-002&example=0")
    assert "<svg viewBox" not in page.text
    document = {
        "operation": "create",
        "request": {"VpcId": VPC, "VpcEndpointType": "Interface", "SubnetIds": ["subnet-0a100001"]},
    }
    checked = reader.post("check", document=json.dumps(document), **{"try": "yes"})
    assert f'aria-label="{VPC}: subnet-0a100001 gets the endpoint.' in checked.text
