"""Writes service/vpce_guard/decisions/prices.json from AWS's public price list: python tools/prices.py OFFER...

An OFFER is a file of the Price List Bulk API, index.json of AmazonVPC (endpoints, transit gateways) or AmazonEC2 (NAT
gateways), of one Region or of all. Nothing is fetched here. What the offers do not price stays as it was, with the date
and source it has; what they price gets their publication date. Prints each type and Region that changed.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]
PRICES = Path(__file__).parents[1] / "service/vpce_guard/decisions/prices.json"
_TYPES = {
    r"VpcEndpoint": "Interface",
    r"VpcEndpoint-GWLBE": "GatewayLoadBalancer",
    r"VpcResourceConsumer": "Resource",
    r"NatGateway": "NatGateway",
    r"TransitGateway": "TransitGatewayAttachment",
}
_USAGE = re.compile(r"(?:[A-Z0-9]+-)?(" + "|".join(_TYPES) + r")-(Hours|Bytes)")


def main() -> None:
    """Take up each offer in turn."""
    prices = json.loads(PRICES.read_text(encoding="utf-8"))
    for path in sys.argv[1:]:
        offer = json.loads(Path(path).read_text(encoding="utf-8"))
        for region, kind in take_up(prices, offer):
            print(region, kind)
    PRICES.write_text(text(prices), encoding="utf-8")


def take_up(prices: Json, offer: Json) -> Iterator[tuple[str, str]]:
    """Put what an offer prices into `prices`; the Regions and types that changed."""
    date = offer["publicationDate"][:10]
    source = f"AWS price list, {offer['offerCode']}"
    for (region, kind), price in sorted(_read(offer).items()):
        known = prices["regions"].setdefault(region, {}).get(kind, {})
        kept = {name: value for name, value in known.items() if name not in ("date", "source")}
        if "az_hour" in {**kept, **price}:
            prices["regions"][region][kind] = {**kept, **price, "date": date, "source": source}
            if {**kept, **price} != kept:
                yield region, kind


def text(prices: Json) -> str:
    """The file: a type in a line."""
    head = {name: value for name, value in prices.items() if name != "regions"}
    regions = [
        f"  {json.dumps(region)}: {{\n"
        + ",\n".join(f"   {json.dumps(k)}: {json.dumps(v)}" for k, v in types.items())
        + "\n  }"
        for region, types in sorted(prices["regions"].items())
        if types
    ]
    lines = [f" {json.dumps(name)}: {json.dumps(value)}," for name, value in head.items()]
    return "{\n" + "\n".join(lines) + '\n "regions": {\n' + ",\n".join(regions) + "\n }\n}\n"


def _read(offer: Json) -> dict[tuple[str, str], Json]:
    found: dict[tuple[str, str], Json] = {}
    for sku, product in offer["products"].items():
        attributes = product.get("attributes", {})
        usage = _USAGE.fullmatch(attributes.get("usagetype", ""))
        region, steps = attributes.get("regionCode"), list(_steps(offer, sku))
        if usage is None or not region or not steps or attributes.get("operation") == "TransitGatewayVPN":
            continue
        price = found.setdefault((region, _TYPES[usage[1]]), {})
        if usage[2] == "Hours":
            price["az_hour"] = steps[0][1]
        elif len(steps) == 1:
            price["gb"] = steps[0][1]
        else:
            price["gb_tiers"] = [{**({"up_to_gb": end} if end else {}), "per_gb": amount} for end, amount in steps]
    return found


def _steps(offer: Json, sku: str) -> Iterator[tuple[int | None, float]]:
    """The end of each step, None for the last, and its price in USD."""
    dimensions = [
        dimension
        for term in offer["terms"]["OnDemand"].get(sku, {}).values()
        for dimension in term["priceDimensions"].values()
        if "USD" in dimension["pricePerUnit"]
    ]
    for one in sorted(dimensions, key=lambda dimension: float(dimension.get("beginRange", 0))):
        end = one.get("endRange", "Inf")
        yield None if end == "Inf" else int(end), float(one["pricePerUnit"]["USD"])


if __name__ == "__main__":
    main()
