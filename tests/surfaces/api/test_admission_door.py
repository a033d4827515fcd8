"""The listener for API servers, as a process: what it answers without a key, and what stays behind one."""

from __future__ import annotations

import hashlib
import json
import signal
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.support.kubernetes import ACK, review
from tests.support.opa_server import free_port
from tests.support.pki import Authority
from tests.support.service import running
from tests.support.waiting import LONGEST
from vpce_guard.errors import SettingsError
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.admission_door import check_door


@pytest.fixture
def pki(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ca")


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "keys"
    path.write_text(f"someone:{hashlib.sha256(b'the-key').hexdigest()}\n")
    return path


def ask(url: str, document: Any = None, *, context: ssl.SSLContext | None = None) -> tuple[int, Any]:
    body = json.dumps(document).encode() if document is not None else None
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=LONGEST, context=context) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def test_it_answers_api_servers_without_a_key_and_nothing_else(tmp_path: Path, keys: Path) -> None:
    door = free_port()
    with running(tmp_path, api_keys_file=keys, admission_port=door) as service:
        beside, main = f"http://127.0.0.1:{door}", f"http://127.0.0.1:{service.port}"
        status, answer = ask(f"{beside}/v1/admission", review("CREATE", ACK))
        assert (status, answer["response"]["uid"]) == (200, "u")
        assert ask(f"{beside}/healthz")[0] == 200
        assert ask(f"{beside}/readyz")[0] == 200
        assert ask(f"{beside}/v1/rules")[0] == 404
        assert ask(f"{beside}/v1/decisions", {"document": ACK})[0] == 404
        assert ask(f"{beside}/metrics")[0] == 404
        assert ask(f"{main}/v1/admission", review("CREATE", ACK))[0] == 401
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(LONGEST) == 0


def test_it_speaks_tls_and_asks_for_the_certificate_of_the_api_server(
    tmp_path: Path, pki: Authority, keys: Path
) -> None:
    server, shown = pki.issue("server", "127.0.0.1"), pki.issue("kube-apiserver")
    door = free_port()
    settings = {
        "api_keys_file": keys,
        "admission_port": door,
        "admission_tls_cert_file": server.cert,
        "admission_tls_key_file": server.key,
        "admission_tls_client_ca_file": pki.cert,
    }
    with running(tmp_path, **settings):
        context = ssl.create_default_context(cafile=pki.cert)
        with pytest.raises((urllib.error.URLError, ConnectionError, ssl.SSLError)):
            ask(f"https://127.0.0.1:{door}/v1/admission", review("CREATE", ACK), context=context)
        context.load_cert_chain(shown.cert, shown.key)
        assert ask(f"https://127.0.0.1:{door}/v1/admission", review("CREATE", ACK), context=context)[0] == 200


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_no_api_server_could_use_it_without_tls(host: str) -> None:
    with pytest.raises(SettingsError, match="API servers speak TLS only"):
        check_door(Settings(admission_port=8443, admission_host=host))


def test_a_port_that_is_taken_is_told_with_its_setting(tmp_path: Path, keys: Path) -> None:
    door = free_port()
    with running(tmp_path, api_keys_file=keys, admission_port=door):
        (tmp_path / "second").mkdir()
        with (
            pytest.raises(AssertionError, match="admission_port: "),
            running(tmp_path / "second", api_keys_file=keys, admission_port=door),
        ):
            pass
