"""What endpoints cost a month, in decimal arithmetic. What is not known is unknown, never zero.

Model: Availability Zones * hours * price, plus data by the tiers of the Region's total, plus data from other Regions;
gateway endpoints are free and service network endpoints have no hourly price. Prices are data: the packaged ones have
their date and source in prices.json, those of org data win over them Region by Region and type by type.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from vpce_guard.formats.places import is_gone
from vpce_guard.model import Cost, Json, Proposal

_FREE = ("Gateway", "ServiceNetwork")
_PER_ENDPOINT = ("Resource", "Tunnel")


@dataclass(frozen=True)
class Amount:
    """Money a month; None where it is not known, with the pointers that would tell or name what has no price."""

    value: Decimal | None
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def __add__(self, other: Amount) -> Amount:
        known = self.value is not None and other.value is not None
        total = self.value + other.value if known else None  # type: ignore[operator]
        return Amount(
            total,
            tuple(dict.fromkeys((*self.missing, *other.missing))),
            tuple(dict.fromkeys((*self.unknown, *other.unknown))),
        )


_NOTHING = Amount(Decimal(0))


@dataclass(frozen=True)
class Costing:
    """The cost of one proposal: the endpoint after it and before it, and the price of its type in its Region."""

    after: Amount
    before: Amount
    with_data: bool
    prices: Json
    zones: Mapping[str, str]
    price: Json

    def as_cost(self) -> Cost:
        """What a decision tells of it; money is rounded to cents."""
        after, before = self.after.value, self.before.value
        difference = after - before if after is not None and before is not None else None
        return Cost(
            currency=self.prices.get("currency", "USD"),
            monthly=None if after is None else _cents(after),
            difference=None if difference is None else _cents(difference),
            with_data=self.with_data,
            unknown=tuple(dict.fromkeys((*self.after.unknown, *self.before.unknown))),
            prices_of=self.price.get("date") or self.prices.get("date"),
            prices_from=self.price.get("source") or self.prices.get("source"),
        )


class SubnetZones:
    """The zones of the subnets that contexts list, each list looked at once; for proposals that share contexts."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[object, dict[str, str]]] = {}

    def find(self, listed: object) -> Mapping[str, str]:
        """The zone of each subnet by its id, or its id where nobody tells."""
        if id(listed) not in self._found:  # what is looked at stays with what was found, so that the id stays its own
            self._found[id(listed)] = listed, dict(_zones_of(listed if isinstance(listed, list) else ()))
        return self._found[id(listed)][1]


def _zones_of(subnets: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for subnet in subnets:
        if isinstance(subnet, dict) and isinstance(subnet.get("SubnetId"), str):
            zone = subnet.get("AvailabilityZoneId") or subnet.get("AvailabilityZone") or subnet["SubnetId"]
            yield subnet["SubnetId"], str(zone)


def calculate(proposal: Proposal, own_prices: Mapping[str, Any] | None, zones: SubnetZones | None = None) -> Costing:
    """What a proposal costs, under the packaged prices and those of org data."""
    found = (zones or SubnetZones()).find(proposal.context.get("Subnets"))
    prices = prices_under(own_prices)
    now, then = proposal.current, proposal.endpoint
    gb = _gb(proposal.intent)
    hidden = _find_unknown(proposal.unknown)
    no_current = Amount(None, ("/current",), ("what the endpoint costs now: the current endpoint is not given",))
    before = (
        _NOTHING
        if proposal.operation == "create"
        else no_current
        if now is None
        else _endpoint_cost(now, proposal, prices, found, gb)
    )
    if proposal.operation == "delete":
        after = _NOTHING
    elif then is None:
        after = no_current
    else:
        after = _endpoint_cost(then, proposal, prices, found, gb, hidden)
    price = price_of((then or now or {}).get("VpcEndpointType"), proposal.context.get("Region"), prices)
    return Costing(after=after, before=before, with_data=gb is not None, prices=prices, zones=found, price=price or {})


def calculate_for_vpc(proposal: Proposal, costing: Costing) -> Amount:
    """What the endpoints of the VPC cost after the proposal, without the data of the others."""
    vpc = (proposal.endpoint or proposal.current or {}).get("VpcId")
    if not isinstance(vpc, str):
        return Amount(None, ("/request/VpcId",), ("which VPC it is",))
    listed = proposal.context.get("VpcEndpoints")
    if not isinstance(listed, list):
        return Amount(None, ("/context/VpcEndpoints",), ("the other endpoints of the VPC are not given",))
    itself = (proposal.current or proposal.request).get("VpcEndpointId")
    total = costing.after
    for other in _other_endpoints((*listed, *proposal.peers), vpc, itself):
        total += _endpoint_cost(other, proposal, costing.prices, costing.zones, None)
    return total


def as_input(amount: Amount, costing: Costing) -> Json:
    """An amount as rules compare it, in whole millionths, and as they tell it."""
    if amount.value is None:
        return {"missing": list(amount.missing) or ["/org/cost/prices"], "unknown": list(amount.unknown)}
    currency = costing.prices.get("currency", "USD")
    note = "" if costing.with_data else ", data not counted"
    return {
        "millionths": int((amount.value * 1_000_000).to_integral_value(ROUND_HALF_UP)),
        "text": f"{_cents(amount.value):.2f} {currency} a month{note}",
    }


def _endpoint_cost(
    endpoint: Json,
    proposal: Proposal,
    prices: Json,
    zones_of: Mapping[str, str],
    gb: Decimal | None,
    hidden: tuple[str, ...] = (),
) -> Amount:
    """One endpoint: its hours and, where `gb` is told, its data."""
    kind = endpoint.get("VpcEndpointType")
    if kind in _FREE:
        return _NOTHING
    if not isinstance(kind, str):
        return Amount(None, ("/request/VpcEndpointType",), ("the endpoint type is not known",))
    region = proposal.context.get("Region")
    if not isinstance(region, str):
        return Amount(None, ("/context/Region",), ("the Region is not given",))
    price = price_of(kind, region, prices)
    if price is None:
        return Amount(None, (), (f"there is no price for {kind} endpoints in {region}",))
    zones = 1 if kind in _PER_ENDPOINT else _zones(endpoint, zones_of)
    if zones is None or hidden:
        return Amount(None, hidden or ("/request/SubnetIds",), ("it is not known which subnets the endpoint is in",))
    total = Amount(zones * _decimal(prices["hours"]) * _decimal(price["az_hour"]))
    if gb is None:
        return total
    total += Amount(data_cost(gb, _gb(proposal.intent, "region_gb_per_month") or gb, price))
    elsewhere = endpoint.get("ServiceRegion")
    if isinstance(elsewhere, str) and elsewhere not in ("", region):
        across = price.get("cross_region_gb")
        if across is None:
            return total + Amount(None, (), (f"there is no price for data from {elsewhere} to {region}",))
        total += Amount(gb * _decimal(across))
    return total


def _zones(endpoint: Json, zones_of: Mapping[str, str]) -> int | None:
    """How many Availability Zones are billed: those of the subnets, or one each where nobody tells."""
    ids = endpoint.get("SubnetIds")
    if not isinstance(ids, list) or not ids:
        return None
    return len({zones_of.get(i, str(i)) if isinstance(i, str) else str(i) for i in ids})


def data_cost(gb: Decimal, total: Decimal, price: Json) -> Decimal:
    """Data at the tiers of the Region's total, of which the endpoint bears its share."""
    total = max(gb, total)
    if not total:
        return Decimal(0)
    tiers = price.get("gb_tiers") or [{"per_gb": price.get("gb", 0)}]
    cost, done = Decimal(0), Decimal(0)
    for tier in tiers:
        end = min(total, _decimal(tier["up_to_gb"])) if tier.get("up_to_gb") is not None else total
        cost += max(end - done, Decimal(0)) * _decimal(tier["per_gb"])
        done = max(done, end)
    return cost * gb / total


def _other_endpoints(endpoints: Iterable[Any], vpc: str, itself: object) -> Iterator[Json]:
    for endpoint in endpoints:
        there = isinstance(endpoint, dict) and endpoint.get("VpcId") == vpc and not is_gone(endpoint)
        if there and (itself is None or endpoint.get("VpcEndpointId") != itself):
            yield endpoint


def _find_unknown(unknown: tuple[str, ...]) -> tuple[str, ...]:
    members = ("SubnetIds", "AddSubnetIds", "RemoveSubnetIds", "SubnetConfigurations")
    return tuple(p for p in unknown if p.split("/")[2:3] and p.split("/")[2] in members and p.startswith("/request/"))


def _gb(intent: Json, member: str = "gb_per_month") -> Decimal | None:
    value = intent.get(member)
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return _decimal(value)
    return None


def price_of(kind: object, region: object, prices: Json) -> Json | None:
    """What a type costs in a Region; None where nobody tells."""
    found: Json | None = prices["regions"].get(region, {}).get(kind) if isinstance(region, str) else None
    return found


def prices_under(own: Mapping[str, Any] | None) -> Json:
    """The packaged prices under those of org data, which win; another currency replaces them all."""
    packaged = _packaged_prices()
    if not own:
        return packaged
    foreign = own.get("currency", packaged["currency"]) != packaged["currency"]
    regions: Json = {} if foreign else dict(packaged["regions"])
    for region, types in (own.get("regions") or {}).items():
        regions[region] = {**regions.get(region, {}), **types}
    return {"hours": packaged["hours"], **({} if foreign else packaged), **own, "regions": regions}


@cache
def _packaged_prices() -> Json:
    prices: Json = from_json((Path(__file__).parent / "prices.json").read_bytes())
    return prices


def _decimal(value: object) -> Decimal:
    return Decimal(str(value))


def _cents(value: Decimal) -> float:
    return float(value.quantize(Decimal("0.01"), ROUND_HALF_UP))
