"""Which waivers may match a proposal: an organisation has thousands, and a proposal is of one VPC and account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from vpce_guard.model import Json

_MEMBERS = ("vpc_id", "account", "region")  # of a match, the one first that fewest waivers share


class WaiverIndex:
    """Waivers by what their match names without a wildcard; those that name nothing so may match anything."""

    def __init__(self, waivers: Sequence[Json]) -> None:
        self._everywhere: list[int] = []
        self._by_value: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, waiver in enumerate(waivers):
            places = next(_places(waiver), None)
            for place in places or ():
                self._by_value[place].append(number)
            if places is None:
                self._everywhere.append(number)

    def find(self, facts: Mapping[str, object]) -> tuple[int, ...]:
        """The numbers of those that may match a proposal, in order; `facts` tell its VPC, account and Region."""
        found = set(self._everywhere)
        for member in _MEMBERS:
            if isinstance(value := facts.get(member), str):
                found.update(self._by_value.get((member, value), ()))
        return tuple(sorted(found))


def _places(waiver: Json) -> Iterator[set[tuple[str, str]]]:
    match = waiver.get("match") or {}
    for member in _MEMBERS:
        patterns = match.get(member)
        listed = patterns if isinstance(patterns, list) else [patterns]
        literal = [one for one in listed if isinstance(one, str) and "*" not in one]
        if member in match and len(literal) == len(listed):
            yield {(member, one) for one in literal}
