"""A real OPA that asks for a token or a certificate, over TLS: the right ones decide, everything else is refused."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.bundles import RULE
from tests.support.pki import Authority, Issued
from tests.support.waiting import LONGEST, until
from vpce_guard.engines.opa import OpaCredentials, OpaEngine
from vpce_guard.errors import EngineError, SettingsError
from vpce_guard.formats import read
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app

GATEWAY = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}
AUTHZ = """package system.authz

default allow := false

allow if input.identity == "the-token"

allow if input.path == ["health"]
"""
Start = Callable[..., str]
Decide = Callable[..., str]


@pytest.fixture
def pki(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ca")


@pytest.fixture(scope="module")
def bundle(built: Callable[..., Path]) -> Path:
    """A bundle of a few rules, which OPA reads in no time."""
    return built(RULE, "enforcement_action: deny", "enforcement_action: warn")


@pytest.fixture
def decided(bundle: Path) -> Decide:
    """`decided`, or what a refusal says; anything but a decision by OPA or a refusal with 503 fails."""

    def ask(url: str, **settings: Any) -> str:
        guard = make_guard(Settings(engine="opa", opa_url=url, bundle=bundle, **settings))
        with TestClient(make_app(guard), raise_server_exceptions=False) as client:
            answer = client.post("/v1/decisions", json={"document": GATEWAY})
        (decision,) = answer.json()["decisions"]
        if answer.status_code == 200:
            assert (decision["engine"], decision["error"]) == ("opa", None)
            return "decided"
        assert (answer.status_code, decision["allowed"]) == (503, False)
        told: str = decision["error"]
        return told

    return ask


@pytest.fixture
def start(opa: str, tmp_path: Path, bundle: Path) -> Iterator[Start]:
    """Starts an OPA with the bundle and flags; where it answers."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(*flags: Any, scheme: str = "http") -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [
            opa,
            "run",
            "--server",
            "--addr",
            f"127.0.0.1:{port}",
            "--log-level",
            "error",
            bundle / "vpce.tar.gz",
            *flags,
        ]
        log = (tmp_path / "opa.log").open("wb")
        started.append(subprocess.Popen([str(part) for part in command], stdout=log, stderr=log))
        until(lambda: started[-1].poll() is not None or listening(port))
        assert started[-1].poll() is None, (tmp_path / "opa.log").read_text()
        return f"{scheme}://127.0.0.1:{port}"

    yield begin
    for process in started:
        process.terminate()
        process.wait(LONGEST)


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def with_tls(issued: Issued) -> list[Any]:
    return ["--tls-cert-file", issued.cert, "--tls-private-key-file", issued.key]


def test_a_token_is_needed_and_taken(decided: Decide, start: Start, tmp_path: Path) -> None:
    policy = tmp_path / "authz.rego"
    policy.write_text(AUTHZ)
    url = start("--authentication=token", "--authorization=basic", policy)
    assert decided(url, opa_token="the-token") == "decided"
    for wrong in ({}, {"opa_token": "another"}):
        told = decided(url, **wrong)
        assert "answered 401 Unauthorized" in told
        assert "VPCE_GUARD_OPA_TOKEN" in told


def test_a_token_file_is_read_again_when_it_changes(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vpce_guard.reloading._LOOK_EVERY", 0.0)
    policy = tmp_path / "authz.rego"
    policy.write_text(AUTHZ)
    url = start("--authentication=token", "--authorization=basic", policy)
    file = tmp_path / "token"
    file.write_text("an-old-token\n")
    engine = OpaEngine(url, timeout=60, access=OpaCredentials(token_file=file))
    inputs = [proposal.as_input("aws-current") for proposal in read(GATEWAY)]

    async def ask() -> None:
        with pytest.raises(EngineError, match="401"):
            await engine.evaluate(inputs)
        file.write_text("the-token\n")
        assert (await engine.evaluate(inputs)).engine == "opa"
        file.write_text("")  # half written: what was there before stays
        assert (await engine.evaluate(inputs)).engine == "opa"
        await engine.close()

    asyncio.run(ask())


@pytest.mark.parametrize("token", ["", "two words", "a\nb", "snow\N{SNOWMAN}man"])
def test_what_is_no_token_is_a_setting_that_cannot_work(tmp_path: Path, token: str) -> None:
    file = tmp_path / "token"
    file.write_text(token)
    with pytest.raises(SettingsError, match="opa_token_file"):
        OpaEngine("http://127.0.0.1:8181", timeout=1, access=OpaCredentials(token_file=file))


def test_a_private_ca_is_trusted_where_it_is_set(decided: Decide, start: Start, pki: Authority) -> None:
    url = start(*with_tls(pki.issue("opa", "127.0.0.1")), scheme="https")
    assert decided(url, opa_ca_file=pki.cert) == "decided"
    told = decided(url)
    assert "presents a certificate that is not accepted" in told
    assert "VPCE_GUARD_OPA_CA_FILE" in told


def test_a_certificate_of_another_ca_is_refused(decided: Decide, start: Start, pki: Authority, tmp_path: Path) -> None:
    url = start(*with_tls(pki.issue("opa", "127.0.0.1")), scheme="https")
    assert "not accepted" in decided(url, opa_ca_file=Authority(tmp_path, "another-ca").cert)


def test_an_expired_certificate_is_refused(decided: Decide, start: Start, pki: Authority) -> None:
    url = start(*with_tls(pki.issue("opa", "127.0.0.1", days=-1)), scheme="https")
    assert "not accepted: certificate has expired" in decided(url, opa_ca_file=pki.cert)


def test_a_certificate_for_another_host_is_refused(decided: Decide, start: Start, pki: Authority) -> None:
    url = start(*with_tls(pki.issue("opa", "opa.example", "192.0.2.1")), scheme="https")
    assert "not valid for '127.0.0.1'" in decided(url, opa_ca_file=pki.cert)


@pytest.mark.parametrize("settings", [{}, {"opa_token": "the-token"}])
def test_plain_http_to_a_tls_port_is_refused(
    decided: Decide, start: Start, pki: Authority, settings: dict[str, Any]
) -> None:
    url = start(*with_tls(pki.issue("opa", "127.0.0.1")))
    told = decided(url, **settings)
    assert "answered 400" in told
    assert "https://" in told


def test_tls_to_a_plain_port_is_refused(decided: Decide, start: Start, pki: Authority) -> None:
    url = start(scheme="https")
    assert "TLS with OPA" in decided(url, opa_ca_file=pki.cert)


def test_a_client_certificate_is_shown(decided: Decide, start: Start, pki: Authority, tmp_path: Path) -> None:
    server = [*with_tls(pki.issue("opa", "127.0.0.1")), "--authentication=tls", "--tls-ca-cert-file", pki.cert]
    url = start(*server, scheme="https")
    own = pki.issue("vpce-guard")
    assert decided(url, opa_ca_file=pki.cert, opa_cert_file=own.cert, opa_key_file=own.key) == "decided"
    both = tmp_path / "both.pem"
    both.write_bytes(own.cert.read_bytes() + own.key.read_bytes())
    assert decided(url, opa_ca_file=pki.cert, opa_cert_file=both) == "decided"
    expired = pki.issue("expired", days=-1)
    stranger = Authority(tmp_path, "another-ca").issue("stranger")
    for certificate in (None, expired, stranger):
        shown = {"opa_cert_file": certificate.cert, "opa_key_file": certificate.key} if certificate else {}
        assert "VPCE_GUARD_OPA_CERT_FILE" in decided(url, opa_ca_file=pki.cert, **shown)


def test_a_renewed_client_certificate_counts_without_a_restart(start: Start, pki: Authority, bundle: Path) -> None:
    server = [*with_tls(pki.issue("opa", "127.0.0.1")), "--authentication=tls", "--tls-ca-cert-file", pki.cert]
    url = start(*server, scheme="https")
    own = pki.issue("vpce-guard", days=-1)
    shown = {"opa_ca_file": pki.cert, "opa_cert_file": own.cert, "opa_key_file": own.key}
    settings = Settings(engine="opa", opa_url=url, bundle=bundle, breaker_pause=0.1, **shown)
    with TestClient(make_app(make_guard(settings))) as client:
        assert client.get("/readyz").status_code == 503
        pki.issue("vpce-guard")
        until(lambda: client.get("/readyz").status_code == 200)


def test_what_is_sent_for_opa_is_not_sent_elsewhere(decided: Decide) -> None:
    """A sidecar that answers with a redirect is one that does not decide."""
    seen: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(self.path)
            self.send_response(307)
            self.send_header("location", "/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        assert "answered 307" in decided(f"http://127.0.0.1:{server.server_port}", opa_token="the-token")
    finally:
        server.shutdown()
        server.server_close()
    assert seen == ["/v1/data/vpce/main/result"]
