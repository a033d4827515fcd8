"""The part of a service's name that the type chooser goes by."""

from __future__ import annotations

import pytest

from vpce_guard.whatif.advice import Need
from vpce_guard.whatif.advice.chooser import is_used_from_outside, options, service_part


@pytest.mark.parametrize(
    ("service", "part"),
    [
        ("s3", "s3"),
        ("com.amazonaws.us-east-1.ecr.api", "ecr.api"),
        ("cn.com.amazonaws.cn-north-1.sqs", "sqs"),
        ("com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d", "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d"),
    ],
)
def test_the_part_after_the_region(service: str, part: str) -> None:
    assert service_part(Need(service=service)) == part


def test_traffic_that_is_inspected_needs_a_gateway_load_balancer() -> None:
    need = Need(purpose="inspection")
    assert [one.endpoint_type for one in options(need, types=frozenset(), profile="aws-current")] == [
        "GatewayLoadBalancer"
    ]
    assert not is_used_from_outside(need)
