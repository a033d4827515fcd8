"""Sets of texts that patterns describe, and the shortest text that is in some of them and not in others.

A set runs as a non-deterministic automaton whose states are the bits of a number; it is made deterministic only as
far as a search comes. A search tries the characters that the patterns tell apart where it stands, and one other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain, count
from typing import Any, NamedTuple, TypeVar

from vpce_guard.decisions.reach.clock import Clock

_ORDER = "abcdefghijklmnopqrstuvwxyz9876543210ABCDEFGHIJKLMNOPQRSTUVWXYZ-_/.:=@+,"
_PLACES = {character: place for place, character in enumerate(_ORDER)}
_ALL = -1  # the state from which every text is taken
_MOST_STEPS = 200_000  # that a language remembers
_MOST_TRIED = 24  # words that are tried before a search
_LONG = 60.0  # seconds for a search among constant languages, which takes a few milliseconds
_LARGE = 50  # symbols that make a step of a language take as long again as one of few


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
        self._named: dict[int, tuple[frozenset[str], frozenset[str]]] = {_ALL: _NOBODY, 0: _NOBODY}
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
        if state in (_ALL, 0):
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
        return state == _ALL or state & self._ends != 0

    def takes(self, text: str) -> bool:
        """Whether a text is in the set."""
        return self.is_end(self._walk(self.start, text))

    def find_taken(self, start: str, rests: tuple[str, ...]) -> int:
        """Which of some texts that start alike are in the set: a bit for each, that of the first being the lowest."""
        found = self._taken.get((start, rests))
        if found is None:
            state = self._walk(self.start, start)
            if state in (_ALL, 0):
                found = (1 << len(rests)) - 1 if state else 0
            else:
                found = sum(1 << n for n, rest in enumerate(rests) if self.is_end(self._walk(state, rest)))
            self._taken[start, rests] = found
        return found

    def _walk(self, state: int, text: str) -> int:
        for character in text:
            if state in (_ALL, 0):
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
            return _ALL
        rest = state & self._many
        while rest:
            bit = 1 << (rest.bit_length() - 1)
            state &= ~self._below[bit]
            rest &= ~self._below[bit] & ~bit
        return state


EVERYTHING = Language([(ANY_MANY,)], is_constant=True)
NOTHING = Language([], is_constant=True)
State = tuple[int, ...]
Made = TypeVar("Made")


class Languages:
    """Languages by their patterns, each made once, what was made of them, and the words that were found in them."""

    def __init__(self) -> None:
        self._made: dict[tuple[Pattern, ...], Language] = {}
        self._kept: dict[object, Any] = {}
        self.known: set[int] = set()  # statements, by identity, of which languages were made
        self._words: dict[tuple[frozenset[Language], frozenset[Language]], str | None] = {}
        self._tried: deque[str] = deque(maxlen=_MOST_TRIED)

    def make(self, patterns: Iterable[Pattern]) -> Language:
        """The language of some patterns."""
        key = tuple(dict.fromkeys(patterns))
        if key not in self._made:
            self._made[key] = Language(key)
        return self._made[key]

    def keep(self, key: object, make: Callable[[], Made]) -> Made:
        """What `make` gives, made once for a key."""
        if key not in self._kept:
            self._kept[key] = make()
        made: Made = self._kept[key]
        return made

    def has_word(self, inside: Iterable[Language], outside: Iterable[Language], clock: Clock) -> bool:
        """Whether a text is in all of some sets and in none of others. Raises OutOfTimeError."""
        key = (frozenset(inside), frozenset(outside))
        if key not in self._words:
            clock.check(len(self._tried) * (len(key[0]) + len(key[1])))
            if any(_is_between(word, *key) for word in self._tried):
                return True
        return self.find_word(*key, clock) is not None

    def find_word(self, inside: Iterable[Language], outside: Iterable[Language], clock: Clock) -> str | None:
        """The shortest text that is in all of some sets and in none of others; None where there is none.

        Raises OutOfTimeError.
        """
        key = (frozenset(inside), frozenset(outside))
        if key not in self._words:
            is_constant = all(language.is_constant for side in key for language in side)
            found = self._words[key] = _find_constant(*key) if is_constant else find_word(*key, clock)
            if found is not None and found not in self._tried:
                self._tried.append(found)
        return self._words[key]


def find_word(inside: Collection[Language], outside: Collection[Language], clock: Clock) -> str | None:
    """As Languages.find_word(), each time anew."""
    for language in inside:
        if (words := language.words) is not None:
            fitting = (word for word in words if _is_between(word, inside, outside))
            return min(fitting, key=lambda word: (len(word), word), default=None)
    return _search((*inside, *outside), len(inside), clock)


@lru_cache(maxsize=1024)
def _find_constant(inside: frozenset[Language], outside: frozenset[Language]) -> str | None:
    return find_word(inside, outside, Clock(_LONG))


def _is_between(word: str, inside: Iterable[Language], outside: Iterable[Language]) -> bool:
    return all(one.takes(word) for one in inside) and not any(one.takes(word) for one in outside)


def _search(every: Sequence[Language], needed: int, clock: Clock) -> str | None:
    """The shortest text in the first `needed` languages and not in the others: breadth first, so shortest first."""
    start = tuple(language.start for language in every)
    if 0 in start[:needed] or _ALL in start[needed:]:
        return None
    walks = [(language.step, 0 if number < needed else _ALL) for number, language in enumerate(every)]
    size = sum(language.size for language in every)
    cost = 1 + len(every) + size // _LARGE
    came: dict[State, tuple[State, str] | None] = {start: None}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        if all(
            language.is_end(one) == (n < needed) for n, (language, one) in enumerate(zip(every, state, strict=True))
        ):
            return _trace(came, state)
        characters = _characters(every, state)
        clock.check(cost * len(characters))
        for character in characters:
            after = []
            for (step, hopeless), one in zip(walks, state, strict=True):
                reached = step(one, character)
                if reached == hopeless:  # no text that is looked for goes on so
                    break
                after.append(reached)
            else:
                key = tuple(after)
                if key not in came:
                    came[key] = (state, character)
                    queue.append(key)
    return None


def _characters(every: Sequence[Language], state: State) -> Sequence[str]:
    """Characters that make a difference, in the order in which they look best, and one that stands for all others."""
    return _choose(frozenset([language.characters_at(one) for language, one in zip(every, state, strict=True)]))


@lru_cache(maxsize=16_384)
def _choose(told: frozenset[tuple[frozenset[str], frozenset[str]]]) -> Sequence[str]:
    """Those that are told one by one, one that stands for the rest of a class, and one for all that is left."""
    named = frozenset().union(*(alone for alone, _ in told))
    classes = frozenset().union(*(together for _, together in told))
    chosen = set(named)
    if rest := classes - named:
        chosen.add(max(rest))
    chosen.add(next(one for one in chain(_ORDER, map(chr, count(0x100))) if one not in named and one not in classes))
    return sorted(chosen, key=lambda character: (_PLACES.get(character, len(_ORDER)), character))


def _trace(came: Mapping[State, tuple[State, str] | None], state: State) -> str:
    text = []
    while (step := came[state]) is not None:
        state, character = step
        text.append(character)
    return "".join(reversed(text))
