"""Inputs of one request are kept without what they have in common, and are the same when they are read."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from vpce_guard.decision_log.sharing import SharedInput, SharedInputs, join, part_names


def inputs(count: int) -> list[dict[str, Any]]:
    """As readers make them: one context, and each sees the others."""
    context = {"Subnets": [{"SubnetId": f"subnet-{n}"} for n in range(50)], "time": "2026-01-01T00:00:00Z"}
    peers = [{"VpcId": "vpc-1", "ServiceName": f"service-{n}", "Tags": ["é", {"n": n}]} for n in range(count)]
    return [
        {"operation": "create", "context": dict(context), "peers": tuple(p for p in peers if p is not own), "n": number}
        for number, own in enumerate(peers)
    ]


def keep(contents: list[dict[str, Any]]) -> tuple[list[bytes], dict[str, bytes]]:
    shared = SharedInputs(contents)
    kept = [SharedInput(shared, number) for number in range(len(contents))]
    return [one() for one in kept], dict(kept[0].parts)


@pytest.mark.parametrize("count", [2, 3, 40])
def test_they_are_read_as_they_were(count: int) -> None:
    contents = inputs(count)
    kept, parts = keep(contents)
    assert [join(one, parts) for one in kept] == [msgspec.json.encode(content) for content in contents]


def test_what_is_kept_grows_with_the_request_and_not_with_its_square() -> None:
    few, many = (keep(inputs(count)) for count in (20, 200))
    size = [sum(map(len, kept)) + sum(map(len, parts.values())) for kept, parts in (few, many)]
    assert size[1] < 15 * size[0]


def test_only_what_is_large_is_a_part() -> None:
    kept, parts = keep([{"context": {"AccountId": "1"}, "peers": ()}, {"context": {}, "peers": [{"a": 1}]}])
    assert parts == {}
    assert [join(one, {}) for one in kept] == [
        b'{"context":{"AccountId":"1"},"peers":[]}',
        b'{"context":{},"peers":[{"a":1}]}',
    ]


def test_peers_may_come_twice_and_in_any_order() -> None:
    peers = [{"name": letter * 200} for letter in "abc"]
    contents = [{"peers": [peers[0], peers[1], peers[2]]}, {"peers": [peers[2], peers[0], peers[0]]}, {"peers": []}]
    kept, parts = keep(contents)
    assert [join(one, parts) for one in kept] == [msgspec.json.encode(content) for content in contents]


def test_a_part_that_is_gone_is_an_error() -> None:
    kept, parts = keep(inputs(3))
    assert part_names(kept[0]) == set(parts)
    with pytest.raises(KeyError):
        join(kept[0], {})


def test_an_input_that_is_whole_has_no_parts() -> None:
    assert part_names(b"{}") == set()


def test_numbers_of_any_size_are_kept() -> None:
    contents = [{"context": {"n": 10**30}, "peers": []}] * 2
    kept, parts = keep(contents)
    assert join(kept[0], parts) == b'{"context":{"n":1000000000000000000000000000000},"peers":[]}'
