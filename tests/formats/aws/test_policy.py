"""Endpoint policies as the reader hands them over."""

from __future__ import annotations

import pytest

from vpce_guard.formats.aws.policy import read


def test_a_policy_given_as_text_is_parsed_and_measured_as_it_was_given() -> None:
    assert read({"PolicyDocument": '{"Statement": []}'}, None) == {
        "request": {"document": {"Statement": []}, "characters": 17}
    }


def test_a_policy_given_as_an_object_is_measured_by_its_shortest_text() -> None:
    assert read({"PolicyDocument": {"Statement": []}}, None) == {
        "request": {"document": {"Statement": []}, "characters": 16}
    }


def test_the_policy_the_endpoint_has_is_a_part_of_its_own() -> None:
    assert read({}, {"PolicyDocument": "{}"}) == {"current": {"document": {}, "characters": 2}}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"a": }', "line 1 column 7: a value is expected, and there is '}'"),
        ('{"a" 1}', "line 1 column 6: a colon is expected, and there is '1}'"),
        (
            '{\n"a": 1 "b"}',
            "line 2 column 8: a comma or the end of the list or object is expected, and there is '\"b\"}'",
        ),
        ("[[", "line 1 column 3: a value is expected, and the text ends"),
        ("{} x", "line 1 column 4: the end is expected, and there is 'x'"),
        ('{"a": NaN}', "NaN is no JSON number"),
        ('{"a": 1e999}', "it holds a number or a character that JSON has no word for"),
        ('{"a": "\\ud800"}', "it holds a number or a character that JSON has no word for"),
        ("[" * 100_000, "it is nested too deeply"),
    ],
)
def test_a_text_that_is_not_json_is_described_with_its_place(text: str, error: str) -> None:
    assert read({"PolicyDocument": text}, None) == {"request": {"error": error, "characters": len(text)}}


@pytest.mark.parametrize(
    "text", ['{"Effect": "Allow", "Effect": "Deny"}', '{"Statement": [{"Effect": 1, "Effect": 2}]}']
)
def test_a_member_given_twice_is_no_policy(text: str) -> None:
    assert read({"PolicyDocument": text}, None) == {
        "request": {
            "error": "the member Effect is given twice, and readers differ in which of the two counts",
            "characters": len(text),
        }
    }
