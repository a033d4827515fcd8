"""Texts with their lines marked, and what changes between two."""

from __future__ import annotations

from tests.surfaces.reports.test_reports import violation
from vpce_guard.surfaces.console.listing import DiffLine, cut_pieces, diff

WRONG = violation("deny", "VPCE-GW-001")


def test_a_short_text_is_shown_as_a_whole() -> None:
    (piece,) = cut_pieces("a\nb\nc", {2: [WRONG]})
    assert [(line.number, line.text, len(line.violations)) for line in piece] == [(1, "a", 0), (2, "b", 1), (3, "c", 0)]


def test_of_a_long_text_the_lines_around_what_is_marked() -> None:
    text = "\n".join(f"line {number}" for number in range(1, 1001))
    first, second = cut_pieces(text, {3: [WRONG], 500: [WRONG]})
    assert [line.number for line in first] == [1, 2, 3, 4, 5, 6, 7]
    assert [line.number for line in second] == list(range(496, 505))


def test_lines_are_harmless_and_not_endless() -> None:
    (piece,) = cut_pieces("\ta\u202e\n" + "x" * 1000, {1: [WRONG]})
    assert piece[0].text == "    a\\u202e"
    assert piece[1].text == "x" * 400 + "…"


def test_a_mark_outside_of_the_text_marks_nothing() -> None:
    (piece,) = cut_pieces("a", {7: [WRONG]})
    assert [line.violations for line in piece] == [()]


def test_a_diff_has_what_changes_and_a_little_around_it() -> None:
    assert list(diff("1\n2\n3\n4\n5\n6", "1\n2\n3\nfour\n5\n6")) == [
        DiffLine(" ", "2"),
        DiffLine(" ", "3"),
        DiffLine("-", "4"),
        DiffLine("+", "four"),
        DiffLine(" ", "5"),
        DiffLine(" ", "6"),
    ]
    assert list(diff("a", "a")) == []
