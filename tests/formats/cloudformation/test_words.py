"""What CloudFormation writes and takes."""

from __future__ import annotations

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats.cloudformation.words import escape, parameter_values, text_of


def test_scalars_become_text_as_in_cloudformation() -> None:
    assert [text_of(value) for value in (True, False, 3, "a", ["a", "b"])] == ["true", "false", "3", "a", "a,b"]


def test_names_are_escaped_for_pointers() -> None:
    assert escape("AWS::EC2/a~b") == "AWS::EC2~1a~0b"


def test_a_parameter_that_is_not_declared_is_an_error() -> None:
    with pytest.raises(MalformedError, match="Vpc"):
        parameter_values({}, {"Vpc": "vpc-1"})
