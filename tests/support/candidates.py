"""A log of one's own, and a candidate that changes one thing of each kind, out of a git repository."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from vpce_guard.bundle.bundle import Bundle
from vpce_guard.whatif.replay.candidate import CandidateOpener

EDITS = (
    ("common/policy_is_a_filter", "enforcement_action: inform", "enforcement_action: deny"),
    ("eni/one_subnet_per_az", "enforcement_action: deny", "enforcement_action: warn"),
    ("gw/gateway_service", "has no gateway endpoint", "is not there for gateway endpoints"),
)
UNSURE = (
    'undetermined contains {"reason": "asked for", "missing": ["/context/Region"]} if input.labels.team == "unsure"\n'
)


@pytest.fixture(scope="session")
def repository(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository with the rules as they are, then a commit that changes four, then a broken work tree."""
    folder = tmp_path_factory.mktemp("repository")
    shutil.copytree(root / "rego", folder / "policies" / "rego")
    rules = folder / "policies" / "rego" / "vpce" / "rules"
    git(folder, "init", "-q")
    commit(folder, "as it is")
    for rule, before, after in EDITS:
        file = rules / rule / f"{Path(rule).name}.rego"
        text = file.read_text()
        assert before in text
        file.write_text(text.replace(before, after))
    with (rules / "gw/dns_record_type/dns_record_type.rego").open("a") as file:
        file.write(f"\n{UNSURE}")
    commit(folder, "changed")
    (rules / "gw/gateway_service/gateway_service.rego").write_text("this is no Rego")
    return folder


@pytest.fixture(scope="session")
def candidate(repository: Path, opa: str, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The bundle of that commit."""
    with within(repository):
        return CandidateOpener(work=tmp_path_factory.mktemp("candidate"), opa=opa).bundle("git:HEAD:policies/rego")


@contextmanager
def within(folder: Path) -> Iterator[None]:
    """Work in a folder."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder."""
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.com"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True)


def commit(folder: Path, message: str) -> None:
    """Commit everything."""
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)
