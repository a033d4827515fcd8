"""The TypeScript client: its types are those of openapi.yaml, it compiles, and it asks a running service."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.console import write_keys
from tests.support.serving import serving
from vpce_guard import __version__

CANNOT_BE_HAD = 77
PAGE = "docs/tutorial/a-portal-in-an-afternoon.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A folder with the keys of tests, and the one that the page about portals makes."""
    made = tmp_path_factory.mktemp("portal")
    write_keys(made).rename(made / "keys.txt")
    (commands,) = re.findall(
        r"^```sh\n(.*?)^```$",
        (root / PAGE).read_text(),
        re.MULTILINE | re.DOTALL,
    )
    subprocess.run(["bash", "-euo", "pipefail", "-c", commands], cwd=made, check=True)
    return made


@pytest.fixture(scope="module")
def url(build: Path, folder: Path) -> Iterator[str]:  # noqa: ARG001 - none is started where there is nothing to test
    """A service that knows those keys."""
    with serving(folder, api_keys_file=folder / "keys.txt") as port:
        yield f"http://127.0.0.1:{port}"


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


def test_it_asks_a_running_service(build: Path, url: str) -> None:
    environ = {**os.environ, "VPCE_GUARD_URL": url, "VPCE_GUARD_TOKEN": "both-key"}
    run = ["node", build / "dist/test/client.test.js"]
    done = subprocess.run(run, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "# pass 9" in done.stdout


def test_the_page_about_portals_works_as_it_stands(root: Path, build: Path, folder: Path, url: str) -> None:
    blocks = BLOCK.findall((root / "docs/tutorial/a-portal-in-an-afternoon.md").read_text())
    (program,) = (text for kind, name, text in blocks if (kind, name) == ("js", "portal.mjs"))
    (shown,) = (text for kind, _, text in blocks if kind == "text")
    (folder / "portal.mjs").write_text(program)
    (folder / "node_modules/@vpce-guard").mkdir(parents=True)
    (folder / "node_modules/@vpce-guard/client").symlink_to(build)
    environ = {**os.environ, "VPCE_GUARD_URL": url}
    run = ["node", "portal.mjs"]
    done = subprocess.run(run, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    printed = re.sub(r"(/console/decisions/)[0-9a-f-]{36}", r"\1", done.stdout.replace(url, "http://127.0.0.1:8080"))
    lines = printed.splitlines()
    advised = [line for line in lines if line.startswith(("advice: ", "cost: "))]
    assert [line for line in lines if line not in advised] == shown.splitlines()
    assert advised[0].startswith("advice: Interface - ")
    assert re.fullmatch(r"cost: \d+(\.\d+)? USD", advised[1])
