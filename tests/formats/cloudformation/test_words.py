"""What CloudFormation writes and takes."""

from __future__ import annotations

from vpce_guard.formats.cloudformation.words import escape, text_of


def test_scalars_become_text_as_in_cloudformation() -> None:
    assert [text_of(value) for value in (True, False, 3, "a", ["a", "b"])] == ["true", "false", "3", "a", "a,b"]


def test_names_are_escaped_for_pointers() -> None:
    assert escape("AWS::EC2/a~b") == "AWS::EC2~1a~0b"
