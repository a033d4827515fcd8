"""One unknown of a request each: the values it may have, and whether some conditions can hold of it together.

A condition on an unknown is an `Atom`. Each space decides conjunctions of atoms and their opposites exactly: over a few
texts where only texts and ordered values are compared, else over automata. A space remembers what it found.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal, NamedTuple, Protocol

from vpce_guard.decisions.reach.clock import Clock
from vpce_guard.decisions.reach.languages import EVERYTHING, Language
from vpce_guard.decisions.reach.values import compare, points_of
from vpce_guard.decisions.reach.words import Languages


class Absence(Enum):
    """Of a key: it is not in the request."""

    ABSENT = "absent"


Value = str | tuple[str, ...] | Absence


@dataclass(frozen=True)
class TypedValues:
    """Values that stand to one of some values of a policy as an operator wants."""

    base: str
    wanted: tuple[str, ...]

    def takes(self, text: str) -> bool:
        """Whether a value is among them."""
        return any(compare(self.base, text, one) for one in self.wanted)


Values = Language | TypedValues


@dataclass(frozen=True, eq=False)
class Atom:
    """A condition on one unknown: its value is among `values`, or with `negated` not; `when_absent` without the key.

    `certain` are the values of which it is sure, where policy variables leave more of them open; the same otherwise.
    `over` says of which of several values: of the one, of any, of all, or whether there is one at all.
    """

    unknown: str
    values: Values
    certain: Values
    negated: bool = False
    when_absent: bool = False
    over: Literal["one", "any", "all", "presence"] = "one"


Literals = frozenset[tuple[Atom, bool]]


class Bounds(NamedTuple):
    """The values an unknown may have at all: texts of a set or of a few, or none.

    `shaped` where texts of the set are told apart by their parts; `other` is what stands for all that are not named.
    """

    within: Language = EVERYTHING
    may_lack: bool = True
    only: tuple[str, ...] | None = None
    shaped: bool = False
    other: str = "other"


class Space(Protocol):
    """The values of one unknown."""

    def is_empty(self, literals: Literals, clock: Clock) -> bool:
        """Whether there is no value of which all of these hold. Raises OutOfTimeError."""
        ...

    def find(self, literals: Literals, clock: Clock) -> Value | None:
        """A value of which all of these hold, the shortest; None where there is none. Raises OutOfTimeError."""
        ...


def make_space(atoms: Sequence[Atom], bounds: Bounds, languages: Languages) -> Space:
    """The space of an unknown with all the atoms that are ever asked of it."""
    if any(atom.over in ("any", "all") for atom in atoms):
        return _SetSpace(bounds, languages)
    if not bounds.shaped and all(_is_spelt_out(atom) for atom in atoms):
        return _PointSpace(atoms, bounds)
    return _WordSpace(bounds, languages)


def _is_spelt_out(atom: Atom) -> bool:
    return atom.over == "presence" or all(
        isinstance(values, TypedValues) or values.words is not None for values in (atom.values, atom.certain)
    )


def _contradict(literals: Literals) -> bool:
    return any(positive and (atom, False) in literals for atom, positive in literals)


def _holds_absent(literals: Literals) -> bool:
    return all(atom.when_absent == positive for atom, positive in literals)


def can_hold(atom: Atom, positive: bool, text: str) -> bool:
    """Whether an atom may hold of a value, or with `positive` false may not hold."""
    if atom.over == "presence":
        return atom.when_absent != positive
    values = atom.values if positive != atom.negated else atom.certain
    return values.takes(text) == (positive != atom.negated)


class _PointSpace:
    """An unknown whose values are told apart by a few texts: bits of a number stand for them."""

    def __init__(self, atoms: Sequence[Atom], bounds: Bounds) -> None:
        texts = bounds.only if bounds.only is not None else _points(atoms, bounds.other)
        self._values: list[str | Absence] = [Absence.ABSENT] if bounds.may_lack else []
        self._values += (text for text in texts if bounds.within.takes(text))
        self._masks: dict[tuple[Atom, bool], int] = {}

    def is_empty(self, literals: Literals, clock: Clock) -> bool:
        return self.find(literals, clock) is None

    def find(self, literals: Literals, clock: Clock) -> Value | None:
        if _contradict(literals):
            return None
        left = (1 << len(self._values)) - 1
        for literal in literals:
            left &= self._mask(literal, clock)
        return self._values[(left & -left).bit_length() - 1] if left else None

    def _mask(self, literal: tuple[Atom, bool], clock: Clock) -> int:
        found = self._masks.get(literal)
        if found is None:
            atom, positive = literal
            wanted = len(atom.values.wanted) if isinstance(atom.values, TypedValues) else 1
            clock.check(2 * (3 + wanted) * len(self._values))
            found = self._masks[literal] = sum(
                1 << place
                for place, value in enumerate(self._values)
                if (can_hold(atom, positive, value) if isinstance(value, str) else atom.when_absent == positive)
            )
        return found


def _points(atoms: Iterable[Atom], other: str) -> list[str]:
    texts: dict[str, None] = {}
    bounds: list[tuple[str, str]] = []
    for atom in atoms:
        for values in (atom.values, atom.certain):
            if isinstance(values, TypedValues):
                bounds += [(values.base, one) for one in values.wanted]
            elif atom.over != "presence":
                texts.update(dict.fromkeys(values.words or ()))
    texts.update(dict.fromkeys(points_of(bounds)))
    while other in texts:
        other = f"{int(other) - 1}" if other.isdigit() else f"{other}0"
    return [*texts, other] if bounds else [other, *texts]


class _SearchedSpace(ABC):
    """An unknown whose values are searched for, each question once."""

    def __init__(self, bounds: Bounds, languages: Languages) -> None:
        self._bounds = bounds
        self._languages = languages
        self._found: dict[Literals, Value | None] = {}

    def find(self, literals: Literals, clock: Clock) -> Value | None:
        if literals not in self._found:
            self._found[literals] = self._look(literals, clock)
        return self._found[literals]

    @abstractmethod
    def _look(self, literals: Literals, clock: Clock) -> Value | None: ...


class _WordSpace(_SearchedSpace):
    """An unknown whose values are texts that patterns tell apart."""

    def __init__(self, bounds: Bounds, languages: Languages) -> None:
        super().__init__(bounds, languages)
        self._empty: dict[Literals, bool] = {}

    def is_empty(self, literals: Literals, clock: Clock) -> bool:
        if literals not in self._empty:
            self._empty[literals] = self._looks_empty(literals, clock)
        return self._empty[literals]

    def _looks_empty(self, literals: Literals, clock: Clock) -> bool:
        if _contradict(literals):
            return True
        if self._bounds.may_lack and _holds_absent(literals):
            return False
        sides = _sides(literals, self._bounds)
        return sides is None or not self._languages.has_word(*sides, clock)

    def _look(self, literals: Literals, clock: Clock) -> Value | None:
        if _contradict(literals):
            return None
        if self._bounds.may_lack and _holds_absent(literals):
            return Absence.ABSENT
        return _find_text(literals, self._bounds, self._languages, clock)


def _sides(
    literals: Iterable[tuple[Atom, bool]], bounds: Bounds
) -> tuple[Sequence[Language], Sequence[Language]] | None:
    """The sets that a text is in, and those that it is not in, of which literals hold; None where none can be."""
    inside: list[Language] = [] if bounds.within is EVERYTHING else [bounds.within]
    outside: list[Language] = []
    for atom, positive in literals:
        if atom.over == "presence":
            if atom.when_absent == positive:
                return None
            continue
        among = positive != atom.negated
        values = atom.values if among else atom.certain
        assert isinstance(values, Language)  # noqa: S101 - Unknowns gives these spaces nothing else
        (inside if among else outside).append(values)
    return inside or [EVERYTHING], outside


def _find_text(literals: Iterable[tuple[Atom, bool]], bounds: Bounds, languages: Languages, clock: Clock) -> str | None:
    """A text of which some literals hold, each over one value."""
    sides = _sides(literals, bounds)
    return None if sides is None else languages.find_word(*sides, clock)


class _SetSpace(_SearchedSpace):
    """An unknown with any number of texts. The empty set is as good as none."""

    def is_empty(self, literals: Literals, clock: Clock) -> bool:
        return self.find(literals, clock) is None

    def _look(self, literals: Literals, clock: Clock) -> Value | None:
        if _contradict(literals):
            return None
        if _holds_absent(literals):
            return Absence.ABSENT
        if any(atom.over == "presence" and atom.when_absent == positive for atom, positive in literals):
            return None
        of_values = [(atom, positive) for atom, positive in literals if atom.over != "presence"]
        for_all = [(atom, positive) for atom, positive in of_values if (atom.over == "all") == positive]
        some = [(atom, positive) for atom, positive in of_values if (atom.over == "all") != positive]
        texts = [_find_text([*for_all, one], self._bounds, self._languages, clock) for one in some]
        if not some:
            texts = [_find_text(for_all, self._bounds, self._languages, clock)]
        if None in texts:
            return None
        return tuple(sorted({text for text in texts if text is not None}))
