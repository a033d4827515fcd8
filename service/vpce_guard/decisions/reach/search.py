"""Whether a request can match some statements and none of others: a search over which condition of each other fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from vpce_guard.decisions.reach.clock import Clock
from vpce_guard.decisions.reach.spaces import Atom, Literals
from vpce_guard.decisions.reach.unknowns import Element, Unknowns

Found = Mapping[str, Literals]  # what holds of each unknown that a request was found by
_Clause = tuple[Atom, ...]
_NONE: Literals = frozenset()


def find_literals(
    case: Unknowns, needed: Iterable[Element], excluded: Iterable[Sequence[Element]], clock: Clock
) -> Found | None:
    """What holds of the unknowns of a request of which all of `needed` hold and no whole one of `excluded`.

    None where there is no such request. Raises OutOfTimeError.
    """
    found: dict[str, Literals] = {}
    for element in needed:
        if isinstance(element, bool):
            if not element:
                return None
        else:
            found[element.unknown] = found.get(element.unknown, _NONE) | {(element, True)}
    search = _Search(case, clock)
    if not all(search.can_hold(unknown, literals) for unknown, literals in found.items()):
        return None
    clauses = [tuple(e for e in box if not isinstance(e, bool)) for box in excluded if False not in box]
    return search.extend(found, clauses)


class _Search:
    def __init__(self, case: Unknowns, clock: Clock) -> None:
        self._case = case
        self._clock = clock

    def can_hold(self, unknown: str, literals: Literals) -> bool:
        self._clock.check(3 + len(literals) // 4)
        return not self._case.space(unknown).is_empty(literals, self._clock)

    def extend(self, found: dict[str, Literals], clauses: Sequence[_Clause]) -> Found | None:
        """`found` with one condition of each clause denied; None where that cannot be."""
        left = self._settle(found, clauses)
        if left is None:
            return None
        if not left:
            return found
        first = min(left, key=len)
        rest = [clause for clause in left if clause is not first]
        branch = found
        for atom in first:
            denied = self._with(branch, atom, positive=False)
            if denied is not None and (end := self.extend(denied, rest)) is not None:
                return end
            held = self._with(branch, atom, positive=True)
            if held is None:
                return None
            branch = held
        return None

    def _settle(self, found: dict[str, Literals], clauses: Sequence[_Clause]) -> list[_Clause] | None:
        """The clauses that leave a choice, after what leaves none was added to `found`; None where one cannot be."""
        left = list(clauses)
        while True:
            open_clauses: list[_Clause] = []
            changed = False
            for clause in left:
                rest = self._reduce(found, clause)
                if rest is None:
                    continue
                if not rest:
                    return None
                if len(rest) > 1:
                    open_clauses.append(rest)
                    continue
                atom = rest[0]
                found[atom.unknown] = found.get(atom.unknown, _NONE) | {(atom, False)}
                changed = True
            left = open_clauses
            if not changed:
                return left

    def _reduce(self, found: Mapping[str, Literals], clause: _Clause) -> _Clause | None:
        """The conditions of a clause that may be denied; None where one is denied already."""
        rest = []
        for atom in clause:
            literals = found.get(atom.unknown, _NONE)
            if (atom, False) in literals or not self.can_hold(atom.unknown, literals | {(atom, True)}):
                return None
            if self.can_hold(atom.unknown, literals | {(atom, False)}):
                rest.append(atom)
        return tuple(rest)

    def _with(self, found: Mapping[str, Literals], atom: Atom, *, positive: bool) -> dict[str, Literals] | None:
        literals = found.get(atom.unknown, _NONE) | {(atom, positive)}
        return {**found, atom.unknown: literals} if self.can_hold(atom.unknown, literals) else None
