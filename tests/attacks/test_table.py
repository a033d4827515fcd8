"""The page about security names tests that are there, and every attack that is tried."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs/explanation/security.md"
REGO = TESTS.parent / "rego"


def rows() -> list[list[str]]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


def test_every_row_names_a_test_that_is_there() -> None:
    there = {path.name for folder, kind in ((TESTS, "*.py"), (REGO, "*.rego")) for path in folder.rglob(kind)}
    for threat, _, tests in rows():
        named = re.findall(r"`([\w.]+)`", tests)
        assert named, threat
        assert set(named) <= there, threat


def test_every_attack_stands_in_the_table() -> None:
    named = {name for row in rows() for name in re.findall(r"`([\w.]+)`", row[2])}
    tried = {path.name for path in Path(__file__).parent.glob("test_*.py")} - {Path(__file__).name}
    assert tried <= named
