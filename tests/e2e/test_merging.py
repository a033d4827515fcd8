"""Two branches with a rule each merge, and one build makes the results of both; the repository grows little."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from vpce_guard.authoring.new import scaffold
from vpce_guard.authoring.rego.opa import OPA_VERSION
from vpce_guard.bundle.derived import COMMITTED
from vpce_guard.bundle.sources import read_deciding, revision_of

POLICY = "service/vpce_guard/policy"
MOST = 350 << 10  # bytes that a rule and its results may add to the packed repository


class Checkout:
    """A clone of the newest commit of the repository, with branches of its own."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder
        subprocess.run(["git", "clone", "-q", "--depth", "1", root.as_uri(), folder], check=True)
        self.git("checkout", "-q", "-B", "main")

    def git(self, *arguments: str, check: bool = True) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
        command = ["git", "-C", str(self.folder), *who, *arguments]
        return subprocess.run(command, check=check, capture_output=True, text=True).stdout

    def branch(self, name: str, family: str) -> None:
        """A branch off main with a rule, and with build results that differ from those of any other branch."""
        self.git("checkout", "-q", "-b", name, "main")
        scaffold(self.folder / "rego", family, name)
        for file in COMMITTED:
            path = self.folder / POLICY / file
            content = path.read_bytes()
            path.write_bytes(content[:-1000] + name.encode() + content[-1000:])
        self.commit(name)

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def build(self, opa: str) -> None:
        command = [sys.executable, "-c", "import sys; from vpce_guard.surfaces.cli import main; sys.exit(main())"]
        subprocess.run(
            [*command, "policy", "build", "--opa", opa],
            check=True,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(self.folder / "service")},
        )

    def packed(self) -> int:
        self.git("repack", "-adq")
        return sum(pack.stat().st_size for pack in (self.folder / ".git/objects/pack").glob("*.pack"))


@pytest.fixture
def checkout(tmp_path: Path, root: Path) -> Checkout:
    """A clone with two branches that have a rule each."""
    if not (root / ".git").exists():
        pytest.skip("not in a checkout")
    clone = Checkout(tmp_path / "clone", root)
    clone.git("config", "gc.auto", "0")
    return clone


def test_two_branches_with_a_rule_each_merge_with_one_build(checkout: Checkout, opa: str) -> None:
    before = checkout.packed()
    checkout.git("config", "merge.vpce-bundle.driver", "true")  # as make does
    checkout.branch("first_rule", "gw")
    checkout.branch("second_rule", "iface")
    checkout.git("merge", "-q", "-m", "both", "first_rule")
    checkout.build(opa)
    checkout.commit("build results")
    catalogue = json.loads((checkout.folder / POLICY / "catalogue.json").read_text())
    assert {"gw.first_rule", "iface.second_rule"} <= {rule["name"] for rule in catalogue["rules"]}
    assert catalogue["revision"] == revision_of(read_deciding(checkout.folder / "rego"), opa_version=OPA_VERSION)
    checkout.git("checkout", "-q", "--orphan", "alone")  # what the branches made up does not count
    checkout.git("reset", "-q", "--soft", "main")
    checkout.git("commit", "-q", "-m", "both rules")
    checkout.git("branch", "-D", "first_rule", "second_rule")
    checkout.git("reflog", "expire", "--expire=now", "--all")
    checkout.git("prune", "--expire=now")
    assert checkout.packed() - before <= MOST


def test_without_the_driver_only_build_results_conflict(checkout: Checkout) -> None:
    checkout.branch("first_rule", "gw")
    checkout.branch("second_rule", "iface")
    checkout.git("merge", "-q", "-m", "both", "first_rule", check=False)
    conflicts = checkout.git("diff", "--name-only", "--diff-filter=U").split()
    assert set(conflicts) <= {f"{POLICY}/{name}" for name in COMMITTED}
