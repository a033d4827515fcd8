"""A copy of rego/ that a test may spoil, and a rule of its own in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from vpce_guard.authoring.new import scaffold

FOLDER = "vpce/rules/gw/my_rule"


@pytest.fixture
def rego(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of rego/ with a new rule gw.my_rule; what is cached goes to the test's folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    rego = tmp_path / "rego"
    shutil.copytree(root / "rego", rego)
    scaffold(rego, "gw", "my_rule")
    return rego


def edit(rego: Path, file: str, old: str, new: str) -> None:
    """Change a text in a file of gw.my_rule, where it must be."""
    path = rego / FOLDER / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
