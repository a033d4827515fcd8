"""Members that stand twice in one object of a JSON text."""

from __future__ import annotations

import pytest
from pydantic_core import from_json, to_json

from vpce_guard.formats.json_members import find_repeated


def repeated(text: str) -> str | None:
    return find_repeated(text.encode(), to_json(from_json(text)))


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"a": 1, "b": {"a": 2}}',
        '[{"a": 1}, {"a": 2}]',
        '{"a" : "b\\":", "c": 1}',
        '{"policy": "{\\"a\\": 1, \\"a\\": 2}"}',
        '{"a": "say \\u0022b\\u0022: 1"}',
    ],
)
def test_members_that_stand_once_pass(text: str) -> None:
    assert repeated(text) is None


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        '{"x": [{"a": 1, "b": 2, "a": 3}]}',
        '{"a" : 1, "a" : 2}',
        '{"a": 1, "c" : 2, "a": 3}',
        '{"a": 1, "a": 2, "x": "\\u0022: hidden"}',
        '{"a": 1, "\\u0061": 2}',
    ],
)
def test_a_member_that_stands_twice_is_found(text: str) -> None:
    assert repeated(text) == "a"


TYPE = "AWS::EC2::VPCEndpoint"


@pytest.mark.parametrize(
    "text",
    [
        f'{{"Resources": {{"E": {{"Type": "{TYPE}", "Properties": {{"a": 1, "a": 2}}}}}}}}',
        f'{{"E": {{"Properties": {{"Tags": [[{{"a": 1, "a": 2}}]]}}, "Type": "{TYPE}"}}}}',
        f'{{"E": {{"Type": "{TYPE}", "a": 1, "a": 2}}}}',
    ],
)
def test_within_a_type_what_it_holds_counts(text: str) -> None:
    assert find_repeated(text.encode(), to_json(from_json(text)), within=TYPE) == "a"


def test_within_a_type_what_stands_elsewhere_does_not_count() -> None:
    text = f'{{"a": 1, "a": {{"Type": "AWS::SQS::Queue", "b": 1, "b": 2}}, "E": {{"Type": "{TYPE}"}}}}'
    assert find_repeated(text.encode(), to_json(from_json(text)), within=TYPE) is None


def test_a_type_that_stands_twice_is_found() -> None:
    text = f'{{"Type": "{TYPE}", "Type": "AWS::SQS::Queue"}}'
    assert find_repeated(text.encode(), to_json(from_json(text)), within=TYPE) == "Type"
