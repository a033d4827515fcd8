"""What a stranger meets first: the licence, versions, addresses, locks, workflows, decision records."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import vpce_guard
from tests.conftest import ROOT

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
RECORDS = sorted((ROOT / "docs/decisions").glob("*.md"))
BY_NAME = re.compile(
    r"\b(?:pip|pipx|uv|uvx)\b(?:\s+[\w-]+)*\s+(?:-\S+\s+)*[\"']?vpce[-_]guard(?:\[[\w,]+\])?[\"'`]?(?!\s*@|[\w./:\[-])"
)


def tracked() -> list[Path]:
    """The files that git knows, but for those that hold no text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and not name.endswith((".wasm", ".gz"))]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("pip install vpce-guard", True),
        ("pip install --quiet vpce-guard", True),
        ("Run `pip install vpce-guard[traces]`.", True),
        ("pip install 'vpce-guard[traces]'", True),
        ("pipx install vpce-guard", True),
        ("uvx vpce-guard check", True),
        ('pip install "vpce-guard @ git+https://vpce-guard.example/vpce-guard.git@v0.1.0"', False),
        ("pip install vpce_guard-0.1.0-py3-none-any.whl", False),
        ('pip install --no-index --find-links /wheels "vpce-guard[postgresql,timestamps,traces]"', False),
    ],
)
def test_an_installation_by_name_is_noticed(line: str, found: bool) -> None:
    assert installs_by_name(line) is found


def installs_by_name(line: str) -> bool:
    """Whether a line asks a package index for the name, which is not ours there."""
    return "--no-index" not in line and BY_NAME.search(line) is not None


def test_nothing_is_installed_by_a_name_that_anyone_could_register() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in tracked()
        if path.exists() and path != Path(__file__)
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
        if installs_by_name(line)
    ]
    assert found == []


def test_addresses_of_the_project_are_those_of_the_package() -> None:
    home = vpce_guard.DOCUMENTATION
    assert PROJECT["urls"] == {
        "Documentation": f"{home}/",
        "Source": vpce_guard.REPOSITORY,
        "Changelog": f"{home}/project/changelog/",
    }
    site = tomllib.loads((ROOT / "zensical.toml").read_text())["project"]
    assert site["site_url"] == f"{home}/"


def test_the_licence_is_named_and_there() -> None:
    assert PROJECT["license"] == "Apache-2.0"
    assert PROJECT["license-files"] == ["LICENSE"]
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License\n                           Version 2.0, January 2004" in text
    assert "Copyright 2026 The vpce-guard authors" in text


def test_the_changelog_has_the_version_and_its_date() -> None:
    done = subprocess.run([ROOT / "tools/release-notes", vpce_guard.__version__], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.findall(rb"^### (\w+)$", done.stdout, re.MULTILINE) == [b"Added", b"Changed", b"Fixed"]


def test_notes_of_a_version_that_is_not_this_one_are_refused() -> None:
    done = subprocess.run([ROOT / "tools/release-notes", "9.9.9"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "not of version 9.9.9" in done.stderr


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_a_decision_record_says_when_its_status_and_what_was_rejected(record: Path) -> None:
    head = record.read_text().split("\n\n")[:2]
    assert re.fullmatch(r"# \S.*", head[0])
    assert re.fullmatch(
        r"- Date: 20\d\d-\d\d-\d\d\n- Status: (accepted|superseded by \[.+\]\(.+\.md\))\n- Rejected: \S.*(\n  \S.*)*",
        head[1],
    )


def test_decision_records_are_numbered_without_gaps() -> None:
    assert [int(path.name[:4]) for path in RECORDS] == list(range(1, len(RECORDS) + 1))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_commit(workflow: Path) -> None:
    used = re.findall(r"uses: (\S+)(.*)", workflow.read_text())
    assert used
    for action, comment in used:
        assert action.startswith("./") or (
            re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action) and re.fullmatch(r" # v\d+\.\d+\.\d+", comment)
        )


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_read_only_unless_a_job_says_otherwise(workflow: Path) -> None:
    assert yaml.safe_load(workflow.read_text())["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("lock", ["image", "dev", "fuzz"])
def test_every_locked_package_has_one_version_and_hashes(lock: str) -> None:
    text = (ROOT / f"requirements/{lock}.txt").read_text()
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert entries
    assert [e for e in entries if not re.match(r"[\w.\[\],-]+==\S+[^\n]*\\\n    --hash=sha256:[0-9a-f]{64}", e)] == []
    assert re.findall(r"^-.*|://\S*", text, re.MULTILINE) == []


def test_locks_hold_what_the_project_depends_on() -> None:
    locked = set(re.findall(r"^([\w.-]+)(?:\[\w+\])?==", (ROOT / "requirements/image.txt").read_text(), re.MULTILINE))
    extras = PROJECT["optional-dependencies"]
    wanted = [*PROJECT["dependencies"], *extras["postgresql"], *extras["timestamps"], *extras["traces"]]
    names = {re.match(r"[\w.-]+", requirement)[0].lower() for requirement in wanted}  # type: ignore[index]
    assert names - locked == set()


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: ((?:.*\\\n)*.*)$", makefile, re.MULTILINE)
    assert phony is not None
    help_text = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = re.findall(r"^  make (\S+)", help_text, re.MULTILINE)
    assert sorted(listed) == sorted(phony[1].replace("\\\n", " ").split())
