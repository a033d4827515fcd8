"""Types of resources that show workloads: those of the policies, and the places where they name subnets."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.formats.workloads import WORKLOAD_TYPES, ecr_region, values_at


def test_they_are_those_of_the_policies() -> None:
    assert open_bundle().data["buckets"]["resources"].keys() == WORKLOAD_TYPES.keys()


@pytest.mark.parametrize(
    ("value", "path", "found"),
    [
        ("a", "", ["a"]),
        (["a", "b"], "", ["a", "b"]),
        ({"x": {"y": ["a"]}}, "x.y", ["a"]),
        ([{"y": ["a"]}, {"y": "b"}, {"z": "c"}], "y", ["a", "b"]),
        ({"x": None}, "x.y", []),
        (None, "x", []),
    ],
)
def test_a_path_goes_through_objects_and_lists_of_blocks(value: Any, path: str, found: list[str]) -> None:
    assert list(values_at(value, path)) == found


@pytest.mark.parametrize(
    ("image", "region"),
    [
        ("111122223333.dkr.ecr.us-east-1.amazonaws.com/app:1", "us-east-1"),
        ("111122223333.dkr.ecr-fips.us-gov-west-1.amazonaws.com/app@sha256:0", "us-gov-west-1"),
        ("${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/app", "${AWS::Region}"),
        ("public.ecr.aws/nginx/nginx", None),
        ("nginx", None),
        ("example.com/111122223333.dkr.ecr.us-east-1.amazonaws.com/app", None),
        ("{{If(Own,111122223333.dkr.ecr.us-east-1.amazonaws.com/app,nginx)}}", None),
        ("{{Image}}", None),
    ],
)
def test_an_image_is_in_ecr_by_the_name_of_its_registry(image: str, region: str | None) -> None:
    assert ecr_region(image) == region
