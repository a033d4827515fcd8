"""What costs without need: duplicates, and interface endpoints where a gateway would do."""

from __future__ import annotations

from typing import Any

from tests.support.audits import decision
from tests.support.existing import gateway, interface
from vpce_guard.formats.document import Draft
from vpce_guard.model import Cost
from vpce_guard.whatif.audit.savings import find_savings

S3 = {"ServiceName": "com.amazonaws.us-east-1.s3", "DnsOptions": {}}
OFF = {"PrivateDnsEnabled": False}


def costing(monthly: float | None) -> Cost:
    return Cost(
        currency="USD",
        monthly=monthly,
        difference=None,
        with_data=False,
        unknown=(),
        prices_of="2026-09-17",
        prices_from="a list",
    )


def pair(endpoint: dict[str, Any], monthly: float | None = 14.6) -> Any:
    context = {"Region": "us-east-1", "AccountId": endpoint["OwnerId"]}
    found = decision(endpoint["VpcEndpointId"]).model_copy(update={"cost": costing(monthly)})
    return found, Draft(operation="create", context=context, exists=endpoint)


def test_of_duplicates_the_one_with_private_dns_is_kept_and_the_others_cost() -> None:
    older = {"CreationTimestamp": "2020-01-01T00:00:00Z"}
    pairs = [
        pair(interface("vpce-1", **OFF, **older)),
        pair(interface("vpce-2")),
        pair(interface("vpce-3", **OFF), 7.3),
    ]
    (saving,) = find_savings(pairs)
    assert (saving.kind, saving.endpoint_ids, saving.monthly) == ("duplicate", ("vpce-1", "vpce-3"), 21.9)
    assert saving.why.startswith("vpc-0a000001 has 3 interface endpoints of com.amazonaws.us-east-1.sqs")
    assert "Keep vpce-2;" in saving.why


def test_others_are_no_duplicates() -> None:
    others = [
        interface("vpce-2", VpcId="vpc-0b000002"),
        interface("vpce-3", ServiceName="com.amazonaws.us-east-1.sns"),
        interface("vpce-4", ServiceRegion="eu-west-1"),
        interface("vpce-5", OwnerId="444455556666"),
        interface("vpce-6", State="deleting"),
        interface("vpce-7", RequesterManaged=True),
    ]
    assert find_savings([pair(interface("vpce-1")), *map(pair, others)]) == ()


def test_an_interface_endpoint_for_s3_is_named_where_a_gateway_would_do() -> None:
    inbound = {"PrivateDnsOnlyForInboundResolverEndpoint": True}
    elsewhere = interface("vpce-3", **S3, VpcId="vpc-0b000002")
    pairs = [pair(interface("vpce-1", **S3)), pair(gateway("vpce-2"), 0.0), pair(elsewhere, None)]
    pairs.append(pair(interface("vpce-4", **{**S3, "DnsOptions": inbound}, VpcId="vpc-0c000003")))
    first, last = find_savings(pairs)
    assert (first.kind, first.endpoint_ids, first.monthly) == ("gateway-would-do", ("vpce-1",), 14.6)
    assert "vpc-0a000001 has vpce-2 already" in first.why
    assert (last.endpoint_ids, last.monthly) == (("vpce-3",), None)
    assert "vpc-0b000002 has none" in last.why
