"""Answers of describe commands, alone and put together."""

from __future__ import annotations

import pytest

from tests.support.existing import interface, subnet
from vpce_guard.errors import MalformedError
from vpce_guard.formats.existing.describe import detect, read
from vpce_guard.formats.existing.inventory import Inventory
from vpce_guard.model import Json


def read_answer(document: Json) -> Inventory:
    inventory = Inventory(file="endpoints.json")
    read(document, inventory)
    return inventory


def test_endpoints_and_what_is_beside_them_are_taken_up() -> None:
    found = read_answer(
        {"VpcEndpoints": [interface()], "Subnets": [subnet("subnet-0a100001", "a")], "Region": "eu-west-1"}
    )
    (endpoint,) = found.endpoints.values()
    assert (endpoint.region, endpoint.listed, endpoint.state) == ("eu-west-1", True, "available")
    assert endpoint.source is not None
    assert endpoint.source.file == "endpoints.json"
    assert [list(part) for part in found.parts] == [["Subnets"]]


def test_deleted_endpoints_are_counted_and_left_out() -> None:
    found = read_answer({"VpcEndpoints": [interface(State="Deleted"), interface("vpce-0b", State="deleting")]})
    assert (found.deleted, list(found.endpoints)) == ({"vpce-0a00000000000001a"}, ["vpce-0b"])


def test_an_answer_that_was_cut_off_lists_not_all_and_says_so() -> None:
    found = read_answer({"VpcEndpoints": [interface()], "NextToken": "abc"})
    assert [one.listed for one in found.endpoints.values()] == [False]
    assert found.notes == ["the answer was cut off (NextToken): what comes after it is not judged"]


def test_an_answer_of_another_command_tells_no_endpoints() -> None:
    assert read_answer({"Subnets": []}).tells_endpoints is False
    assert read_answer({"VpcEndpoints": []}).tells_endpoints is True
    assert detect({"Subnets": [], "Foo": 1}) is False


@pytest.mark.parametrize("endpoints", [{}, "x", [1], [{"VpcId": "vpc-1"}]])
def test_another_shape_is_refused(endpoints: object) -> None:
    with pytest.raises(MalformedError):
        read_answer({"VpcEndpoints": endpoints})
