"""Types of resources that show workloads: those of the policies, and the places where they name subnets."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.formats.workloads import TERRAFORM_TYPES, WORKLOAD_TYPES, values_at


def test_they_are_those_of_the_policies() -> None:
    assert open_bundle().data["buckets"]["resources"].keys() == WORKLOAD_TYPES.keys()
    assert len(TERRAFORM_TYPES) == len(WORKLOAD_TYPES)


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
