"""What members of org data may hold, one by one."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from vpce_guard.org.values import Action, Cidr, Day, Instant, Pattern


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Pattern, "^[a-z]+$"),
        (Cidr, "10.0.0.0/8"),
        (Cidr, "2001:db8::/32"),
        (Instant, "2026-12-31T18:00:00+01:00"),
        (Day, "2026-12-31"),
    ],
)
def test_what_is_right_stays_as_it_is_written(kind: Any, value: str) -> None:
    assert TypeAdapter(kind).validate_python(value) == value


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (Pattern, "(?<!a)b", "look-around and back-references are not in RE2"),
        (Pattern, r"(a)\1", "look-around and back-references are not in RE2"),
        (Pattern, "[", "is not a regular expression"),
        (Cidr, "10.0.0.1/8", "has host bits set"),
        (Instant, "2026-12-31T18:00:00", "is not a time with a zone"),
        (Day, "20261231", "is not a date"),
        (Day, "2026-13-31", "month must be in 1..12"),
    ],
)
def test_what_is_wrong_says_why(kind: Any, value: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        TypeAdapter(kind).validate_python(value)


def test_explain_is_an_older_word_for_inform() -> None:
    assert TypeAdapter[str](Action).validate_python("explain") == "inform"
