"""How a value that is not known yet may turn out, where each way is known: they are tried one by one.

A conditional, an index or a filter that depends on something unknown asks which way to take. One run takes one way at
each, the next run another, until all are taken. What is about the same thing turns out alike within a run. Beyond
MOST_POSSIBILITIES ways a value stays unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar

from vpce_guard.formats.document import MOST_POSSIBILITIES

Outcome = TypeVar("Outcome")


class Choices:
    """The ways taken in one run, and what was worked out under them."""

    def __init__(self, first: Sequence[int] | None = None) -> None:
        """`first` are the ways to take at the first choices, then the first one of each; None takes none anywhere."""
        self.found: dict[tuple[Any, ...], Any] = {}
        self.asked = 0
        self._first = first
        self._taken: list[tuple[int, int]] = []
        self._about: dict[Hashable, int] = {}
        self._ways = 1

    def choose(self, count: int, about: Hashable | None) -> int | None:
        """See Symbols."""
        self.asked += 1
        if self._first is None or count < 1:
            return None
        if about is not None and about in self._about:
            return self._about[about]
        if self._ways * count > MOST_POSSIBILITIES:
            return None
        at = len(self._taken)
        number = self._first[at] if at < len(self._first) else 0
        self._ways *= count
        self._taken.append((number, count))
        if about is not None:
            self._about[about] = number
        return number

    def next_ways(self) -> list[int] | None:
        """The ways to take in the next run; None where this was the last."""
        taken = list(self._taken)
        while taken and taken[-1][0] + 1 == taken[-1][1]:
            taken.pop()
        if not taken:
            return None
        *before, (number, _) = taken
        return [*(way for way, _ in before), number + 1]


def explore(run: Callable[[Choices], Outcome]) -> list[Outcome]:
    """What comes of each run; all runs together leave no way out."""
    first: list[int] | None = []
    found: list[Outcome] = []
    while first is not None:
        choices = Choices(first)
        found.append(run(choices))
        first = choices.next_ways()
    return found
