"""Sets of texts that patterns describe.

A set runs as a non-deterministic automaton whose states are the bits of a number; it is made deterministic only as
far as a search comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import NamedTuple

TAKES_ALL = -1  # the state from which every text is taken
_MOST_STEPS = 200_000  # that a language remembers


class Token(NamedTuple):
    """One character of `characters`, or with `excluded` one that is not among them; or any number of such."""

    characters: frozenset[str] = frozenset()
    excluded: bool = False
    many: bool = False


Pattern = tuple[Token, ...]
DIGITS = frozenset("0123456789")  # the only class of characters that are told from others and not from each other
_NOBODY: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
ANY_ONE = Token(excluded=True)
ANY_MANY = Token(excluded=True, many=True)


@lru_cache(maxsize=4096)
def letter(character: str) -> Token:
    """The symbol of one character."""
    return Token(frozenset(character))


@lru_cache(maxsize=1024)
def spell(text: str) -> Pattern:
    """The pattern of one text."""
    return tuple(map(letter, text))


def exclude(pattern: Pattern, characters: str) -> Pattern:
    """The same for texts without some characters: what stands for any character no longer stands for these."""
    return tuple(
        symbol._replace(characters=symbol.characters | set(characters)) if symbol.excluded else symbol
        for symbol in pattern
    )


def _count_outdone(pattern: Pattern) -> dict[int, int]:
    """For each star, by its place, how many symbols before it nobody need wait at: it takes all that they take."""
    found: dict[int, int] = {}
    for place, star in enumerate(pattern):
        if not star.many:
            continue
        first = place
        while first and _takes_all_of(star, pattern[first - 1]):
            first -= 1 + found.get(first - 1, 0)  # with what an earlier star outdoes
        found[place] = place - first
    return found


def _takes_all_of(one: Token, other: Token) -> bool:
    if one.excluded:
        return one.characters <= other.characters if other.excluded else not one.characters & other.characters
    return not other.excluded and other.characters <= one.characters


class Language:
    """The texts that fit one of some patterns. A star of a pattern outdoes what stands before it and takes no more."""

    def __init__(self, patterns: Iterable[Pattern], *, is_constant: bool = False) -> None:
        """A constant one is the same for all policies, and so are the words that are found in such languages alone."""
        self.patterns = tuple(patterns)
        self.is_constant = is_constant
        self._symbols: list[Token | None] = []
        self._below: dict[int, int] = {}
        self._ends = self._many = self._takes_all = start = 0
        self._taking: dict[str, int] = {}
        self._refusing: dict[str, int] = {}
        self._others = 0
        for pattern in self.patterns:
            first = len(self._symbols)
            start |= 1 << first
            self._symbols += [*pattern, None]
            for place, symbol in enumerate(pattern, first):
                self._add(symbol, 1 << place)
            for place, outdone in _count_outdone(pattern).items():
                bit = 1 << first + place
                self._many |= bit
                self._below[bit] = bit - (bit >> outdone)
            self._ends |= 1 << (len(self._symbols) - 1)
            if pattern and pattern[-1] == ANY_MANY:
                self._takes_all |= 1 << (len(self._symbols) - 2)
        self._steps: dict[tuple[int, str], int] = {}
        self._taken: dict[tuple[str, tuple[str, ...]], int] = {}
        self._named: dict[int, tuple[frozenset[str], frozenset[str]]] = {TAKES_ALL: _NOBODY, 0: _NOBODY}
        self.size = len(self._symbols) + 1
        self.start = self._close(start)

    @cached_property
    def words(self) -> tuple[str, ...] | None:
        """All texts, where they are finitely many and each is spelt out; else None."""
        if any(s.many or s.excluded or len(s.characters) != 1 for pattern in self.patterns for s in pattern):
            return None
        return tuple("".join(next(iter(s.characters)) for s in pattern) for pattern in self.patterns)

    def step(self, state: int, character: str) -> int:
        """The state after a character."""
        if state in (TAKES_ALL, 0):
            return state
        found = self._steps.get((state, character))
        if found is None:
            if len(self._steps) >= _MOST_STEPS:
                self._steps.clear()
            fitting = state & self._fit(character)
            found = self._steps[state, character] = self._close((fitting & ~self._many) << 1 | fitting & self._many)
        return found

    def is_end(self, state: int) -> bool:
        """Whether the text that led to a state is in the set."""
        return state == TAKES_ALL or state & self._ends != 0

    def takes(self, text: str) -> bool:
        """Whether a text is in the set."""
        return self.is_end(self._walk(self.start, text))

    def find_taken(self, start: str, rests: tuple[str, ...]) -> int:
        """Which of some texts that start alike are in the set: a bit for each, that of the first being the lowest."""
        found = self._taken.get((start, rests))
        if found is None:
            state = self._walk(self.start, start)
            if state in (TAKES_ALL, 0):
                found = (1 << len(rests)) - 1 if state else 0
            else:
                found = sum(1 << n for n, rest in enumerate(rests) if self.is_end(self._walk(state, rest)))
            self._taken[start, rests] = found
        return found

    def _walk(self, state: int, text: str) -> int:
        for character in text:
            if state in (TAKES_ALL, 0):
                break
            state = self.step(state, character)
        return state

    def characters_at(self, state: int) -> tuple[frozenset[str], frozenset[str]]:
        """The characters that are told from others in a state: one by one, and those that are told as one class."""
        found = self._named.get(state)
        if found is None:
            characters: set[str] = set()
            classes: set[str] = set()
            rest = state
            while rest:
                bit = rest & -rest
                rest ^= bit
                symbol = self._symbols[bit.bit_length() - 1]
                if symbol is not None:
                    (classes if symbol.characters is DIGITS else characters).update(symbol.characters)
            found = self._named[state] = (frozenset(characters), frozenset(classes))
        return found

    def _add(self, symbol: Token, bit: int) -> None:
        """Note which characters a symbol takes, or refuses while it takes all others."""
        chosen = self._refusing if symbol.excluded else self._taking
        for character in symbol.characters:
            chosen[character] = chosen.get(character, 0) | bit
        if symbol.excluded:
            self._others |= bit

    def _fit(self, character: str) -> int:
        """Which symbols take a character."""
        return self._taking.get(character, 0) | self._others & ~self._refusing.get(character, 0)

    def _close(self, state: int) -> int:
        """With what stands after stars, and without what a later star of the same pattern outdoes."""
        while (grown := state | (state & self._many) << 1) != state:
            state = grown
        if state & self._takes_all:
            return TAKES_ALL
        rest = state & self._many
        while rest:
            bit = 1 << (rest.bit_length() - 1)
            state &= ~self._below[bit]
            rest &= ~self._below[bit] & ~bit
        return state


EVERYTHING = Language([(ANY_MANY,)], is_constant=True)
NOTHING = Language([], is_constant=True)
