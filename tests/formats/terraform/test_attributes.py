"""Attributes of an endpoint in AWS's spelling, with what the provider sends besides."""

from __future__ import annotations

from tests.support.terraform import ENDPOINT, block, resource, written
from vpce_guard.formats import read
from vpce_guard.model import Json

S3 = {"vpc_endpoint_type": "Interface", "service_name": "com.amazonaws.us-east-1.s3"}


def created(after: Json, unknown: Json | None = None) -> Json:
    root = {"resources": [block("aws_vpc_endpoint", "a", dns_options=[{}])]}
    (found,) = read(written(root, resource("aws_vpc_endpoint.a", "aws_vpc_endpoint", after, unknown=unknown)))
    return found.request


def test_the_provider_sends_the_resolver_option_of_s3_as_false_where_a_block_leaves_it_out() -> None:
    options = [{"dns_record_ip_type": "ipv4", "private_dns_only_for_inbound_resolver_endpoint": None}]
    assert created({**S3, "dns_options": options})["DnsOptions"] == {
        "DnsRecordIpType": "ipv4",
        "PrivateDnsOnlyForInboundResolverEndpoint": False,
    }
    assert created({**ENDPOINT, "dns_options": options})["DnsOptions"] == {"DnsRecordIpType": "ipv4"}
    marks = {"dns_options": [{"private_dns_only_for_inbound_resolver_endpoint": True}]}
    assert created({**S3, "dns_options": options}, marks)["DnsOptions"] == {"DnsRecordIpType": "ipv4"}


def test_an_empty_policy_is_the_default_on_create_and_a_reset_afterwards() -> None:
    assert "PolicyDocument" not in created({**S3, "policy": ""})
    before = {**S3, "id": "vpce-0a1b2c3d", "policy": '{"Statement":[]}'}
    entry = resource("aws_vpc_endpoint.a", "aws_vpc_endpoint", {**before, "policy": ""})
    entry["change"] |= {"actions": ["update"], "before": before, "after_unknown": {}}
    (found,) = read(written({"resources": [block("aws_vpc_endpoint", "a")]}, entry))
    assert found.request == {"VpcEndpointId": "vpce-0a1b2c3d", "ResetPolicy": True}
