"""Endpoints that matter to each other find each other, and others do not."""

from __future__ import annotations

import pytest

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.formats.places import SHOW_WORKLOADS, places, search_places
from vpce_guard.model import Json

SQS, KMS, S3 = (f"com.amazonaws.us-east-1.{name}" for name in ("sqs", "kms", "s3"))
OWN, OTHER = "com.amazonaws.vpce.us-east-1.vpce-svc-0a", "com.amazonaws.vpce.us-east-1.vpce-svc-0b"
CONFIGURATION = "arn:aws:vpc-lattice:us-east-1:111122223333:resourceconfiguration/rcfg-0a"


def interface(service: str, **members: object) -> Json:
    return {"VpcEndpointType": "Interface", "VpcId": "vpc-0a", "ServiceName": service, **members}


def finds(endpoint: Json, peer: Json) -> bool:
    searched = search_places(endpoint)
    return searched is None or not set(searched).isdisjoint(places(peer))


@pytest.mark.parametrize(
    ("endpoint", "peer", "found"),
    [
        (interface(SQS), interface(SQS), True),
        (interface(SQS), interface(KMS), False),
        (interface(SQS), interface(SQS, VpcId="vpc-0b"), False),
        (interface(SQS), {"VpcEndpointType": "Interface", "ServiceName": KMS}, True),
        (interface(SQS), {"VpcId": "vpc-0a", "ServiceName": KMS}, True),
        ({"VpcId": "vpc-0a"}, interface(KMS), True),
        (interface(SQS), interface(KMS, State="deleted"), True),
        (interface(SQS), {"VpcEndpointType": "Gateway", "VpcId": "vpc-0a", "ServiceName": S3}, True),
        (interface(OWN), interface(OTHER), True),
        (interface(OWN), interface(OTHER, PrivateDnsEnabled=False), False),
        (interface(SQS), interface(KMS, DnsEntries=[{"DnsName": "queue.example.com"}]), True),
        (interface(SQS), interface(KMS, DnsEntries=[{"DnsName": "x.kms.us-east-1.vpce.amazonaws.com"}]), False),
        (interface(S3), interface("com.amazonaws.us-east-1.ecr.dkr"), True),
        (interface("com.amazonaws.us-east-1.ecr.dkr"), interface(S3), True),
        (interface(S3), interface("com.amazonaws.us-gov-west-1.ssm-fips"), True),
        (interface(SQS), interface("com.amazonaws.us-east-1.ecr.dkr"), False),
        (
            {"VpcEndpointType": "Resource", "VpcId": "vpc-0a", "ResourceConfigurationArn": CONFIGURATION},
            {"VpcEndpointType": "Resource", "VpcId": "vpc-0a", "ResourceConfigurationArn": f"{CONFIGURATION}b"},
            False,
        ),
        (
            {"VpcEndpointType": "Resource", "VpcId": "vpc-0a", "ResourceConfigurationArn": CONFIGURATION},
            {"VpcEndpointType": "ServiceNetwork", "VpcId": "vpc-0a"},
            True,
        ),
    ],
)
def test_endpoints_find_those_that_matter_to_them(endpoint: Json, peer: Json, found: bool) -> None:
    assert finds(endpoint, peer) is found


def test_services_that_show_workloads_are_those_of_the_policies() -> None:
    assert open_bundle().data["buckets"]["endpoints"].keys() == SHOW_WORKLOADS
