"""The text is that of to_json, however it is cut."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic_core import to_json

from tests.support.audits import decision, violation
from vpce_guard.surfaces.json_pieces import StreamedItems, json_pieces


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ({"a": StreamedItems([]), "b": {}}, {"a": [], "b": {}}),
        ({"a": StreamedItems(iter([{"b": [1, "x\ny"]}, {}]))}, {"a": [{"b": [1, "x\ny"]}, {}]}),
        ({"ä\n": {"b": StreamedItems([{"c": StreamedItems([None, 1.0])}])}}, {"ä\n": {"b": [{"c": [None, 1.0]}]}}),
        ([[], [1], {"a": []}], [[], [1], {"a": []}]),
    ],
)
def test_pieces_are_the_text_of_the_whole(value: Any, plain: Any) -> None:
    assert "".join(json_pieces(value)) == to_json(plain, indent=2).decode()


def test_items_are_made_when_they_are_printed() -> None:
    made: list[str] = []
    items = (made.append(name) or decision(name, violation("deny")) for name in ("a", "b"))  # type: ignore[func-returns-value]
    pieces = json_pieces({"decisions": StreamedItems(items)})
    while not made:
        next(pieces)
    assert made == ["a"]
