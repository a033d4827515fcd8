"""METADATA of a rule: read from its file, and checked key by key."""

from __future__ import annotations

from pathlib import Path

import pytest

from vpce_guard.authoring.rego.metadata import block, rule, rule_files
from vpce_guard.errors import VpceGuardError


def test_the_first_block_keeps_its_lines() -> None:
    assert block("# METADATA\n# title: a\n#   b: c\npackage x\n# more\n") == "\ntitle: a\n  b: c"


def test_a_key_nobody_knows_is_told_with_its_place() -> None:
    with pytest.raises(VpceGuardError, match=r"x\.rego:1: METADATA has unknown keys: colour"):
        rule({"title": "a", "colour": "red"}, name="gw.x", place="x.rego:1")


def test_a_rule_is_the_file_named_as_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "vpce/rules/gw/one"
    folder.mkdir(parents=True)
    (tmp_path / ".manifest").touch()
    for name in ("one.rego", "one_test.rego"):
        (folder / name).touch()
    assert list(rule_files(tmp_path).values()) == [folder / "one.rego"]
