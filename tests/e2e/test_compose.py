"""docker-compose.yml as a user starts it: the service with OPA beside it, hardened, and deciding."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.waiting import LONGEST

ROOT = Path(__file__).parents[2]
DEMO_KEY = "vpce-guard-demo-key"
TWO_SUBNETS_IN_ONE_ZONE = {
    "operation": "create",
    "request": {
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-0a000001",
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        "SubnetIds": ["subnet-0a100001", "subnet-0a200001"],
    },
    "context": {
        "Region": "us-east-1",
        "Subnets": [
            {"SubnetId": name, "VpcId": "vpc-0a000001", "AvailabilityZoneId": "use1-az1"}
            for name in ("subnet-0a100001", "subnet-0a200001")
        ],
    },
}


@dataclass(frozen=True)
class Stack:
    """What `docker compose up` started: where it answers, and its containers by service."""

    url: str
    containers: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def stack(opa_image: str) -> Iterator[Stack]:  # noqa: ARG001 - needs the engine and the image
    """The services of docker-compose.yml under a name and on a port of their own."""
    subprocess.run([ROOT / "tools/images", "vpce-guard"], check=True, stdout=subprocess.DEVNULL)
    compose = [*_output([ROOT / "tools/docker-compose"]).split(), "-p", f"vpce-guard-{secrets.token_hex(4)}"]
    port = free_port()
    environment = {**os.environ, "VPCE_GUARD_PUBLISH_PORT": str(port)}
    try:
        up = [*compose, "up", "--detach", "--no-build", "--wait", "--wait-timeout", "90"]
        started = subprocess.run(up, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        assert started.returncode == 0, started.stderr + _output([*compose, "logs"])
        ids = _output([*compose, "ps", "--quiet"]).split()
        described = json.loads(_output(["docker", "inspect", *ids]))
        services = {c["Config"]["Labels"]["com.docker.compose.service"]: c for c in described}
        yield Stack(url=f"http://127.0.0.1:{port}", containers=services)
    finally:
        subprocess.run([*compose, "down", "--volumes", "--timeout", "5"], cwd=ROOT, capture_output=True, check=True)


def test_a_proposal_is_decided_by_opa(stack: Stack) -> None:
    answer = _post(stack, TWO_SUBNETS_IN_ONE_ZONE, key=DEMO_KEY)
    assert answer["allowed"] is False
    (decision,) = answer["decisions"]
    assert decision["engine"] == "opa"
    assert "VPCE-IFACE-002" in {violation["rule_id"] for violation in decision["violations"]}
    assert "error" not in decision or decision["error"] is None


def test_a_caller_without_a_known_key_is_refused(stack: Stack) -> None:
    with pytest.raises(urllib.error.HTTPError, match="401") as refusal:
        _post(stack, TWO_SUBNETS_IN_ONE_ZONE, key="another")
    refusal.value.close()


@pytest.mark.parametrize("service", ["opa", "vpce-guard"])
def test_containers_hold_no_more_rights_than_they_need(stack: Stack, service: str) -> None:
    container = stack.containers[service]
    host = container["HostConfig"]
    assert host["ReadonlyRootfs"] is True
    assert container["Config"]["User"] == "1000:1000"
    assert host["CapDrop"] == ["ALL"]
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert host["Privileged"] is False
    assert container["State"]["Health"]["Status"] == "healthy"


def test_only_the_service_is_published_and_only_to_this_machine(stack: Stack) -> None:
    published = {name: container["HostConfig"]["PortBindings"] for name, container in stack.containers.items()}
    assert not published["opa"]
    port = stack.url.rpartition(":")[2]
    assert published["vpce-guard"] == {"8080/tcp": [{"HostIp": "127.0.0.1", "HostPort": port}]}


def test_the_cache_is_the_only_place_the_service_can_write(stack: Stack) -> None:
    attempt = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text('x')"
    python = ["docker", "exec", stack.containers["vpce-guard"]["Id"], "python3", "-c", attempt]
    for folder, written in (("/var/cache/vpce-guard", True), ("/opt/vpce-guard", False), ("/run", False)):
        path = folder + "/x"
        done = subprocess.run([*python, path], capture_output=True, text=True, check=False)
        assert (done.returncode == 0) is written, (path, done.stderr)


def _post(stack: Stack, document: dict[str, Any], *, key: str) -> Any:
    request = urllib.request.Request(
        stack.url + "/v1/decisions",
        data=json.dumps({"document": document}).encode(),
        headers={"content-type": "application/json", "authorization": f"Bearer {key}"},
    )
    with urllib.request.urlopen(request, timeout=LONGEST) as response:
        return json.load(response)


def _output(command: list[Any]) -> str:
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
