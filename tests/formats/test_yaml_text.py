"""YAML with JSON's scalars: no dates, no yes and no, no octal."""

from __future__ import annotations

import pytest

from vpce_guard.formats import yaml_text


def test_scalars_are_those_of_json() -> None:
    (node,) = yaml_text.compose("a: yes\nb: 2026-01-01\nc: true\nd: 1.5\ne: ~\n")
    assert yaml_text.value(node) == {"a": "yes", "b": "2026-01-01", "c": True, "d": 1.5, "e": None}


def test_a_key_given_twice_is_an_error_with_its_line() -> None:
    (node,) = yaml_text.compose("a: 1\na: 2\n")
    with pytest.raises(yaml_text.YamlError) as caught:
        yaml_text.value(node)
    assert caught.value.line == 2


def test_the_line_of_a_pointer_is_that_of_its_key() -> None:
    (node,) = yaml_text.compose("a:\n  b:\n    - 1\n    - 2\n")
    assert [yaml_text.line(node, pointer) for pointer in ("/a/b", "/a/b/1", "/a/x")] == [2, 4, 1]
