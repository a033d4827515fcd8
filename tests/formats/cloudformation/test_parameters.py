"""Parameters: their values, and what is known of those that have none."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats.cloudformation.parameters import parameter_values
from vpce_guard.formats.cloudformation.words import Symbol


def test_a_parameter_that_is_not_declared_is_an_error() -> None:
    with pytest.raises(MalformedError, match="Vpc"):
        parameter_values({}, {"Vpc": "vpc-1"})


def test_a_value_that_is_not_allowed_is_an_error() -> None:
    with pytest.raises(MalformedError, match="allows only a, b"):
        parameter_values({"P": {"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]}}, {"P": "a, c"})


@pytest.mark.parametrize(
    ("body", "has_items"),
    [
        ({"Type": "CommaDelimitedList"}, False),
        ({"Type": "List<Number>"}, False),
        ({"Type": "List<AWS::EC2::Subnet::Id>"}, True),
        ({"Type": "AWS::SSM::Parameter::Value<List<String>>"}, False),
        ({"Type": "CommaDelimitedList", "AllowedPattern": "rtb-[0-9a-f]+"}, True),
        ({"Type": "CommaDelimitedList", "AllowedPattern": "(rtb-[0-9a-f]+)?"}, False),
        ({"Type": "CommaDelimitedList", "AllowedPattern": "["}, False),
        ({"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]}, True),
        ({"Type": "CommaDelimitedList", "AllowedValues": ["", "b"]}, False),
    ],
)
def test_a_list_without_a_value_has_items_where_none_would_be_refused(body: Any, has_items: bool) -> None:
    value = parameter_values({"P": body}, {})["P"]
    assert (value.text, value.is_list, value.has_items) == ("{{P}}", True, has_items)


def test_a_parameter_with_one_allowed_value_has_that() -> None:
    assert parameter_values({"P": {"Type": "String", "AllowedValues": [3]}}, {}) == {"P": "3"}
    kept = {"Type": "AWS::SSM::Parameter::Value<String>", "AllowedValues": ["/name"]}
    assert parameter_values({"P": kept}, {}) == {"P": Symbol("{{P}}")}


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (Symbol("${A},${B}"), [Symbol("${A}"), Symbol("${B}")]),
        (Symbol("${A},subnet-1"), [Symbol("${A}"), "subnet-1"]),
        (Symbol("{{Ids}}"), Symbol("{{Ids}}", of="{{Ids[#]}}")),
        (Symbol("{{Join(,,Ids)}}", joined=Symbol("{{Ids}}", of="{{Ids[#]}}")), Symbol("{{Ids}}", of="{{Ids[#]}}")),
    ],
)
def test_a_list_from_outside_has_the_items_that_are_told(given: Symbol, value: Any) -> None:
    assert parameter_values({"P": {"Type": "CommaDelimitedList"}}, {"P": given}) == {"P": value}
