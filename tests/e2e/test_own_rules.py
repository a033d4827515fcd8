"""From the wheel alone, in an empty folder: own rules over the built-in ones, in force, and still after an upgrade.

The wheel has fewer rules here than it is built with, so that policies build quickly.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.bundles import Keys
from tests.support.opa_server import free_port
from tests.support.waiting import LONGEST, until
from vpce_guard.bundle.archive import pack

KEPT_RULES = ("gw/gateway_service", "common/recognised_service_name", "common/same_region")
REBUILD = """
import sys
from pathlib import Path
from vpce_guard.authoring.rego.build import build
build(Path(sys.argv[1]), Path(sys.argv[2]), opa=sys.argv[3], explained=False)
"""
OTHERS = [{"VpcEndpointId": "vpce-0b000001", "VpcEndpointType": "Interface", "Groups": [{"GroupId": "sg-0a000001"}]}]


@dataclass(frozen=True)
class Installed:
    """A wheel, unpacked: the folder that Python imports it from, and the opa it runs."""

    folder: Path
    opa: str
    home: Path

    def run(self, *arguments: object, where: Path, **settings: object) -> subprocess.CompletedProcess[str]:
        """The command, in a folder."""
        return subprocess.run(
            [sys.executable, "-m", "vpce_guard", *map(str, arguments)],
            cwd=where,
            env=self._environment(settings),
            capture_output=True,
            text=True,
            check=False,
        )

    @contextmanager
    def serve(self, where: Path, **settings: object) -> Iterator[str]:
        """The URL of its service while the context lasts."""
        port = free_port()
        log = (where / "service.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "vpce_guard", "serve", "--port", str(port)],
            cwd=where,
            env=self._environment(settings),
            stderr=log,
        )
        url = f"http://127.0.0.1:{port}"
        try:
            until(lambda: process.poll() is not None or answers(f"{url}/readyz"))
            assert process.poll() is None, (where / "service.log").read_text()
            yield url
        finally:
            process.terminate()
            process.wait(LONGEST)
            log.close()

    def _environment(self, settings: Mapping[str, object]) -> dict[str, str]:
        given = {f"VPCE_GUARD_{name.upper()}": str(value) for name, value in settings.items()}
        plain = {name: value for name, value in os.environ.items() if not name.startswith("VPCE_GUARD_")}
        path = f"{Path(self.opa).parent}:{os.environ['PATH']}"
        return {**plain, "PATH": path, "HOME": str(self.home), "PYTHONPATH": str(self.folder), **given}


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the wheel holds, unpacked."""
    work = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(work / "dist")]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    (built,) = (work / "dist").iterdir()
    zipfile.ZipFile(built).extractall(work / "whole")
    return work / "whole"


@pytest.fixture(scope="module")
def installed(wheel: Path, opa: str, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """This version, with a few rules."""
    work = tmp_path_factory.mktemp("installed")
    return install(wheel, work / "first", opa, work)


@pytest.fixture(scope="module")
def newer(wheel: Path, opa: str, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """A later version, in which what VPCE-GW-001 denied is only warned of."""
    work = tmp_path_factory.mktemp("newer")

    def change(folder: Path) -> None:
        about = folder / "vpce_guard/__init__.py"
        about.write_text(re.sub(r'__version__ = ".*"', '__version__ = "9.0.0"', about.read_text()))
        rule = folder / "vpce_guard/policy/rego/vpce/rules/gw/gateway_service/gateway_service.rego"
        rule.write_text(rule.read_text().replace("enforcement_action: deny", "enforcement_action: warn"))

    return install(wheel, work / "later", opa, work, change)


def install(wheel: Path, folder: Path, opa: str, work: Path, change: Any = None) -> Installed:
    shutil.copytree(wheel, folder)
    policy = folder / "vpce_guard/policy"
    for rule in (policy / "rego/vpce/rules").glob("*/*/"):
        if f"{rule.parent.name}/{rule.name}" not in KEPT_RULES:
            shutil.rmtree(rule)
    (policy / "rego/coverage.yaml").unlink()
    if change is not None:
        change(folder)
    (work / "home").mkdir()
    made = Installed(folder, opa, work / "home")
    command = [sys.executable, "-c", REBUILD, str(policy / "rego"), str(work / "built"), opa]
    subprocess.run(command, env=made._environment({}), check=True)
    shutil.copytree(work / "built", policy, dirs_exist_ok=True)
    return made


@pytest.fixture(scope="module")
def repository(installed: Installed, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three own rules, as an author has them after `policy init`."""
    folder = tmp_path_factory.mktemp("empty")
    done = installed.run("policy", "init", ".", "--root", "acme", where=folder)
    assert done.returncode == 0, done.stderr
    shutil.copytree(root / "examples/own-rules/rego", folder / "rego", dirs_exist_ok=True)
    described = folder / "rego/source.yaml"
    described.write_text(described.read_text() + "  net: [Interface]\n")
    (folder / "org-data.yaml").write_text(
        "x-acme:\n  name_prefixes: {'111122223333': pay-}\n  bedrock_regions: [eu-central-1, eu-west-1]\n"
    )
    return folder


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=LONGEST) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def call(url: str, body: Any = None) -> Any:
    raw = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, raw), timeout=LONGEST) as answer:
        text = answer.read()
    return json.loads(text) if text.startswith(b"{") else text.decode()


def denied(url: str, service: str, kind: str = "Interface") -> set[str]:
    """The rules that deny a named endpoint of the account with a group that another endpoint has."""
    request = {"VpcEndpointType": kind, "VpcId": "vpc-0a000001", "ServiceName": service}
    request |= {"SecurityGroupIds": ["sg-0a000001"]} if kind == "Interface" else {}
    context = {"Region": "us-east-1", "AccountId": "111122223333", "VpcEndpoints": OTHERS}
    (decision,) = call(f"{url}/v1/decisions", {"document": request, "context": context})["decisions"]
    return {v["rule_id"] for v in decision["violations"] if v["enforcement_action"] == "deny"}


def build_and_sign(installed: Installed, repository: Path, keys: Keys, version: int) -> tuple[str, bytes]:
    """The revision and the archive that `policy build` and `policy sign` make."""
    built = installed.run("policy", "build", where=repository)
    assert built.returncode == 0, built.stderr
    options = ["--bundle", "build/bundle", "--key", keys.private, "--key-id", "team", "--version", version]
    signed = installed.run("policy", "sign", *options, "--output", "build/bundle.tar.gz", where=repository)
    assert signed.returncode == 0, signed.stderr
    return built.stdout.strip(), (repository / "build/bundle.tar.gz").read_bytes()


def activate(url: str, revision: str, archive: bytes) -> None:
    call(f"{url}/v1/bundles?reason=test", archive)
    call(f"{url}/v1/bundles/{revision}/activate", {"reason": "test"})


def other_bundle(folder: Path) -> Path:
    """A bundle that has nothing to do with VPC endpoints."""
    files = {
        "/.manifest": b'{"roots": ["shop"], "rego_version": 1}',
        "/shop/shop.rego": b"package shop\n\nopens := 9\n",
    }
    (folder / "shop.tar.gz").write_bytes(pack(files))
    return folder / "shop.tar.gz"


@contextmanager
def polling_opa(opa: str, url: str, keys: Keys, folder: Path) -> Iterator[str]:
    """The URL of an OPA that polls the service and verifies what it loads, with a bundle of somebody else beside it."""
    configuration = {
        "services": {"guard": {"url": url}},
        "bundles": {
            "vpce": {"service": "guard", "resource": "bundles/vpce.tar.gz", "signing": {"keyid": "team"}},
            "shop": {"resource": f"file://{other_bundle(folder)}"},
        },
        "keys": {"team": {"algorithm": "ES256", "key": keys.public.read_text()}},
    }
    (folder / "opa.json").write_text(json.dumps(configuration))
    address = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen([opa, "run", "-s", "-a", address, "-l", "error", "-c", str(folder / "opa.json")])
    try:
        until(lambda: answers(f"http://{address}/health?bundles"))
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(LONGEST)


def test_own_rules_pass_their_checks_from_the_wheel_alone(installed: Installed, repository: Path) -> None:
    tested = installed.run("policy", "test", where=repository)
    assert re.fullmatch(r"[1-9]\d* passed, 0 failed\n", tested.stdout), tested.stdout + tested.stderr
    linted = installed.run("policy", "lint", "--data", "org-data.yaml", where=repository)
    assert linted.stdout == "nothing found\n", linted.stdout + linted.stderr


@pytest.mark.parametrize("command", ["check", "test"])
def test_opa_takes_them_without_flags(installed: Installed, repository: Path, command: str) -> None:
    done = subprocess.run([installed.opa, command, "rego"], cwd=repository, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "FAIL" not in done.stdout


def test_they_decide_are_polled_and_outlast_an_upgrade_that_is_told(
    installed: Installed, newer: Installed, repository: Path, keys: Keys, tmp_path: Path
) -> None:
    settings: dict[str, object] = {
        "database_url": f"sqlite:///{tmp_path / 'log.db'}",
        "bundle_keys_file": keys.known,
        "org_data": repository / "org-data.yaml",
        "timeout": 60,
    }
    revision, archive = build_and_sign(installed, repository, keys, version=1)
    with installed.serve(tmp_path, **settings) as url:
        activate(url, revision, archive)
        assert denied(url, "com.amazonaws.us-east-1.sqs") == {"ACME-GENERAL-001", "ACME-NET-002"}
        assert denied(url, "com.amazonaws.us-east-1.bedrock-runtime") >= {"ACME-NET-001"}
        assert denied(url, "com.amazonaws.us-east-1.kms", "Gateway") == {"VPCE-GW-001", "ACME-GENERAL-001"}
        assert call(f"{url}/readyz")["outdated"] is None
        with polling_opa(installed.opa, url, keys, tmp_path) as opa:
            assert call(f"{opa}/v1/data/vpce/revision")["result"] == revision
            assert call(f"{opa}/v1/data/acme/lib/names/prefixes", {"input": {}}) == {}
            assert call(f"{opa}/v1/data/shop/opens")["result"] == 9
            assert asked_of_opa(opa) == {"acme.general.name_prefix", "acme.net.unshared_group"}

    with newer.serve(tmp_path, **settings) as url:
        ready = call(f"{url}/readyz")
        assert ready["revision"] == revision
        assert "than are installed, those of 9.0.0" in ready["outdated"]
        assert "vpce_guard_bundle_outdated 1.0" in call(f"{url}/metrics")
        assert '"event":"bundle_outdated"' in (tmp_path / "service.log").read_text()
        assert denied(url, "com.amazonaws.us-east-1.kms", "Gateway") == {"VPCE-GW-001", "ACME-GENERAL-001"}

        shown = newer.run("policy", "show", "--bundle", "build/bundle", where=repository)
        assert "built_in: 0.1.0" in shown.stdout
        assert "outdated: The bundle stands on other built-in rules, those of 0.1.0" in shown.stdout
        differs = newer.run("policy", "diff", "-o", "json", where=repository, **settings)
        told = json.loads(differs.stdout)
        assert differs.returncode == 1, differs.stderr
        assert told["now"]["revision"] == revision
        assert [(c["rule_id"], c["members"]) for c in told["rules"]] == [
            ("VPCE-GW-001", {"enforcement_action": {"before": "deny", "after": "warn"}})
        ]
        assert told["replay"]["kinds"]["changed_reasons"] == 2

        upgraded, archive = build_and_sign(newer, repository, keys, version=2)
        activate(url, upgraded, archive)
        assert denied(url, "com.amazonaws.us-east-1.kms", "Gateway") == {"ACME-GENERAL-001"}
        assert denied(url, "com.amazonaws.us-east-1.sqs") == {"ACME-GENERAL-001", "ACME-NET-002"}
        assert call(f"{url}/readyz")["outdated"] is None
    assert not list((newer.folder / "vpce_guard/policy").glob("build*")), "nothing is built into the package"


def asked_of_opa(opa: str) -> set[str]:
    endpoint = {"VpcEndpointType": "Interface", "Groups": [{"GroupId": "sg-0a000001"}]}
    given = {
        "operation": "create",
        "profile": "aws-current",
        "request": {},
        "endpoint": endpoint,
        "peers": [],
        "context": {"AccountId": "111122223333", "VpcEndpoints": OTHERS},
        "unknown": [],
        "org": {"x-acme": {"name_prefixes": {"111122223333": "pay-"}}},
    }
    result = call(f"{opa}/v1/data/vpce/main/result", {"input": given})["result"]
    return {v["rule"] for v in result["violations"] if v["rule"].startswith("acme.")}
