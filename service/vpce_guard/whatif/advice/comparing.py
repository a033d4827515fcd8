"""What a need costs in all VPCs that have it: endpoints in each, central ones behind a transit gateway, or NAT.

Only what has a price is counted: a missing price makes the sum unknown, never smaller. Data are counted at the price of
the first tier and beyond, where the need tells how much.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from vpce_guard.decisions import cost
from vpce_guard.decisions.judge import Terms
from vpce_guard.model import Json
from vpce_guard.whatif.advice.need import Need, Way

_HOURLY = ("Interface", "GatewayLoadBalancer", "Resource")


def compare(need: Need, proposals: Sequence[Json], context: Json, terms: Terms) -> tuple[Way, ...]:
    """The ways with their costs a month; none where no interface endpoint is proposed, as gateways cost nothing."""
    requests = [proposal["request"] for proposal in proposals]
    interfaces = [len(r.get("SubnetIds") or ()) for r in requests if r.get("VpcEndpointType") == "Interface"]
    if not interfaces or any(r.get("VpcEndpointType") in _HOURLY[1:] for r in requests):
        return ()
    zones = sum(interfaces) or None
    prices = cost.prices_under((terms.org.effective_for(context).sections.get("cost") or {}).get("prices"))
    count = _Counter(prices, context.get("Region"), need.gb_per_month)
    what = f"{len(interfaces)} interface {'endpoint' if len(interfaces) == 1 else 'endpoints'}"
    endpoints = count.hours("Interface", zones)
    attachments = count.hours("TransitGatewayAttachment", need.vpcs + 1)
    gateways = count.hours("NatGateway", max(interfaces) or None)
    data = count.data("Interface")
    vpcs = f"{need.vpcs} {'VPC' if need.vpcs == 1 else 'VPCs'}"
    ways = [
        _way("endpoints in each VPC", count.times(endpoints, need.vpcs) + data, f"{what} in {vpcs}{count.note}"),
        _way(
            "central endpoints",
            endpoints + attachments + data + count.data("TransitGatewayAttachment"),
            f"{what} in one VPC, {need.vpcs + 1} attachments of a transit gateway{count.note}; an attachment that is "
            "there costs nothing more",
        ),
        _way(
            "NAT gateways",
            count.times(gateways, need.vpcs) + count.data("NatGateway"),
            f"a NAT gateway in each of {max(interfaces)} zones of {vpcs}{count.note}; it opens the way to the internet",
        ),
    ]
    return tuple(ways if need.vpcs > 1 else [ways[0], ways[2]])


class _Counter:
    """Counts hours and data at the prices of a Region."""

    def __init__(self, prices: Json, region: object, gb: float | None) -> None:
        self._prices, self._region = prices, region
        self._gb = None if gb is None else Decimal(str(gb))
        self.note = ", data not counted" if gb is None else f", {gb:g} GB of data"

    def hours(self, kind: str, number: int | None) -> cost.Amount:
        """Hours of a month of a number of things of a type; None is for a number that is not known."""
        price = cost.price_of(kind, self._region, self._prices)
        if number is None:
            return cost.Amount(None, (), ("it is not known which subnets the endpoints are in",))
        if price is None:
            return cost.Amount(None, (), (f"there is no price for {kind} in {self._region}",))
        return cost.Amount(number * Decimal(str(self._prices["hours"])) * Decimal(str(price["az_hour"])))

    def data(self, kind: str) -> cost.Amount:
        """The data of a month through things of a type."""
        price = cost.price_of(kind, self._region, self._prices)
        if self._gb is None:
            return cost.Amount(Decimal(0))
        if price is None or not ("gb" in price or "gb_tiers" in price):
            return cost.Amount(None, (), (f"there is no price for data through {kind} in {self._region}",))
        return cost.Amount(cost.data_cost(self._gb, self._gb, price))

    @staticmethod
    def times(amount: cost.Amount, number: int) -> cost.Amount:
        """An amount so many times."""
        return cost.Amount(None if amount.value is None else amount.value * number, (), amount.unknown)


def _way(way: object, amount: cost.Amount, counts: str) -> Way:
    monthly = None if amount.value is None else round(float(amount.value), 2)
    return Way.model_validate({"way": way, "monthly": monthly, "counts": counts, "unknown": amount.unknown})
