"""Numbers, instants, addresses and booleans."""

from __future__ import annotations

import pytest

from vpce_guard.decisions.reach.values import compare, is_value_of, parse_instant, points_of


@pytest.mark.parametrize(
    ("base", "value", "wanted", "holds"),
    [
        ("NumericEquals", "1e1", "10", True),
        ("NumericGreaterThan", "2", "10", False),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericGreaterThanEquals", "Infinity", "1", False),
        ("DateEquals", "2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00Z", True),
        ("DateLessThan", "2025", "2026-01", True),
        ("DateGreaterThan", "soon", "2026", False),
        ("Bool", "TRUE", "true", True),
        ("IpAddress", "2001:db8::1", "2001:db8::/32", True),
        ("IpAddress", "x", "0.0.0.0/0", False),
    ],
)
def test_values_are_compared_as_what_they_are(base: str, value: str, wanted: str, *, holds: bool) -> None:
    assert compare(base, value, wanted) is holds


def test_a_year_is_no_second_of_1970() -> None:
    assert parse_instant("2026") == parse_instant("2026-01-01T00:00:00Z")
    assert parse_instant("20260") == 20260


def test_what_can_stand_in_a_policy() -> None:
    assert [is_value_of("NumericEquals", "x"), is_value_of("Bool", "yes"), is_value_of("IpAddress", "10.0.0.0/33")] == [
        False,
        False,
        False,
    ]
    assert is_value_of("StringEquals", "anything")


def test_points_lie_in_each_part_that_bounds_make() -> None:
    numbers = points_of([("NumericLessThan", "1.2"), ("NumericEquals", "1.3")])
    assert numbers == ["1.2", "1.3", "1.25", "0.2", "2.3"]
    assert points_of([("IpAddress", "10.0.0.0/31")]) == ["10.0.0.0", "10.0.0.1", "9.255.255.255", "10.0.0.2"]
    assert points_of([("IpAddress", "0.0.0.0/0")]) == ["0.0.0.0", "255.255.255.255"]  # noqa: S104 - an address
    assert "2026-01-01T00:00:00Z" in points_of([("DateEquals", "2026-01-01T00:00:00Z")])
