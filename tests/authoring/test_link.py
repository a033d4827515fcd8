"""opa finds the built-in rules by the link, without flags, and nothing else follows it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.own_rules import NAME_PREFIX, edit_own
from vpce_guard.authoring import link
from vpce_guard.authoring.link import link_built_in
from vpce_guard.bundle.source_folders import CHECKOUT, open_sources
from vpce_guard.errors import SettingsError


@pytest.fixture
def repository(own_rules: Path, built_in_rules: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The repository of the own rules, with the link to a few built-in ones."""
    monkeypatch.setattr(link, "built_in_folder", lambda: built_in_rules)
    link_built_in(own_rules)
    return own_rules.parent


def test_opa_checks_and_tests_own_rules_without_flags(repository: Path, opa: str) -> None:
    assert run(opa, "check", repository) == (0, "")
    code, said = run(opa, "test", repository)
    assert code == 0
    assert re.fullmatch(r"PASS: (\d+)/\1\n", said)


def test_opa_says_which_test_fails(repository: Path, opa: str) -> None:
    edit_own(repository / "rego", f"{NAME_PREFIX}/name_prefix_test.rego", "begins with pay-", "begins with ops-")
    code, said = run(opa, "test", repository)
    assert code == 2
    assert "test_a_name_without_the_prefix_is_denied: FAIL" in said


def test_builds_do_not_follow_it(repository: Path) -> None:
    sources = open_sources(repository / "rego")
    assert sources.built_in == CHECKOUT
    assert sources.edited_rules() == {"acme.general.name_prefix"}


def test_it_is_made_anew(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "built_in_folder", lambda: tmp_path / "newer")
    made = link_built_in(repository / "rego")
    assert made.readlink() == tmp_path / "newer/vpce"


def test_what_is_no_link_is_left_as_it_is(own_rules: Path) -> None:
    (own_rules / "vpce").mkdir()
    with pytest.raises(SettingsError, match=r"rego/vpce cannot be made a link to .*/rego/vpce: File exists\."):
        link_built_in(own_rules)
    assert not (own_rules / "vpce").is_symlink()


def run(opa: str, command: str, repository: Path) -> tuple[int, str]:
    done = subprocess.run([opa, command, "rego"], cwd=repository, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr
