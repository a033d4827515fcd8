"""Names that drive terminals or forge lines are shown as characters."""

from __future__ import annotations

import pytest

from vpce_guard.surfaces.visible import harmless_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", "a\\nb"),
        ("\x1b[2Ja\x07", "\\e[2Ja\\a"),
        ("\x9b31m", "\\u009b31m"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u2028b", "a\\u2028b"),
        ('aws_vpc_endpoint.x["ü"]', 'aws_vpc_endpoint.x["ü"]'),
    ],
)
def test_control_characters_are_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [("  ::error::x", "  \\::error::x"), ("##[set-output]", "\\##[set-output]"), ("AWS::EC2::VPC", "AWS::EC2::VPC")],
)
def test_no_line_is_a_command_of_a_workflow(line: str, shown: str) -> None:
    assert harmless_line(line) == shown
