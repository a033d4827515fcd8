"""Schemas of own sections: what they say of a value, and what they may not say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vpce_guard.bundle.section_schema import find_names, find_wrong, section_schemas
from vpce_guard.bundle.source_folders import Sources, open_sources
from vpce_guard.bundle.sources import read_deciding
from vpce_guard.errors import SourceError

SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["regions"],
    "properties": {
        "regions": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^[a-z]+-"}},
        "days": {"type": ["integer", "null"], "minimum": 1, "maximum": 9},
        "level": {"enum": [1, "high"]},
        "teams": {"type": "object", "additionalProperties": {"type": "boolean"}},
        "name": {"type": "string", "minLength": 2, "maxLength": 4},
        "by_environment": {
            "propertyNames": {"format": "environment", "maxLength": 4},
            "additionalProperties": {"type": "integer"},
        },
    },
}


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ({"regions": ["eu-west-1"], "days": None, "level": "high", "teams": {"a": True}, "name": "abcd"}, []),
        ({}, [("", "has no regions")]),
        ([], [("", "is no object")]),
        ({"regions": []}, [("/regions", "has less than 1 members")]),
        ({"regions": ["EU"]}, [("/regions/0", "does not fit the pattern ^[a-z]+-")]),
        ({"regions": [3]}, [("/regions/0", "is no string")]),
        ({"regions": ["eu-"], "days": 0}, [("/days", "is below 1")]),
        ({"regions": ["eu-"], "days": 10}, [("/days", "is above 9")]),
        ({"regions": ["eu-"], "days": True}, [("/days", "is no integer or null")]),
        ({"regions": ["eu-"], "level": True}, [("/level", "is none of 1, high")]),
        ({"regions": ["eu-"], "teams": {"a/b": 1}}, [("/teams/a~1b", "is no boolean")]),
        ({"regions": ["eu-"], "name": "a"}, [("/name", "has less than 2 characters")]),
        ({"regions": ["eu-"], "name": "abcde"}, [("/name", "has more than 4 characters")]),
        ({"regions": ["eu-"], "day": 1}, [("/day", "is not known")]),
        (
            {"regions": ["eu-"], "by_environment": {"testing": True}},
            [("/by_environment/testing", "has more than 4 characters"), ("/by_environment/testing", "is no integer")],
        ),
    ],
)
def test_a_value_that_is_not_of_the_schema_is_told_by_pointer(value: Any, wrong: list[tuple[str, str]]) -> None:
    assert list(find_wrong(value, SCHEMA)) == wrong


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("type: object\npropertys: {}\n", "section.yaml:2: /propertys is not a keyword"),
        (
            "type: object\nproperties:\n  a: {type: text}\n",
            "section.yaml:3: /properties/a/type is not what",
        ),
        ("type: object\nproperties:\n  a: {pattern: '('}\n", "section.yaml:3: /properties/a/pattern is not what"),
        ("type: object\nproperties:\n  a: {minimum: x}\n", "section.yaml:3: /properties/a/minimum is not what"),
        ("type: object\nproperties:\n  a: {format: date}\n", "section.yaml:3: /properties/a/format is not what"),
        ("type: object\npropertyNames: {formats: x}\n", "section.yaml:2: /propertyNames/formats is not a keyword"),
        ("type: array\n", "section.yaml:1: a section of org data is an object"),
        ("- 1\n", "section.yaml:1: the schema is no schema"),
    ],
)
def test_a_schema_that_says_something_else_is_refused_with_file_and_line(
    over_built_in: Sources, own_rules: Path, text: str, message: str
) -> None:
    (own_rules / "acme/section.yaml").write_text(text)
    with pytest.raises(SourceError, match=message):
        section_schemas(read_deciding(over_built_in), over_built_in)


def test_without_a_schema_any_object_is_a_section(over_built_in: Sources, own_rules: Path) -> None:
    (own_rules / "acme/section.yaml").unlink()
    assert section_schemas(read_deciding(over_built_in), over_built_in) == {"x-acme": {"type": "object"}}


def test_the_section_of_a_root_has_hyphens(built_in_rules: Path, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own/source.yaml").write_text("{root: acme_net, prefix: ACME, families: {}}")
    sources = open_sources([built_in_rules, tmp_path / "own"])
    assert list(section_schemas(read_deciding(sources), sources)) == ["x-acme-net"]


def test_what_texts_name_is_found_by_format() -> None:
    schema = {
        "properties": {
            "envs": {"type": "array", "items": {"format": "environment"}},
            "limits": {"propertyNames": {"format": "environment"}, "additionalProperties": {"format": "service"}},
        },
        "additionalProperties": {"format": "region"},
    }
    value = {"envs": ["prod", 3], "limits": {"a/b": "sqs"}, "home": "eu-west-1", "others": {"deep": ["x"]}}
    assert list(find_names(value, schema)) == [
        ("environment", "/envs/0", "prod"),
        ("environment", "/limits/a~1b", "a/b"),
        ("service", "/limits/a~1b", "sqs"),
        ("region", "/home", "eu-west-1"),
    ]
