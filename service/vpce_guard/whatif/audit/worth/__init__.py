"""What is worth doing about endpoints that exist, though no rule is violated: one module for each kind of finding.

Each module takes the endpoints and yields findings; what is merely not told yields none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from vpce_guard.whatif.audit.types import WorthDoing
from vpce_guard.whatif.audit.worth import (
    duplicates,
    gateways,
    idle,
    missing_zones,
    open_policies,
    unknown_services,
)
from vpce_guard.whatif.audit.worth.endpoint import ExistingPair, Facts

_WAYS: tuple[Callable[[Sequence[ExistingPair], Facts], Iterator[WorthDoing]], ...] = (
    idle.find,
    duplicates.find,
    gateways.find,
    unknown_services.find,
    missing_zones.find,
    open_policies.find,
)


def find_worth_doing(endpoints: Sequence[ExistingPair], facts: Facts) -> tuple[WorthDoing, ...]:
    """What is worth doing: what saves most first, then what has no price, then what costs.

    Endpoints that are not available, or that a service of AWS made, are left alone.
    """
    changeable = [one for one in endpoints if one.may_change]
    found = [one for way in _WAYS for one in way(changeable, facts)]
    return tuple(sorted(found, key=_order))


def _order(one: WorthDoing) -> tuple[object, ...]:
    money = one.monthly or 0.0
    return money <= 0, money < 0, -money, one.kind, one.endpoint_ids
