"""Which endpoints go to the centre, and into which subnets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.existing import interface
from tests.support.moving import change, move, read
from tests.support.organisation import CENTRE, endpoint_of, make_organisation
from vpce_guard.whatif.consolidation.moves import choose_moves, choose_subnets

SQS = ("sqs",)


def ids(documents: dict[str, list[Any]]) -> list[list[str]]:
    moves = choose_moves(*read(documents))
    return [[str((one.exists or {})["VpcEndpointId"]) for one in found.endpoints] for found in moves]


def test_services_of_most_endpoints_go_first_and_those_of_one_vpc_stay() -> None:
    documents = make_organisation(3, services=("sns", "sqs"))
    documents["VpcEndpoints"] = [one for one in documents["VpcEndpoints"] if one["VpcEndpointId"] != endpoint_of(3, 0)]
    assert ids(documents) == [[endpoint_of(n, 1) for n in (1, 2, 3)], [endpoint_of(n, 0) for n in (1, 2)]]
    assert ids(make_organisation(1, services=SQS)) == []


@pytest.mark.parametrize(
    "members",
    [
        {"State": "pending"},
        {"RequesterManaged": True},
        {"VpcEndpointType": "GatewayLoadBalancer"},
        {"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"},
        {"ServiceRegion": "eu-west-1"},
    ],
)
def test_others_stay(members: dict[str, Any]) -> None:
    assert ids(change(make_organisation(3, services=SQS), 0, **members)) == [[endpoint_of(2, 0), endpoint_of(3, 0)]]


def test_what_the_centre_has_stays_there_and_one_other_is_enough() -> None:
    documents = make_organisation(1, services=SQS)
    documents["VpcEndpoints"].append(interface("vpce-0ce0000000000000a", VpcId=CENTRE, DnsEntries=[]))
    found, _ = move(documents)
    assert found.central is not None
    assert (found.central.address, len(found.endpoints)) == ("vpce-0ce0000000000000a", 1)


def test_the_new_endpoint_is_in_the_zones_of_most_and_as_many_as_the_widest_has() -> None:
    documents = make_organisation(2, services=SQS)
    for endpoint in documents["VpcEndpoints"]:
        endpoint["SubnetIds"] = endpoint["SubnetIds"][1:]  # the second zone
    assert choose_subnets(*move(documents)) == ["subnet-0ce00001"]
    free = {**documents["Subnets"][1], "SubnetId": "subnet-0ce0000f", "AvailableIpAddressCount": 4000}
    local = {**free, "SubnetId": "subnet-0ce0000e", "AvailabilityZoneId": "use1-bos1-az1"}
    documents["Subnets"] += [free, local]
    assert choose_subnets(*move(documents)) == ["subnet-0ce0000f"]
    detail = {"ServiceName": "com.amazonaws.us-east-1.sqs", "AvailabilityZones": ["us-east-1a"]}
    assert choose_subnets(*move({**documents, "ServiceDetails": [detail]})) == ["subnet-0ce00000"]
