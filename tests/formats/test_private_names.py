"""Services whose private names may be the same are found, whichever of the two has the wildcard."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.formats.private_names import ListedNames


def listed(service: str, *names: str, kind: str = "Interface", **members: Any) -> dict[str, Any]:
    return {
        "ServiceName": service,
        "ServiceType": [{"ServiceType": kind}],
        "PrivateDnsNames": [{"PrivateDnsName": name} for name in names],
        **members,
    }


def find(details: object, **members: Any) -> set[str]:
    endpoint = {"VpcEndpointType": "Interface", "ServiceName": "own", **members}
    return ListedNames(details).find_overlapping(endpoint, "us-east-1")


@pytest.mark.parametrize(
    ("own", "other", "overlap"),
    [
        ("a.example.com", "a.example.com", True),
        ("A.example.com", "a.Example.com", True),
        ("a.example.com", "b.example.com", False),
        ("a.example.com", "*.example.com", True),
        ("*.example.com", "a.example.com", True),
        ("*.example.com", "b.a.example.com", True),
        ("*.a.example.com", "*.example.com", True),
        ("*.example.com", "example.com", False),
        ("example.com", "*.example.com", False),
        ("*.example.com", "*.example.com", True),
    ],
)
def test_names_overlap(own: str, other: str, overlap: bool) -> None:
    assert find([listed("own", own), listed("other", other)]) == ({"other"} if overlap else set())


def test_where_the_own_names_are_not_listed_every_listed_name_may_clash() -> None:
    details = [listed("one", "a.example.com"), listed("two", "b.example.com"), listed("nameless")]
    assert find(details) == {"one", "two"}
    assert find([*details, listed("own", "c.example.com", ServiceRegion="eu-west-1")]) == {"one", "two"}
    assert find([*details, listed("own", "c.example.com", ServiceRegion="us-east-1")]) == set()


def test_only_interface_endpoints_own_names() -> None:
    assert find([listed("other", "a.example.com", kind="Gateway"), listed("own", "a.example.com")]) == set()


def test_one_name_may_stand_alone() -> None:
    one = {"ServiceName": "other", "ServiceType": [{"ServiceType": "Interface"}], "PrivateDnsName": "a.example.com"}
    assert find([one, listed("own", "*.example.com")]) == {"other"}


@pytest.mark.parametrize("details", [None, "x", [None], [{"ServiceName": 1}], [{"ServiceName": "x", "ServiceType": 1}]])
def test_what_lists_nothing_lists_nothing(details: object) -> None:
    assert find(details) == set()
