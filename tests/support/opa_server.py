"""A real OPA with the packaged bundle: in a container, started through testcontainers, or of the binary alone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.waiting import until
from vpce_guard.bundle.derived import packaged_file

ROOT = Path(__file__).parents[2]

os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
os.environ.setdefault("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1")

from testcontainers.core.container import DockerContainer  # noqa: E402 - reads the environment when imported


@dataclass(frozen=True)
class Opa:
    """A running OPA: where it answers, and its container for tests that stop or pause it."""

    url: str
    container: DockerContainer


@pytest.fixture(scope="session")
def docker() -> Iterator[None]:
    """A Docker engine; one that was started for the tests is ended with them."""
    started = subprocess.run([ROOT / "tools/docker-engine"], stdout=subprocess.PIPE, text=True, check=True).stdout
    yield
    if started.strip():
        os.kill(int(started), signal.SIGTERM)


@pytest.fixture(scope="session")
def opa_image(docker: None) -> str:  # noqa: ARG001 - needs the engine
    """The published image, or the same built from the Go module."""
    done = subprocess.run([ROOT / "tools/opa-image"], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def opa_server(opa_image: str) -> Iterator[Opa]:
    """An OPA with the bundle, published on 127.0.0.1 only."""
    container = (
        DockerContainer(opa_image)
        .with_command("run --server --addr 0.0.0.0:8181 --log-level error --bundle /bundle/vpce.tar.gz")
        .with_volume_mapping(str(packaged_file("vpce.tar.gz")), "/bundle/vpce.tar.gz", "ro")
    )
    port = free_port()  # chosen here, so that a container that is started again keeps it
    container.ports["8181/tcp"] = ("127.0.0.1", port)  # type: ignore[assignment]
    with container:
        until(lambda: answers(f"http://127.0.0.1:{port}"))
        yield Opa(url=f"http://127.0.0.1:{port}", container=container)


@pytest.fixture(scope="module")
def opa_url(opa: str) -> Iterator[str]:
    """Where an OPA with the bundle answers, for tests that need no container."""
    port = free_port()
    bundle = packaged_file("vpce.tar.gz")
    command = [opa, "run", "--server", "--addr", f"127.0.0.1:{port}", "--log-level", "error", "--bundle", str(bundle)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        until(lambda: answers(f"http://127.0.0.1:{port}"))
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def free_port() -> int:
    """A port nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def answers(url: str) -> bool:
    """Whether OPA answers on a URL."""
    try:
        with urllib.request.urlopen(url + "/health", timeout=10) as response:
            return bool(response.status == 200)
    except OSError:
        return False
