"""What is worth doing about endpoints that exist, though no rule is violated: one module for each kind of finding.

A module says to which group an endpoint goes (`sort_out`), and tells findings of each group once all endpoints were
seen (`tell`). So of an endpoint only a few words are kept. What is merely not told yields no finding.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Protocol

from vpce_guard.whatif.audit.types import WorthDoing
from vpce_guard.whatif.audit.worth import (
    duplicates,
    gateways,
    idle,
    missing_zones,
    open_policies,
    unknown_services,
)
from vpce_guard.whatif.audit.worth.endpoint import ExistingPair, Facts, KeptEndpoint, Sorted


class WayOfFinding(Protocol):
    """A module of this package."""

    def sort_out(self, one: ExistingPair, kept: KeptEndpoint, facts: Facts, /) -> Sorted:
        """The group that an endpoint goes to."""

    def tell(self, key: Hashable, alike: Sequence[KeptEndpoint], facts: Facts, /) -> Iterator[WorthDoing]:
        """The findings of a group, whose endpoints are in the order in which they were seen."""


_WAYS: tuple[WayOfFinding, ...] = (idle, duplicates, gateways, unknown_services, missing_zones, open_policies)


class WorthFinder:
    """Sees endpoint by endpoint, and finds what is worth doing in all of them.

    Endpoints that are not available, or that a service of AWS made, are left alone.
    """

    def __init__(self, ways: Sequence[WayOfFinding] = _WAYS) -> None:
        self._groups: list[tuple[WayOfFinding, dict[Hashable, list[KeptEndpoint]]]] = [(way, {}) for way in ways]

    def see(self, one: ExistingPair, facts: Facts) -> None:
        """Take up an endpoint."""
        if not one.may_change:
            return
        kept = one.keep()
        for way, groups in self._groups:
            if (found := way.sort_out(one, kept, facts)) is not None:
                groups.setdefault(found[0], []).append(found[1])

    def find(self, facts: Facts) -> tuple[WorthDoing, ...]:
        """What is worth doing, told once: what saves most first, then what has no price, then what costs."""
        found = [
            told
            for way, groups in self._groups
            for key in list(groups)
            for told in way.tell(key, groups.pop(key), facts)  # findings take the place of what was kept for them
        ]
        return tuple(sorted(found, key=_order))


def find_worth_doing(
    endpoints: Iterable[ExistingPair], facts: Facts, ways: Sequence[WayOfFinding] = _WAYS
) -> tuple[WorthDoing, ...]:
    """What is worth doing about endpoints that are all at hand."""
    finder = WorthFinder(ways)
    for one in endpoints:
        finder.see(one, facts)
    return finder.find(facts)


def _order(one: WorthDoing) -> tuple[object, ...]:
    money = one.monthly or 0.0
    return money <= 0, money < 0, -money, one.kind, one.endpoint_ids
