"""Where the parts of a proposal stand in the text they come from, and which edits carry out a fix."""

from __future__ import annotations

from typing import Any

from vpce_guard.formats.document import NO_EXTRAS, Extras, TextLocations
from vpce_guard.formats.text import Text, read_text

TEXT = b"""\
Resources:
  S3:
    Properties:
      VpcId: vpc-1
      RouteTableIds:
      - rtb-1
      - rtb-1
"""
PARTS = {"": "/Resources/S3", "/request": "/Resources/S3/Properties", "/context": "/Resources"}
REMOVE = {"op": "remove", "path": "/request/RouteTableIds/1"}


def text() -> Text:
    return read_text(TEXT, file="t.yaml", limit=1 << 20, yaml_limit=1 << 20)


def places(*, literal: bool = True) -> TextLocations:
    return TextLocations(text=text(), parts=PARTS, literal=literal)


def line(pointer: str) -> Any:
    found = places().locate(pointer)
    return found.line if found else None


def test_a_pointer_is_found_by_the_nearest_part() -> None:
    assert (line("/request/RouteTableIds/1"), line("/request/VpcId"), line("/address")) == (7, 4, 2)


def test_a_member_that_is_absent_is_where_it_would_stand() -> None:
    assert line("/request/PolicyDocument") == line("/request")


def test_without_a_part_there_is_no_place() -> None:
    assert TextLocations(text=text(), parts={"/request": "/Resources"}).locate("/context/Vpc") is None


def test_only_one_change_of_a_literal_request_is_an_edit() -> None:
    (edit,) = places().find_edits([REMOVE])
    assert (edit.file, edit.start_line, edit.text) == ("t.yaml", 7, "")
    assert places().find_edits([REMOVE, REMOVE]) == ()
    assert places(literal=False).find_edits([REMOVE]) == ()
    assert places().find_edits([{"op": "remove", "path": "/context/S3"}]) == ()


def test_a_document_that_came_parsed_has_no_places() -> None:
    assert NO_EXTRAS.locations(PARTS) is None
    given = text()
    assert Extras(text=given).locations(PARTS) == TextLocations(text=given, parts=PARTS)
