"""Certificates that cannot be used are settings that cannot work, named as they are set."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.pki import Authority
from vpce_guard import tls
from vpce_guard.errors import SettingsError
from vpce_guard.settings import Settings


def test_a_ca_that_is_no_certificate_is_named_with_its_setting(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("no certificate")
    settings = Settings(opa_ca_file=file, opa_url="https://127.0.0.1:8181")
    with pytest.raises(SettingsError, match=r"opa_ca_file: .*ca\.pem holds no CA certificate in PEM"):
        tls.client(ca=tls.pem(settings, "opa_ca_file"), certificate=None, key=None)


def test_a_server_without_a_client_ca_asks_nobody_for_a_certificate(tmp_path: Path) -> None:
    issued = Authority(tmp_path, "ca").issue("server", "127.0.0.1")
    settings = Settings(tls_cert_file=issued.cert, tls_key_file=issued.key)
    certificate, key = tls.pem(settings, "tls_cert_file"), tls.pem(settings, "tls_key_file")
    assert certificate is not None
    context = tls.server(certificate=certificate, key=key, client_ca=None)
    assert context.verify_mode.name == "CERT_NONE"
