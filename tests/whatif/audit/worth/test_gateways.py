"""Interface endpoints where a gateway would do."""

from __future__ import annotations

from functools import partial

from tests.support.existing import gateway, interface
from tests.support.worth import FACTS, pair
from vpce_guard.whatif.audit.worth import find_worth_doing, gateways

find = partial(find_worth_doing, ways=(gateways,))

S3 = {"ServiceName": "com.amazonaws.us-east-1.s3", "DnsOptions": {}}


def test_an_interface_endpoint_for_s3_is_named_but_one_for_clients_outside() -> None:
    inbound = {"PrivateDnsOnlyForInboundResolverEndpoint": True}
    elsewhere = interface("vpce-3", **S3, VpcId="vpc-0b000002")
    pairs = [pair(interface("vpce-1", **S3)), pair(gateway("vpce-2"), 0.0), pair(elsewhere, None)]
    pairs.append(pair(interface("vpce-4", **{**S3, "DnsOptions": inbound}, VpcId="vpc-0c000003")))
    pairs.append(pair(interface("vpce-5")))
    first, last = find(pairs, FACTS)
    assert (first.kind, first.endpoint_ids, first.monthly) == ("gateway-would-do", ("vpce-1",), 14.6)
    assert first.do.startswith("vpc-0a000001 has vpce-2.")
    assert (last.endpoint_ids, last.monthly) == (("vpce-3",), None)
    assert last.do.startswith("Create a gateway endpoint in vpc-0b000002.")
