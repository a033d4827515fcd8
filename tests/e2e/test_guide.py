"""The guide for authors works as it stands: its files are written and its commands run, against a real service."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import warm
from tests.support.bundles import make_keys
from tests.support.opa_server import free_port
from tests.support.rego import copy_rego
from tests.support.waiting import LONGEST, until

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GATEWAY = {
    "VpcEndpointType": "Gateway",
    "VpcId": "vpc-0a000001",
    "ServiceName": "com.amazonaws.us-east-1.s3",
    "RouteTableIds": ["rtb-0a000001"],
}
MACHINE_SECONDS = 60.0


@pytest.fixture
def folder(tmp_path: Path, root: Path) -> Path:
    copy_rego(root, tmp_path / "rego", rules=("common/*", "gw/*"))
    shutil.move(make_keys(tmp_path).private, tmp_path / "team.pem")
    return tmp_path


@pytest.fixture
def environment(folder: Path, opa: str) -> dict[str, str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), str(Path(opa).parent), os.environ["PATH"]])
    return {
        **os.environ,
        "PATH": path,
        "VPCE_GUARD_DATABASE_URL": f"sqlite:///{folder / 'log.db'}",
        "VPCE_GUARD_BUNDLE_KEYS_FILE": str(folder / "keys.json"),
        "VPCE_GUARD_LOG_LEVEL": "error",
    }


@pytest.fixture
def url(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """A service that has decided on endpoints in VPCs, one of them being retired."""
    port = free_port()
    process = warm.start(["serve", "--port", port], cwd=folder, env=environment)
    base = f"http://127.0.0.1:{port}"
    try:
        until(lambda: ready(base))
        for tags in ([], [{"Key": "Lifecycle", "Value": "active"}], [{"Key": "Lifecycle", "Value": "retiring"}]):
            decide(base, {"Vpc": {"VpcId": "vpc-0a000001", "Tags": tags}})
        yield base
    finally:
        process.terminate()
        process.wait(LONGEST)


def ready(base: str) -> bool:
    try:
        urllib.request.urlopen(f"{base}/readyz", timeout=LONGEST).close()
    except OSError:
        return False
    return True


def decide(base: str, context: Any) -> Any:
    body = json.dumps({"document": GATEWAY, "context": context}).encode()
    with urllib.request.urlopen(f"{base}/v1/decisions", body, timeout=LONGEST) as answer:
        return json.load(answer)["decisions"][0]


def test_the_guide_leads_from_nothing_to_a_live_decision(
    root: Path, folder: Path, environment: dict[str, str], url: str
) -> None:
    script = ["set -euo pipefail"]
    for language, path, text in BLOCK.findall((root / "docs/tutorial/first-rule.md").read_text()):
        if language == "sh":
            script.append(text.replace("http://127.0.0.1:8080", url))
        else:
            script.append(f"cat > {path} <<'END_OF_FILE'\n{text}END_OF_FILE")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    machine = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert machine < MACHINE_SECONDS
    assert "newly denied" in done.stdout
    last = json.loads(done.stdout[done.stdout.rindex('{"request_id"') :])["decisions"][0]
    assert last["allowed"] is False
    assert [v["message"] for v in last["violations"] if v["rule_id"] == "VPCE-COMMON-900"] == [
        "vpc-0a000001 is being retired"
    ]
    assert decide(url, {"Vpc": {"VpcId": "vpc-0a000001", "Tags": []}})["bundle"] == last["bundle"]
