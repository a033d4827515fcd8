"""JSON texts with values in them that are not known: what is read of the rest, and what is not read at all."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.formats.json_around import parse_around

UNKNOWN = object()


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        (['{"a": "x/', UNKNOWN, '/y", "b": [1]}'], {"a": UNKNOWN, "b": [1]}),
        (['{"a": "', UNKNOWN, '"}'], {"a": UNKNOWN}),
        (['{"a": "\\"', UNKNOWN, '"}'], {"a": UNKNOWN}),
        (['{"a": ', ["x", UNKNOWN], ', "b": ["', UNKNOWN, '", "c"]}'], {"a": ["x", UNKNOWN], "b": [UNKNOWN, "c"]}),
        (['{"a": "x', {"of": "another"}, '"}'], {"a": UNKNOWN}),
    ],
)
def test_what_is_known_around_a_value_is_read(parts: list[Any], value: Any) -> None:
    assert parse_around(parts, UNKNOWN) == value


@pytest.mark.parametrize(
    "parts",
    [
        ['{"a": [', UNKNOWN, "]}"],  # it may be several
        ['{"', UNKNOWN, '": 1}'],  # a member of any name
        ['{"a": "', UNKNOWN, '"'],
        ["\ue000", UNKNOWN],
        ["[" * 100_000, 1],
    ],
)
def test_where_a_value_may_be_more_than_a_value_nothing_is_read(parts: list[Any]) -> None:
    assert parse_around(parts, UNKNOWN) is UNKNOWN
