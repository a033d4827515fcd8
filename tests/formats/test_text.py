"""Documents as they were written: values, lines, and what is wrong with the bytes."""

from __future__ import annotations

import pytest

from vpce_guard.errors import MalformedError, UnreadableError
from vpce_guard.formats.text import json_text, parse, read_text


def test_the_line_of_a_part_is_known() -> None:
    text = read_text(b"a: 1\nb:\n  c: 2\n", file="x.yaml", limit=1000, yaml_limit=1000)
    assert text.value == {"a": 1, "b": {"c": 2}}
    assert (text.line("/b/c"), text.line("/b/none")) == (3, 2)


def test_bytes_that_are_no_json_are_told_with_line_and_column() -> None:
    with pytest.raises(UnreadableError, match="line 2"):
        parse(b'{"a": 1,\n b}', limit=100)


def test_nesting_nobody_writes_is_malformed() -> None:
    with pytest.raises(MalformedError):
        parse(b"[" * 300 + b"]" * 300, limit=1000)


def test_a_number_that_json_has_no_word_for_is_no_text() -> None:
    with pytest.raises(ValueError, match=r".*"):
        json_text({"a": float("inf")})
