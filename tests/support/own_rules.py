"""An organisation's own rules, as `policy init` makes them, over a few of the built-in ones, which build quickly."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.rego import copy_rego
from vpce_guard.authoring.init import read_names, write_repository
from vpce_guard.bundle.source_folders import Sources, open_sources

NAME_PREFIX = "acme/rules/general/name_prefix"


@pytest.fixture
def own_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder rego/ of a repository of the organisation acme; the cache is the test's folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write_repository(tmp_path / "repository", read_names("acme", None))
    return tmp_path / "repository/rego"


@pytest.fixture
def built_in_rules(root: Path, tmp_path: Path) -> Path:
    """A copy of rego/ with one rule."""
    return copy_rego(root, tmp_path / "built-in", rules=("gw/gateway_service",))


@pytest.fixture
def over_built_in(built_in_rules: Path, own_rules: Path) -> Sources:
    """The own rules over that copy."""
    return open_sources([built_in_rules, own_rules])


def edit_own(own_rules: Path, file: str, old: str, new: str) -> None:
    """Change a text in a file of the own rules, where it must be."""
    path = own_rules / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
