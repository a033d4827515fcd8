"""A Kubernetes API server and its etcd as processes, and what a client of it sends and sees.

Tests that need them skip where the programs are not there; `make test-kubernetes` gets them.
"""

from __future__ import annotations

import base64
import json
import os
import re
import ssl
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support.chart import tool
from tests.support.servers import free_port
from tests.support.waiting import LONGEST, until

ROOT = Path(__file__).parents[2]
ADMIN = "of-the-admin"
DEVELOPER = "of-a-developer"
TOKENS = f'{ADMIN},admin,1,"system:masters"\n{DEVELOPER},ada,2,"developers"\n'
MERGE = "application/merge-patch+json"
_WARNING = re.compile(r'299 \S+ "((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Reply:
    """What the API server answers: its status, the object, and the warnings that kubectl shows."""

    status: int
    body: Any
    warnings: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Why not."""
        return str(self.body.get("message", ""))


@dataclass(frozen=True)
class ApiServer:
    """A running API server; `folder` has its certificate as apiserver.crt."""

    port: int
    folder: Path

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"https://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: Any = None, *, content: str = "json", token: str = ADMIN) -> Reply:
        """Send a request; `content` is a media type, or `json`."""
        media = "application/json" if content == "json" else content
        headers = {"authorization": f"Bearer {token}", "content-type": media}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        context = ssl.create_default_context(cafile=self.folder / "apiserver.crt")
        try:
            with urllib.request.urlopen(request, timeout=LONGEST, context=context) as answer:
                return _reply(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return _reply(error.code, error.headers, error.read())

    def create(self, item: Any, *, query: str = "", token: str = ADMIN) -> Reply:
        """Create an object."""
        return self.ask("POST", f"{place_of(item)}{query}", item, token=token)

    def patch(self, item: Any, change: Any, *, query: str = "", token: str = ADMIN) -> Reply:
        """Change an object, as a merge patch does; `/status` is its sub-resource."""
        return self.ask("PATCH", f"{path_of(item)}{query}", change, content=MERGE, token=token)

    def delete(self, item: Any, *, query: str = "") -> Reply:
        """Delete an object."""
        return self.ask("DELETE", f"{path_of(item)}{query}")

    def read(self, item: Any) -> Reply:
        """The object as it is stored."""
        return self.ask("GET", path_of(item))

    def kubeconfig(self, token: str = ADMIN) -> Path:
        """The file that kubectl and Helm are given."""
        ca = base64.b64encode((self.folder / "apiserver.crt").read_bytes()).decode()
        cluster = {"server": self.url, "certificate-authority-data": ca}
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "tests", "cluster": cluster}],
            "users": [{"name": "one", "user": {"token": token}}],
            "contexts": [{"name": "tests", "context": {"cluster": "tests", "user": "one"}}],
            "current-context": "tests",
        }
        path = self.folder / f"kubeconfig-{token}"
        path.write_text(json.dumps(content))
        return path


def place_of(item: Any) -> str:
    """The path of the collection that an object belongs to."""
    version, kind = item["apiVersion"], item["kind"].lower()
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    namespace = item["metadata"].get("namespace")
    plural = f"{kind[:-1]}ies" if kind.endswith("cy") else f"{kind}s"
    return f"{root}/namespaces/{namespace}/{plural}" if namespace else f"{root}/{plural}"


def path_of(item: Any) -> str:
    """The path of an object."""
    return f"{place_of(item)}/{item['metadata']['name']}"


def _reply(status: int, headers: Any, body: bytes) -> Reply:
    told = [
        match[1].replace('\\"', '"') for line in headers.get_all("warning", ()) for match in _WARNING.finditer(line)
    ]
    return Reply(status, json.loads(body), tuple(told))


@pytest.fixture(scope="session")
def api_server() -> Iterator[ApiServer]:
    """An empty cluster: an API server with its etcd, and nobody who works off what is stored."""
    programs = [_program(name) for name in ("etcd", "kube-apiserver")]
    with tempfile.TemporaryDirectory(prefix="vpce-guard-kubernetes-") as name:
        folder, store = Path(name), free_port()
        with _running([*programs[:1], *_etcd_options(folder, store)], folder / "etcd.log"):
            server = ApiServer(free_port(), folder)
            options = _server_options(folder, store, server.port)
            with _running([*programs[1:], *options], folder / "apiserver.log") as process:
                until(lambda: _is_ready(server, process))
                yield server


@pytest.fixture(scope="session")
def kinds_beside(api_server: ApiServer) -> None:
    """The kinds of what is used beside the service: cert-manager's, the Prometheus operator's, Flux's and Kyverno's."""
    definitions = [json.loads(p.read_text()) for p in sorted(Path(tool("kubernetes_schemas.py")).glob("definitions/*"))]
    for definition in definitions:
        named = {**definition, "metadata": {"name": definition["metadata"]["name"]}}  # others are filled in by Helm
        assert api_server.create(named).status == 201
    for spec in (definition["spec"] for definition in definitions):
        for version in (version["name"] for version in spec["versions"] if version["served"]):
            place = f"/apis/{spec['group']}/{version}/{spec['names']['plural']}"
            until(lambda place=place: api_server.ask("GET", place).status == 200)  # type: ignore[misc]


def _program(name: str) -> str:
    done = subprocess.run([ROOT / "tools" / name, "--made"], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(done.stderr.strip())
    return done.stdout.strip()


@contextmanager
def _running(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=log.parent)
    try:
        yield process
    finally:
        process.kill()  # nothing of it is kept
        process.wait(LONGEST)


def _etcd_options(folder: Path, port: int) -> list[str]:
    mine, peers = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{free_port()}"
    return [
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={mine}",
        f"--advertise-client-urls={mine}",
        f"--listen-peer-urls={peers}",
        f"--initial-advertise-peer-urls={peers}",
        f"--initial-cluster=default={peers}",
        "--unsafe-no-fsync",
    ]


def _server_options(folder: Path, store: int, port: int) -> list[str]:
    key = folder / "accounts.key"
    key.write_bytes(
        rsa.generate_private_key(65537, 2048).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    tokens = folder / "tokens.csv"
    tokens.write_text(TOKENS)
    os.chmod(tokens, 0o600)
    return [
        f"--etcd-servers=http://127.0.0.1:{store}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        f"--secure-port={port}",
        f"--cert-dir={folder}",
        f"--token-auth-file={tokens}",
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={key}",
        f"--service-account-signing-key-file={key}",
        "--service-cluster-ip-range=10.96.0.0/24",
        "--endpoint-reconciler-type=none",
        "--disable-admission-plugins=ServiceAccount",  # nobody here makes accounts
    ]


def _is_ready(server: ApiServer, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, (server.folder / "apiserver.log").read_text()[-2000:]
    try:
        context = ssl._create_unverified_context()  # noqa: S323 - its certificate is made when it starts
        request = urllib.request.Request(f"{server.url}/readyz", headers={"authorization": f"Bearer {ADMIN}"})
        with urllib.request.urlopen(request, timeout=LONGEST, context=context) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
