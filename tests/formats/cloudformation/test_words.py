"""What CloudFormation writes and takes."""

from __future__ import annotations

from vpce_guard.formats.cloudformation.words import UNKNOWN, escape, parts_of, text_of


def test_scalars_become_text_as_in_cloudformation() -> None:
    assert [text_of(value) for value in (True, False, 3, "a", ["a", "b"])] == ["true", "false", "3", "a", "a,b"]


def test_names_are_escaped_for_pointers() -> None:
    assert escape("AWS::EC2/a~b") == "AWS::EC2~1a~0b"


def test_the_expressions_in_a_text_are_told_from_what_is_around_them() -> None:
    assert parts_of("a/${B}/{{Join(,{{C}},d)}}}}") == ["a/", UNKNOWN, "/", UNKNOWN, "}}"]
    assert parts_of('{"a":{"b":"{{C}}"}}') == ['{"a":{"b":"', UNKNOWN, '"}}']
    assert parts_of("a{{b") == [UNKNOWN]
