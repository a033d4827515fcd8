"""What every test may use: the repository's folders, a guard on the embedded engine, a served app."""

from __future__ import annotations

import gc
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi.testclient import TestClient

from tests.support.empty_logs import copy_empty_logs
from tests.support.memory import use_memory
from vpce_guard.logs import configure
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app

PLUGINS = (
    "api_server",
    "rego",
    "bundles",
    "candidates",
    "cluster",
    "console",
    "databases",
    "moto_aws",
    "numbers",
    "opa_server",
    "own_rules",
    "portal",
    "rollout",
)
pytest_plugins = [f"tests.support.{name}" for name in PLUGINS]
ROOT = Path(__file__).parents[1]
TestClient.__init__.__defaults__ = ("http://localhost", *TestClient.__init__.__defaults__[1:])  # as callers here say
PATIENCE = {"timeout": 60.0, "log_timeout": 60.0, "request_timeout": 600.0}  # a busy machine is no reason to refuse
for name, seconds in PATIENCE.items():
    Settings.model_fields[name].default = seconds
    os.environ[f"VPCE_GUARD_{name.upper()}"] = str(seconds)  # of services that tests start
Settings.model_rebuild(force=True)
configure("info")
use_memory()
copy_empty_logs()
os.environ["VPCE_GUARD_DATABASE_URL"] = f"sqlite:///{tempfile.mkdtemp(prefix='vpce-guard-tests-')}/decisions.db"


def pytest_collection_finish() -> None:
    """What was imported and collected stays: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def opa() -> str:
    """An OPA binary of the pinned version."""
    found = os.environ.get("OPA") or shutil.which("opa")
    assert found, "no opa binary: run the tests with `make test`, which fetches it"
    return found


@pytest.fixture(scope="session")
def schemas(root: Path) -> Path:
    """The published schemas of report formats."""
    return Path(subprocess.run([root / "tools/schemas"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip())


@pytest.fixture(scope="session")
def service() -> Iterator[str]:
    """The URL of a running service."""
    guard = make_guard(Settings())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(make_app(guard), host="127.0.0.1", port=port, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def guard() -> Guard:
    """A guard on the embedded engine with the packaged bundle."""
    return make_guard(Settings())


@pytest.fixture
def client(guard: Guard) -> Iterator[TestClient]:
    """The service, without a socket."""
    with TestClient(make_app(guard), raise_server_exceptions=False) as client:
        yield client
