"""The service over TLS, with client certificates where they are asked for: asked by Python and by a real OPA."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import ssl
import subprocess
import urllib.error
from pathlib import Path
from typing import Any

import pytest

from tests.support.pki import Authority, Issued
from tests.support.service import Service, get, running
from tests.support.waiting import LONGEST, until
from vpce_guard.errors import SettingsError
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.http.access import check_exposure


@pytest.fixture
def pki(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ca")


def trusting(authority: Authority, shown: Issued | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authority.cert)
    if shown is not None:
        context.load_cert_chain(shown.cert, shown.key)
    return context


def turned_away(service: Service, context: ssl.SSLContext) -> None:
    with pytest.raises((urllib.error.URLError, ConnectionError, ssl.SSLError)):
        get(service, "/healthz", context=context)


def is_answered(service: Service, context: ssl.SSLContext) -> bool:
    try:
        return get(service, "/healthz", context=context)[0] == 200
    except OSError:
        return False


def has_refused_files(service: Service) -> bool:
    return "files_refused" in [event["event"] for event in service.events()]


def tls(server: Issued, **more: Any) -> dict[str, Any]:
    return {"tls_cert_file": server.cert, "tls_key_file": server.key, **more}


def test_it_speaks_tls_1_2_at_least_and_nothing_else(tmp_path: Path, pki: Authority) -> None:
    with running(tmp_path, **tls(pki.issue("server", "127.0.0.1"))) as service:
        assert get(service, "/healthz", context=trusting(pki)) == (200, {"status": "ok"})
        newest = trusting(pki)
        newest.minimum_version = ssl.TLSVersion.TLSv1_3
        assert get(service, "/healthz", context=newest)[0] == 200
        old = trusting(pki)
        old.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            old.minimum_version = ssl.TLSVersion.TLSv1
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        turned_away(service, old)
        with socket.create_connection(("127.0.0.1", service.port), timeout=LONGEST) as plain:
            plain.sendall(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
            assert b"HTTP" not in plain.recv(100)


def test_clients_show_a_certificate_of_the_ca(tmp_path: Path, pki: Authority) -> None:
    settings = tls(pki.issue("server", "127.0.0.1"), tls_client_ca_file=pki.cert)
    with running(tmp_path, **settings) as service:
        assert get(service, "/healthz", context=trusting(pki, pki.issue("client")))[0] == 200
        turned_away(service, trusting(pki))
        turned_away(service, trusting(pki, pki.issue("expired", days=-1)))
        turned_away(service, trusting(pki, Authority(tmp_path, "another-ca").issue("stranger")))


def test_renewed_files_count_for_new_connections(tmp_path: Path, pki: Authority) -> None:
    server = pki.issue("server", "127.0.0.1")
    before = pki.issue("before")
    with running(tmp_path, **tls(server, tls_client_ca_file=pki.cert)) as service:
        assert get(service, "/healthz", context=trusting(pki, before))[0] == 200
        first = pki.cert.read_bytes()
        new = Authority(tmp_path, "ca")  # takes the place of the old one's files
        new.issue("server", "127.0.0.1")
        after = new.issue("after")
        until(lambda: is_answered(service, trusting(new, after)))
        turned_away(service, trusting(new, before))
        server.key.write_text("half written")
        until(lambda: is_answered(service, trusting(new, after)) and has_refused_files(service))
        assert first != new.cert.read_bytes()


def test_a_client_certificate_is_no_credential(pki: Authority) -> None:
    server = pki.issue("server")
    settings = Settings(
        host="192.0.2.1", tls_cert_file=server.cert, tls_key_file=server.key, tls_client_ca_file=pki.cert
    )
    with pytest.raises(SettingsError, match="No credentials are configured"):
        check_exposure(settings)


def test_an_opa_that_polls_shows_its_certificate_and_its_key(tmp_path: Path, pki: Authority, opa: str) -> None:
    own, keys = pki.issue("opa"), tmp_path / "keys"
    keys.write_text(f"opa:{hashlib.sha256(b'the-key').hexdigest()}\n")

    def polls(service: Service, told: str, *, key: str, shown: bool = True) -> bool:
        certificate = {"cert": str(own.cert), "private_key": str(own.key)}
        config = {
            "services": {
                "vpce-guard": {
                    "url": f"https://127.0.0.1:{service.port}",
                    "headers": {"Authorization": f"Bearer {key}"},
                    "tls": {"ca_cert": str(pki.cert)},
                    **({"credentials": {"client_tls": certificate}} if shown else {}),
                }
            },
            "bundles": {"vpce": {"service": "vpce-guard", "resource": "bundles/vpce.tar.gz"}},
        }
        (tmp_path / "opa.json").write_text(json.dumps(config))
        log = tmp_path / "opa.log"
        with log.open("wb") as output:
            command = [opa, "run", "--server", "--addr", "127.0.0.1:0", "--config-file", str(tmp_path / "opa.json")]
            process = subprocess.Popen(command, stderr=output)
        try:
            until(lambda: re.search(told, log.read_text()))
            return True
        finally:
            process.kill()
            process.wait(LONGEST)

    settings = tls(pki.issue("server", "127.0.0.1"), tls_client_ca_file=pki.cert, api_keys_file=keys)
    with running(tmp_path, **settings) as service:
        assert polls(service, "Bundle loaded and activated", key="the-key")
        assert polls(service, "Unauthorized", key="another")
        assert polls(service, "EOF|certificate required|reset by peer", key="the-key", shown=False)
