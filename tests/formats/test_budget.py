"""How much work a document is: linear where endpoints do not see each other, bytes times endpoints where they do."""

from __future__ import annotations

from typing import Any

from tests.support.possibilities import FIRST, one_of
from vpce_guard.formats import read, read_drafts
from vpce_guard.formats.budget import measure_near, measure_work


def work(requests: list[dict[str, Any]], context: dict[str, Any] | None = None) -> int:
    document = [{"operation": "create", "request": request} for request in requests]
    return measure_work([read_drafts(document, format_name="proposal")], context=context or {})


def endpoints(count: int, *, vpcs: int) -> list[dict[str, Any]]:
    return [
        {"VpcId": f"vpc-{number % vpcs:03}", "ServiceName": "s", "VpcEndpointType": "Interface"}
        for number in range(count)
    ]


def test_endpoints_of_one_vpc_are_judged_beside_each_other() -> None:
    one, ten, hundred = (work(endpoints(count, vpcs=1)) for count in (1, 10, 100))
    assert 40 * one < ten < 110 * one
    assert 80 * ten < hundred < 101 * ten


def test_endpoints_of_other_vpcs_are_not() -> None:
    assert work(endpoints(100, vpcs=100)) < 3 * 100 * work(endpoints(1, vpcs=1))


def test_one_that_does_not_tell_its_vpc_sees_all_and_is_seen() -> None:
    apart = endpoints(100, vpcs=100)
    stranger = {"ServiceName": "s", "VpcEndpointType": "Interface"}
    assert work([*apart, stranger]) > work([*apart, {**stranger, "VpcId": "vpc-999"}]) * 1.3


def test_gateway_endpoints_are_seen_by_all() -> None:
    apart = [{**one, "VpcEndpointType": "Gateway"} for one in endpoints(100, vpcs=100)]
    assert work(apart) > 0.9 * work([{**one, "VpcId": "vpc-1"} for one in apart])


def test_a_context_that_is_shared_counts_once() -> None:
    context = {"Subnets": [{"SubnetId": f"subnet-{number}"} for number in range(100)]}
    one, fifty = endpoints(1, vpcs=1), endpoints(50, vpcs=50)
    assert 2000 < work(one, context) - work(one) < 3000
    assert 2000 < work(fifty, context) - work(fifty) < 8000  # beside the time, which each has


def test_numbers_of_any_size_are_measured() -> None:
    assert work([{"VpcId": "vpc-1", "X": 10**400}]) > 400


def test_an_endpoint_that_is_one_of_several_is_judged_once_more_for_each_of_them() -> None:
    def ways(count: int) -> int:
        choices = [[FIRST, f"subnet-{number:03}"] for number in range(count)]
        return measure_work([read_drafts(one_of(*choices))], context={})

    one_more = ways(3) - ways(2)
    assert one_more > len(str(one_of()["proposals"][0]["request"])) + len(FIRST)
    assert ways(16) - ways(2) == 14 * one_more


def test_peers_of_services_that_matter_to_all_count_for_each() -> None:
    documents = [{"operation": "create", "request": request} for request in endpoints(40, vpcs=1)]
    for number, one in enumerate(documents):
        one["request"]["ServiceName"] = f"com.amazonaws.us-east-1.{'kms' if number % 2 else f's{number}'}"
    made = read({"proposals": documents})
    own, all_ = (
        measure_near(((one, services) for one in made), most=1 << 30)
        for services in (frozenset[str](), frozenset({"kms"}))
    )
    assert 1.9 * own < all_ < 2.2 * own
    assert measure_near(((one, frozenset[str]()) for one in made), most=own // 2) < own
