"""`vpce-guard rules`: one line each, or all of one."""

from __future__ import annotations

from tests.support.command import run


def test_rules_are_listed_one_a_line_and_found_in_any_case() -> None:
    lines = run("rules").stdout.decode().splitlines()
    assert any(line.startswith("VPCE-IFACE-002   ") for line in lines)
    assert b"two subnets in one Availability Zone" in run("rules", "vpce-iface-002").stdout


def test_a_rule_that_is_none_is_wrong_usage() -> None:
    assert run("rules", "VPCE-XXX-001").returncode == 2
