"""Functions of their arguments alone: what they give, what is no argument, and what stands for the unknown."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats.cloudformation.functions import FUNCTIONS, fill_in
from vpce_guard.formats.cloudformation.words import UNKNOWN, Symbol, list_symbol

LIST = list_symbol("List", has_items=False)
TEXT = Symbol("{{Text}}")


@pytest.mark.parametrize(
    ("name", "argument", "value"),
    [
        ("Join", ["-", ["a", 1, True]], "a-1-true"),
        ("Join", ["-", LIST], Symbol("{{Join(-,List)}}")),
        ("Join", ["-", ["a", TEXT]], Symbol("a-{{Text}}")),
        ("Join", ["-", ["a", UNKNOWN]], UNKNOWN),
        ("Select", ["1", ["a", "b"]], "b"),
        ("Select", [1, LIST], Symbol("{{List[1]}}")),
        ("Select", [TEXT, ["a"]], Symbol("{{Select(Text,list(a))}}")),
        ("Split", [",", TEXT], list_symbol("Split(,,Text)", has_items=True)),
        ("Base64", "a", "YQ=="),
        ("Base64", TEXT, UNKNOWN),
        ("Cidr", ["10.0.0.0/16", 2, 8], ["10.0.0.0/24", "10.0.1.0/24"]),
        ("Cidr", [TEXT, 2], list_symbol("Cidr(Text,2,)", has_items=True)),
        ("Length", ["a", "b"], 2),
        ("Length", LIST, UNKNOWN),
        ("ToJsonString", {"a": 1}, '{"a":1}'),
        ("ToJsonString", {"a": TEXT}, UNKNOWN),
    ],
)
def test_what_a_function_gives(name: str, argument: Any, value: Any) -> None:
    assert FUNCTIONS[f"Fn::{name}"](argument, "/x") == value


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("Join", ["-"]),
        ("Join", ["-", "a"]),
        ("Select", [2, ["a"]]),
        ("Split", ["", "a"]),
        ("Cidr", ["10.0.0.0/16", 2, 99]),
        ("Cidr", ["net", 2, 8]),
    ],
)
def test_what_no_function_takes_is_a_mistake(name: str, argument: Any) -> None:
    with pytest.raises(MalformedError, match="/x must be"):
        FUNCTIONS[f"Fn::{name}"](argument, "/x")


def test_a_list_that_is_joined_and_split_is_the_same_list() -> None:
    assert FUNCTIONS["Fn::Split"]([",", FUNCTIONS["Fn::Join"]([",", LIST], "/x")], "/x") is LIST
    assert FUNCTIONS["Fn::Split"]([",", FUNCTIONS["Fn::Join"](["-", LIST], "/x")], "/x") is not LIST


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("${A},${B.x}", None),  # an attribute may be a list in a text
        ("${A},{{B}}", None),
        ("${A},subnet-1,${B}", [Symbol("${A}"), "subnet-1", Symbol("${B}")]),
        ("${A}", [Symbol("${A}")]),
        ("a-${A},", [Symbol("a-${A}"), ""]),
    ],
)
def test_a_text_of_ids_is_split_between_them(text: str, items: list[Any] | None) -> None:
    found = FUNCTIONS["Fn::Split"]([",", Symbol(text)], "/x")
    assert found == items if items is not None else isinstance(found, Symbol)


def test_names_in_braces_are_filled_in() -> None:
    assert fill_in("${A}/${ B }/${!C}", {"A": "a", "B": 2}.__getitem__, "/x") == "a/2/${C}"
    assert fill_in("${A}", {"A": TEXT}.__getitem__, "/x") == Symbol("{{Text}}")
