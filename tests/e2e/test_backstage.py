"""What there is for Backstage: packages that are pinned, and tests with its own utilities (`make backstage`)."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.support.console import write_keys
from tests.support.serving import serving
from vpce_guard import __version__

CANNOT_BE_HAD = 77
FOLDER = "clients/backstage"
PACKAGES = ("scaffolder", "card")
LONGEST = 240  # seconds


def _read(path: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(path.read_text())
    return found


@pytest.fixture(scope="module")
def build(root: Path) -> Path:
    """The folder in which it is built."""
    if not os.environ.get("BACKSTAGE"):
        pytest.skip("needs 1,200 packages of npm: `make backstage`")
    done = subprocess.run([root / "tools/backstage"], capture_output=True, text=True, check=False)
    if done.returncode == CANNOT_BE_HAD:
        pytest.skip(done.stderr.strip().splitlines()[-1])
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


def test_packages_are_pinned_and_versions_are_ours(root: Path) -> None:
    lock = _read(root / FOLDER / "package-lock.json")["packages"]
    wanted = _read(root / FOLDER / "package.json")["devDependencies"]
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    fetched = {name: one for name, one in lock.items() if "node_modules/" in name and not one.get("link")}
    assert all(re.fullmatch(r"sha512-\S+", one["integrity"]) for one in fetched.values())
    for name in PACKAGES:
        package = _read(root / FOLDER / name / "package.json")
        assert package["version"] == lock[name]["version"] == __version__
        assert package["peerDependencies"]["@vpce-guard/client"] == __version__
        assert package["dependencies"] == lock[name]["dependencies"]


def test_the_page_names_what_the_code_reads(root: Path) -> None:
    page = (root / "docs/how-to/use-backstage.md").read_text()
    annotations = re.findall(r'"(vpce-guard\.io/[a-z-]+)"', (root / FOLDER / "card/src/annotations.ts").read_text())
    action = (root / FOLDER / "scaffolder/src/action.ts").read_text()
    names = re.findall(r"^        (\w+): \(z\) =>", action, re.MULTILINE)
    assert len(annotations) == 2
    assert len(names) == 13
    assert [name for name in (*annotations, *names) if name not in page] == []


def test_the_action_asks_a_running_service(build: Path, tmp_path: Path) -> None:
    with serving(tmp_path, api_keys_file=write_keys(tmp_path)) as port:
        told = {"VPCE_GUARD_URL": f"http://127.0.0.1:{port}", "VPCE_GUARD_TOKEN": "both-key"}
        _run(build, "action.test.mjs", tests=8, **told)


def test_the_card_shows_decisions(build: Path) -> None:
    _run(build, "card.test.cjs", tests=6)


def _run(build: Path, name: str, *, tests: int, **told: str) -> None:
    """Run a program of so many tests. They are counted: a test that ended the process would end it without a word."""
    run = ["node", "--test-reporter=tap", f"dist/{name}"]
    environ = {**os.environ, **told}
    done = subprocess.run(run, cwd=build, env=environ, capture_output=True, text=True, check=False, timeout=LONGEST)
    assert done.returncode == 0, done.stdout
    assert len(re.findall(r"^ok ", done.stdout, re.MULTILINE)) == tests
