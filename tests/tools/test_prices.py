"""What is read from an offer of AWS's price list."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[2]


@pytest.fixture
def tool() -> Any:
    spec = importlib.util.spec_from_file_location("prices_tool", _ROOT / "tools/prices.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def offer(*products: tuple[str, list[tuple[str, str, str]]]) -> dict[str, Any]:
    """An offer with products by usage type, each with the steps of its price: begin, end, USD."""
    return {
        "offerCode": "AmazonVPC",
        "publicationDate": "2026-09-17T19:05:28Z",
        "products": {usage: {"attributes": {"regionCode": "eu-west-3", "usagetype": usage}} for usage, _ in products},
        "terms": {
            "OnDemand": {
                usage: {
                    "t": {
                        "priceDimensions": {
                            begin: {"beginRange": begin, "endRange": end, "pricePerUnit": {"USD": usd}}
                            for begin, end, usd in steps
                        }
                    }
                }
                for usage, steps in products
            }
        },
    }


def test_hours_data_and_tiers_of_each_type_are_read(tool: Any) -> None:
    given = offer(
        ("EUW3-VpcEndpoint-Hours", [("0", "Inf", "0.0110000000")]),
        ("EUW3-VpcEndpoint-Bytes", [("1048576", "Inf", "0.006"), ("0", "1048576", "0.01")]),
        ("EUW3-VpcEndpoint-GWLBE-Hours", [("0", "Inf", "0.011")]),
        ("EUW3-VpcEndpoint-GWLBE-Bytes", [("0", "Inf", "0.0035")]),
        ("EUW3-VPN-Usage-Hours:ipsec.1", [("0", "Inf", "0.05")]),
    )
    prices: dict[str, Any] = {"regions": {}}
    assert list(tool.take_up(prices, given)) == [("eu-west-3", "GatewayLoadBalancer"), ("eu-west-3", "Interface")]
    told = {"date": "2026-09-17", "source": "AWS price list, AmazonVPC"}
    assert prices["regions"]["eu-west-3"] == {
        "Interface": {
            "az_hour": 0.011,
            "gb_tiers": [{"up_to_gb": 1048576, "per_gb": 0.01}, {"per_gb": 0.006}],
            **told,
        },
        "GatewayLoadBalancer": {"az_hour": 0.011, "gb": 0.0035, **told},
    }


def test_what_an_offer_does_not_price_stays_as_it_was(tool: Any) -> None:
    before: dict[str, Any] = {"regions": {"eu-west-3": {"Resource": {"az_hour": 0.02, "date": "2026-01-01"}}}}
    assert list(tool.take_up(before, offer(("EUW3-VpcEndpoint-Bytes", [("0", "Inf", "0.01")])))) == []
    assert before["regions"]["eu-west-3"] == {"Resource": {"az_hour": 0.02, "date": "2026-01-01"}}


def test_the_committed_prices_are_in_the_form_the_tool_writes(tool: Any) -> None:
    committed = (_ROOT / "service/vpce_guard/decisions/prices.json").read_text()
    assert tool.text(json.loads(committed)) == committed
    for types in json.loads(committed)["regions"].values():
        assert all({"az_hour", "date", "source"} <= price.keys() for price in types.values())
