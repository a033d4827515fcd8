"""The shortest text that is in some sets of texts and not in others, and the sets of a question, each made once.

A search tries the characters that the sets tell apart where it stands, and one other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, count
from typing import Any, TypeVar

from vpce_guard.decisions.reach.clock import Clock
from vpce_guard.decisions.reach.languages import TAKES_ALL, Language, Pattern

_ORDER = "abcdefghijklmnopqrstuvwxyz9876543210ABCDEFGHIJKLMNOPQRSTUVWXYZ-_/.:=@+,"
_PLACES = {character: place for place, character in enumerate(_ORDER)}
_MOST_TRIED = 24  # words that are tried before a search
_LONG = 60.0  # seconds for a search among constant languages, which takes a few milliseconds
_LARGE = 50  # symbols that make a step of a language take as long again as one of few

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
    if 0 in start[:needed] or TAKES_ALL in start[needed:]:
        return None
    walks = [(language.step, 0 if number < needed else TAKES_ALL) for number, language in enumerate(every)]
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
