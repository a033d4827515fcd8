"""The TypeScript client: its types are those of openapi.yaml, it compiles, and it asks a running service."""

from __future__ import annotations

import hashlib
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


@pytest.fixture(scope="module")
def build(root: Path) -> Path:
    """The folder of the built client."""
    done = subprocess.run([root / "tools/typescript"], capture_output=True, text=True, check=False)
    if done.returncode == CANNOT_BE_HAD:
        pytest.skip(done.stderr.strip().splitlines()[-1])
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


def test_its_types_were_made_of_the_api_as_it_is(root: Path) -> None:
    made_of, _ = (root / "clients/typescript/openapi.sha256").read_text().split()
    now = hashlib.sha256((root / "openapi.yaml").read_bytes()).hexdigest()
    assert made_of == now, "run `make typescript`"


def test_its_packages_are_pinned_and_its_version_is_ours(root: Path) -> None:
    package = json.loads((root / "clients/typescript/package.json").read_text())
    lock = json.loads((root / "clients/typescript/package-lock.json").read_text())["packages"]
    wanted = package["dependencies"] | package["devDependencies"]
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all(re.fullmatch(r"sha512-\S+", one["integrity"]) for name, one in lock.items() if name)
    assert package["version"] == lock[""]["version"] == __version__


def test_it_asks_a_running_service(build: Path, tmp_path: Path) -> None:
    with serving(tmp_path, api_keys_file=write_keys(tmp_path)) as port:
        environ = {**os.environ, "VPCE_GUARD_URL": f"http://127.0.0.1:{port}", "VPCE_GUARD_TOKEN": "both-key"}
        run = ["node", build / "dist/test/client.test.js"]
        done = subprocess.run(run, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "# pass 8" in done.stdout
