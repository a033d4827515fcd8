"""Examples of regular expressions, for messages."""

from __future__ import annotations

import pytest

from vpce_guard.org.examples import example_of


@pytest.mark.parametrize(
    ("pattern", "example"),
    [
        ("^{env}-{service}-vpce$", "{env}-{service}-vpce"),
        ("{env}-{service}-{env}", "{env}-{service}-{env}"),
        ("^[0-9]{4}$", "1234"),
        ("[0-9]{4,6}", "1234"),
        (r"cc-\d+", "cc-1"),
        ("(team-)?[a-z]+b", "ab"),
        ("(prod|dev)-x", "prod-x"),
        ("(?:ab|b)+", "ab"),
        (r"a\.b", "a.b"),
        (r".*@example\.com", "a@example.com"),
        ("[^a-z]{2}", "AB"),
        (r"[\w-]{3}?", "abc"),
    ],
)
def test_an_example_is_what_the_pattern_matches(pattern: str, example: str) -> None:
    assert example_of(pattern) == example


@pytest.mark.parametrize(
    "pattern", ["(?i)abc", r"\p{Lu}+", r"a\b", "(?P<name>x)", "x{90}", "[0-9]{65}", "(a", "*", "x$y", "[🐦]", "", ".+"]
)
def test_what_is_not_read_has_no_example(pattern: str) -> None:
    assert example_of(pattern) is None
