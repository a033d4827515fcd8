"""What a consolidation costs before and after, line by line; what has no price is unknown, never zero.

Source: AWS PrivateLink pricing (hours in each zone, data by the tiers of the Region's total); AWS Transit Gateway
pricing (hours of each attachment; a VPC's owner pays for each GB that the VPC sends to the gateway, so that each byte
to an endpoint or back is charged once).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from vpce_guard.decisions import cost
from vpce_guard.formats.existing.inventory import Traffic
from vpce_guard.model import Json, Proposal
from vpce_guard.whatif.consolidation.moves import Centre, Move, endpoint_of
from vpce_guard.whatif.consolidation.types import CostLine

_NOTHING = cost.Amount(Decimal(0))
_GATEWAY = "TransitGatewayAttachment"
_SECONDS = Decimal(3600)


@dataclass(frozen=True, kw_only=True)
class Bill:
    """The lines, their sums, and what they rest on."""

    currency: str
    lines: tuple[CostLine, ...]
    before: float | None
    after: float | None
    saves: float | None
    assumptions: tuple[str, ...]


def make_bill(
    moves: Sequence[Move],
    centre: Centre,
    *,
    existing: Mapping[str, Proposal],
    created: Sequence[Proposal],
    traffic: Mapping[str, Traffic],
    own_prices: Mapping[str, Any] | None,
) -> Bill:
    """The bill. `existing` are proposals of endpoints by their ids, `created` those of central endpoints."""
    prices = cost.prices_under(own_prices)
    price = cost.price_of(_GATEWAY, centre.region, prices)
    leaving = [str(endpoint_of(one)["VpcEndpointId"]) for move in moves for one in move.endpoints]
    staying = [str(endpoint_of(move.central)["VpcEndpointId"]) for move in moves if move.central is not None]
    zones = cost.SubnetZones()
    gone = sum((cost.calculate(existing[one], own_prices, zones).after for one in leaving), _NOTHING)
    kept = sum((cost.calculate(existing[one], own_prices, zones).after for one in staying), _NOTHING)
    new = sum((cost.calculate(one, own_prices, zones).after for one in created), _NOTHING)
    moved, uncounted = _data_of(leaving, centre, traffic, prices)
    present, uncounted_there = _data_of(staying, centre, traffic, prices)
    endpoint_data = _price_data(moved + present, cost.price_of("Interface", centre.region, prices), "Interface", centre)
    vpcs = len(frozenset[str]().union(*(move.vpcs for move in moves)))
    attachments = 0 if centre.attached else vpcs + 1
    hours = Decimal(str(prices["hours"]))
    attached = _NOTHING if not attachments else _without_price(centre)
    if price is not None:
        attached = cost.Amount(attachments * hours * Decimal(str(price["az_hour"])))
    through = _price_data(moved, price, _GATEWAY, centre)
    rows = [
        ("endpoint hours", gone + kept, new + kept, f"{len(leaving) + len(staying)} endpoints before, "
         f"{len(created) + len(staying)} after, {hours:f} hours in each of their zones"),
        ("endpoint data", endpoint_data, endpoint_data, f"{_round(moved + present)} GB"),
        ("transit gateway hours", _NOTHING, attached, f"{attachments} new attachments"),
        ("transit gateway data", _NOTHING, through, f"{_round(moved)} GB"),
    ]  # fmt: skip
    before = sum((then for _, then, _, _ in rows), _NOTHING)
    after = sum((later for _, _, later, _ in rows), _NOTHING)
    saved = None if before.value is None or after.value is None else before.value - after.value
    notes = _assumptions(centre, prices, uncounted + uncounted_there)
    unknown = tuple(dict.fromkeys((*before.unknown, *after.unknown)))
    return Bill(
        currency=str(prices.get("currency", "USD")),
        lines=tuple(
            CostLine(what=what, before=_cents(then), after=_cents(later), counts=counts)
            for what, then, later, counts in rows
        ),
        before=_cents(before),
        after=_cents(after),
        saves=_cents(cost.Amount(saved)),
        assumptions=(*notes, *(f"Not known: {one}." for one in unknown)),
    )


def _assumptions(centre: Centre, prices: Json, uncounted: int) -> list[str]:
    notes = [f"Prices are those of {prices.get('date')}: {prices.get('source')}."]
    if centre.gb_per_month is not None:
        notes.append(f"{centre.gb_per_month:g} GB a month go through each endpoint of which no data are told.")
    elif uncounted:
        notes.append(f"The data of {uncounted} endpoints are not told, and not counted.")
    if centre.attached:
        notes.append("All VPCs hang on a transit gateway already: their attachments cost nothing more.")
    else:
        notes.append("No VPC hangs on a transit gateway yet: each needs an attachment, and so does the central VPC.")
    notes.append("Data between zones of the Region cost nothing over PrivateLink and a transit gateway.")
    return notes


def _data_of(
    endpoints: Sequence[str], centre: Centre, traffic: Mapping[str, Traffic], prices: Json
) -> tuple[Decimal, int]:
    """The GB of a month through endpoints, and of how many of them nobody tells."""
    total, untold = Decimal(0), 0
    for one in endpoints:
        if (told := traffic.get(one)) is not None:
            since, until = (datetime.fromisoformat(moment) for moment in (told.since, told.until))
            span = Decimal(str((until - since).total_seconds())) / _SECONDS
            total += Decimal(str(told.gigabytes)) * Decimal(str(prices["hours"])) / span if span > 0 else Decimal(0)
        elif centre.gb_per_month is not None:
            total += Decimal(str(centre.gb_per_month))
        else:
            untold += 1
    return total, untold


def _price_data(gigabytes: Decimal, price: Json | None, kind: str, centre: Centre) -> cost.Amount:
    if not gigabytes:
        return _NOTHING
    if price is None or not ("gb" in price or "gb_tiers" in price):
        return _without_price(centre, kind)
    return cost.Amount(cost.data_cost(gigabytes, gigabytes, price))


def _without_price(centre: Centre, kind: str = _GATEWAY) -> cost.Amount:
    place = f"cost.prices.regions.{centre.region}.{kind}"
    return cost.Amount(
        None, (), (f"there is no price for {kind} in {centre.region}; give az_hour and gb in org data, under {place}",)
    )


def _round(gigabytes: Decimal) -> str:
    return f"{float(gigabytes):g}"


def _cents(amount: cost.Amount) -> float | None:
    return None if amount.value is None else float(amount.value.quantize(Decimal("0.01"), ROUND_HALF_UP))
