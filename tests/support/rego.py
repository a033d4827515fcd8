"""A copy of rego/ that a test may spoil, and a rule of its own in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from vpce_guard.authoring.new import NewRule, scaffold
from vpce_guard.surfaces.cli.policy import command

FOLDER = "vpce/rules/gw/my_rule"
WRITTEN = {
    "TODO: what the rule demands, and of which endpoints, in a sentence or two.": "The condition below is meant.",
    "TODO: what that page says. Instead of it, or beside it, there may be `aws` facts.": "What endpoints are.",
    "https://policies.example.com/TODO": "https://policies.example.com/owned",
    "https://docs.aws.amazon.com/TODO": "https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html",
    "TODO: what to do about it.": "Give the name of the service.",
    "TODO": "NONE",
}


@pytest.fixture
def rego(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of rego/ with a rule of the product, and a new rule gw.my_rule; its cache is the test's folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    rego = copy_rego(root, tmp_path / "rego", rules=("gw/gateway_service",))
    write_out(scaffold(rego, "gw", "my_rule", NewRule(rule_id="VPCE-GW-900")).files)
    return rego


def copy_rego(root: Path, target: Path, *, rules: Iterable[str]) -> Path:
    """Copy rego/ with the rules that one of the patterns fits (`gw/*`) alone, which builds quickly; without the tests
    of the libraries, and what speaks of rules that are not there.
    """
    folder = root / "rego/vpce/rules"
    kept = {path for pattern in rules for path in folder.glob(pattern)}
    assert kept

    def others(within: str, names: list[str]) -> set[str]:
        if Path(within).parent == folder:
            return {name for name in names if Path(within, name) not in kept}
        if folder in Path(within).parents or Path(within).name == "testing":
            return set()
        return {name for name in names if name == "coverage.yaml" or name.endswith("_test.rego")}

    shutil.copytree(root / "rego", target, ignore=others)
    return target


@pytest.fixture
def run_policy_test(rego: Path, opa: str) -> Callable[..., Result]:
    """`policy test gw.my_rule` with further arguments."""

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(
            command,
            ["test", "gw.my_rule", "--source", str(rego), "--opa", opa, *arguments],
            standalone_mode=False,
        )

    return run


@pytest.fixture
def run_policy_coverage(rego: Path, opa: str) -> Callable[..., Result]:
    """`policy coverage` of gw.my_rule alone, with further arguments."""
    for folder in (rego / "vpce/rules").glob("*/*/"):
        if folder.name != "my_rule":
            shutil.rmtree(folder)

    def run(*arguments: str) -> Result:
        ask = ["coverage", "--source", str(rego), "--opa", opa, "--no-conditions", *arguments]
        return CliRunner().invoke(command, ask, standalone_mode=False)

    return run


def write_out(files: Iterable[Path]) -> None:
    """Write what a scaffold leaves to its author."""
    for path in files:
        text = path.read_text()
        for todo, done in WRITTEN.items():
            text = text.replace(todo, done)
        path.write_text(text)


def edit(rego: Path, file: str, old: str, new: str) -> None:
    """Change a text in a file of gw.my_rule, where it must be."""
    path = rego / FOLDER / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
