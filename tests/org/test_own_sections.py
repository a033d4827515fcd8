"""Sections of org data that own rules read: checked by the schema of the bundle, in layers too."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from vpce_guard.errors import SettingsError
from vpce_guard.org.load import load, schema

SCHEMAS = {
    "x-acme": {
        "type": "object",
        "additionalProperties": False,
        "required": ["regions"],
        "properties": {"regions": {"type": "array", "items": {"type": "string"}}, "strict": {"type": "boolean"}},
    }
}


def write(tmp_path: Path, text: str) -> list[Path]:
    (tmp_path / "org.yaml").write_text(text)
    return [tmp_path / "org.yaml"]


def test_rules_read_the_section_as_it_is(tmp_path: Path) -> None:
    org = load(write(tmp_path, "x-acme: {regions: [eu-west-1]}\n"), {}, SCHEMAS)
    assert org.warnings == ()
    assert org.effective(None, None).rules == {"x-acme": {"regions": ["eu-west-1"]}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x-acme:\n  regions: [1]\n", r"org.yaml:2: /x-acme/regions/0 is no string\."),
        ("x-acme:\n  strict: true\n", r"org.yaml:1: /x-acme has no regions\."),
        ("x-acme:\n  regions: []\n  region: a\n", r"org.yaml:3: /x-acme/region is not known\."),
        ("x-acme: 3\n", r"org.yaml:1: /x-acme is no object\."),
        ("x-acme:\n", r"org.yaml:1: /x-acme is no object\."),
    ],
)
def test_what_is_not_of_the_schema_is_refused_with_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        load(write(tmp_path, text), {}, SCHEMAS)


def test_a_section_that_no_rules_have_is_told(tmp_path: Path) -> None:
    org = load(write(tmp_path, "x-amce: {}\n"), {}, SCHEMAS)
    (warning,) = org.warnings
    assert "org.yaml:1: /x-amce is a section that the rules in force do not have, so it has no effect" in warning
    assert "they have x-acme" in warning


def test_a_layer_adds_to_the_section_and_may_not_change_what_is_not_left_open(tmp_path: Path) -> None:
    text = "x-acme: {regions: [a]}\nlayers:\n- {name: unit, level: unit, accounts_in: ['111122223333'], x-acme: {%s}}\n"
    org = load(write(tmp_path, text % "strict: true"), {}, SCHEMAS)
    assert org.effective("111122223333", None).rules == {"x-acme": {"regions": ["a"], "strict": True}}
    assert org.effective("444455556666", None).rules == {"x-acme": {"regions": ["a"]}}
    with pytest.raises(SettingsError, match=r"org.yaml:3: /layers/0/x-acme/regions is looser"):
        load(write(tmp_path, text % "regions: [b]"), {}, SCHEMAS)
    with pytest.raises(SettingsError, match=r"org.yaml:3: /layers/0/x-acme/strict is no boolean"):
        load(write(tmp_path, text % "strict: 1"), {}, SCHEMAS)


NAMING = {
    "x-acme": {
        "type": "object",
        "properties": {
            "limits": {"type": "object", "propertyNames": {"format": "environment"}},
            "home": {"format": "region"},
            "favourites": {"type": "array", "items": {"format": "service"}},
        },
    }
}


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("{limits: {prd: 1}}", r"/x-acme/limits/prd names the environment prd, .*; did you mean prod\?"),
        (
            "{home: eu-west-11}",
            r"/x-acme/home names the Region eu-west-11, which nobody knows; did you mean eu-west-1\?",
        ),
        (
            "{favourites: [s3, sqss]}",
            r"/x-acme/favourites/1 names the service sqss, which nobody knows; did you mean sqs",
        ),
    ],
)
def test_names_in_a_section_are_checked_as_elsewhere(tmp_path: Path, section: str, message: str) -> None:
    ground = "environments: {'111122223333': prod}\n"
    with pytest.raises(SettingsError, match=r"org\.yaml:2: " + message):
        load(write(tmp_path, f"{ground}x-acme: {section}\n"), {}, NAMING)
    layer = f"layers:\n- {{name: unit, level: unit, accounts_in: ['111122223333'], x-acme: {section}}}\n"
    with pytest.raises(SettingsError, match=r"org\.yaml:3: /layers/0" + message):
        load(write(tmp_path, ground + layer), {}, NAMING)


def test_names_in_a_section_that_are_known_are_taken(tmp_path: Path) -> None:
    text = (
        "environments: {'111122223333': prod}\nx-acme: {limits: {prod: 1, '*': 2}, home: eu-west-1, favourites: [s3]}\n"
    )
    assert load(write(tmp_path, text), {}, NAMING).warnings == ()


def test_where_nothing_has_an_environment_a_name_is_a_warning(tmp_path: Path) -> None:
    (warning,) = load(write(tmp_path, "x-acme: {limits: {prod: 1}}\n"), {}, NAMING).warnings
    assert "/x-acme/limits/prod names the environment prod" in warning


def test_the_json_schema_takes_own_sections() -> None:
    jsonschema.validate({"x-any": {"a": 1}}, schema())
    jsonschema.validate({"x-acme": {"regions": []}}, schema(SCHEMAS))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"x-acme": {}}, schema(SCHEMAS))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"x-amce": {}}, schema(SCHEMAS))
