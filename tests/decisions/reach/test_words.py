"""The shortest text in some sets and not in others is found."""

from __future__ import annotations

import re
from itertools import product
from random import Random

import pytest

from tests.support.globs import glob_set
from vpce_guard.decisions.reach.clock import Clock, OutOfTimeError
from vpce_guard.decisions.reach.languages import spell
from vpce_guard.decisions.reach.words import Languages, find_word

CLOCK = Clock(float("inf"))  # made when tests are collected


@pytest.mark.parametrize(
    ("inside", "outside", "word"),
    [
        (["a*"], [], "a"),
        (["a*"], ["a"], "aa"),
        (["a*", "*b"], [], "ab"),
        (["a*", "*b"], ["ab", "aab"], "abb"),
        (["a*"], ["a*"], None),
        (["a*b*"], ["*b"], "aba"),
        (["??"], ["a?"], "ba"),
        (["a", "b*"], [], None),
        (["ab"], ["*"], None),
        (["*"], [], ""),
    ],
)
def test_the_shortest_word_is_found(inside: list[str], outside: list[str], word: str | None) -> None:
    assert find_word([glob_set(one) for one in inside], [glob_set(one) for one in outside], CLOCK) == word


def test_a_word_of_a_few_is_looked_for_among_them() -> None:
    assert find_word([glob_set("ab", "b", "c*"), glob_set("ab", "b")], [glob_set("b")], CLOCK) == "ab"


def test_brute_force_finds_the_same() -> None:
    random = Random(25)  # noqa: S311 - the same sets each time
    texts = ["".join(letters) for size in range(6) for letters in product("ab", repeat=size)]
    for _ in range(300):
        chosen = ["".join(random.choices("ab*?", k=random.randint(1, 4))) for _ in range(4)]
        fits = [re.compile(one.replace("*", ".*").replace("?", ".")) for one in chosen]
        wanted = [t for t in texts if fits[0].fullmatch(t) and fits[1].fullmatch(t)]
        wanted = [t for t in wanted if not fits[2].fullmatch(t) and not fits[3].fullmatch(t)]
        found = find_word([glob_set(chosen[0]), glob_set(chosen[1])], [glob_set(chosen[2]), glob_set(chosen[3])], CLOCK)
        if wanted:
            assert found is not None, chosen
            assert len(found) == len(wanted[0]), chosen
        elif found is not None:  # with other letters, or a longer one
            assert set(found) - {"a", "b"} or len(found) > 5, chosen
            assert all(f.fullmatch(found) for f in fits[:2]), chosen
            assert not any(f.fullmatch(found) for f in fits[2:]), chosen


def test_languages_of_the_same_patterns_are_one() -> None:
    languages = Languages()
    assert languages.make([spell("a"), spell("b")]) is languages.make([spell("a"), spell("b"), spell("a")])


def test_a_search_ends_in_time() -> None:
    hard = [glob_set(f"*{letter}*{letter}*") for letter in "abcdefghijklmno"]
    with pytest.raises(OutOfTimeError):
        find_word(hard, [glob_set("*a*a*", "*b*b*")], Clock(0))
