"""Functions of templates, worked out or unknown."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats.cloudformation.values import Values
from vpce_guard.formats.cloudformation.words import Special, Symbol

TEMPLATE: dict[str, Any] = {
    "Parameters": {"Env": {"Type": "String"}, "Later": {"Type": "AWS::SSM::Parameter::Value<String>"}},
    "Mappings": {"Sizes": {"prod": {"n": "3"}}},
    "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Env"}, "prod"]}, "Round": {"Fn::Not": [{"Condition": "Round"}]}},
    "Resources": {},
}


@pytest.fixture
def values() -> Values:
    return Values(TEMPLATE, {"Env": "prod"}, {"AWS::Region": "eu-west-1"})


@pytest.mark.parametrize(
    ("value", "worked_out"),
    [
        ({"Fn::Sub": "com.amazonaws.${AWS::Region}.s3-${Env}"}, "com.amazonaws.eu-west-1.s3-prod"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Env"}, "n"]}, "3"),
        ({"Fn::If": ["IsProd", ["a"], ["b"]]}, ["a"]),
        ({"Fn::Join": ["-", ["a", {"Ref": "Env"}]]}, "a-prod"),
        ({"Fn::Select": [1, ["a", "b"]]}, "b"),
        ({"Fn::Split": [",", "a,b"]}, ["a", "b"]),
        ({"Fn::ImportValue": "of another stack"}, Symbol("{{ImportValue(of another stack)}}")),
        ({"Ref": "AWS::NoValue"}, Special.NO_VALUE),
    ],
)
def test_a_function_is_worked_out_or_unknown(values: Values, value: Any, worked_out: Any) -> None:
    assert values.evaluate(value, "/x") == worked_out


def test_a_condition_that_depends_on_itself_is_a_mistake_of_the_template(values: Values) -> None:
    with pytest.raises(MalformedError, match="depends on itself"):
        values.is_condition_true("Round", "/Conditions/Round")
