"""A service that is set up in a way that cannot work says so in one line, and does not start."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import pytest

from tests.support.command import Done, run
from tests.support.pki import Authority
from vpce_guard.decision_log.database import open_database
from vpce_guard.settings import load_settings
from vpce_guard.surfaces.api.http.server import Server

Files = dict[str, Path]


@pytest.fixture(scope="module")
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Files that are not what they should be, and some that are."""
    folder = tmp_path_factory.mktemp("files")
    ca = Authority(folder, "ca")
    one, other = ca.issue("one"), ca.issue("other")
    newer = folder / "newer.db"
    open_database(f"sqlite:///{newer}").dispose()
    with sqlite3.connect(newer) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    made = {
        "text": "hello\n",
        "json": "{\n",
        "list": "[]",
        "unknown": '{"colour": "red"}',
        "org": "services: {allow: sqs}\n",
        "keys": "portal:not-a-hash\n",
        "empty": "",
    }
    for name, content in made.items():
        (folder / name).write_text(content)
    found = {name: folder / name for name in made}
    return {**found, "folder": folder, "ca": ca.cert, "cert": one.cert, "key": one.key, "other": other.key, "db": newer}


def serve(**settings: object) -> Done:
    environment = {"VPCE_GUARD_PORT": "0", **{"VPCE_GUARD_" + name: str(value) for name, value in settings.items()}}
    with mock.patch.object(Server, "run", side_effect=AssertionError("the service started")):
        return run("serve", **environment)


def people(**settings: object) -> dict[str, object]:
    """Settings with which people sign in at a provider, and these over them."""
    issuer = {"OIDC_ISSUER": "https://sso.example", "OIDC_JWKS_URL": "https://sso.example/keys"}
    return {**issuer, "OIDC_AUDIENCE": "guard", "OIDC_CLIENT_ID": "console", **settings}


WRONG: dict[str, tuple[Callable[[Files, int], dict[str, object]], str]] = {
    "port taken": (lambda _, taken: {"PORT": taken}, "VPCE_GUARD_PORT"),
    "port none": (lambda *_: {"PORT": "many"}, "port: "),
    "host of another machine": (lambda f, _: {"HOST": "192.0.2.1", "API_KEYS_FILE": keys(f)}, "VPCE_GUARD_HOST"),
    "host that is none": (lambda f, _: {"HOST": "no.such.invalid", "API_KEYS_FILE": keys(f)}, "VPCE_GUARD_HOST"),
    "open to strangers": (lambda *_: {"HOST": "0.0.0.0"}, "VPCE_GUARD_API_KEYS_FILE"),  # noqa: S104
    "unknown engine": (lambda *_: {"ENGINE": "cedar"}, "engine: Input should be 'embedded' or 'opa'"),
    "unknown setting": (lambda *_: {"STRIKT": "true"}, "VPCE_GUARD_STRIKT. Did you mean VPCE_GUARD_STRICT?"),
    "unlike any setting": (lambda *_: {"ZZZ": "1"}, "VPCE_GUARD_ZZZ. See docs/reference/settings.md."),
    "opa_url no url": (lambda *_: {"ENGINE": "opa", "OPA_URL": "opa:8181"}, "opa_url: must begin with https://"),
    "opa_url with a path": (lambda *_: {"ENGINE": "opa", "OPA_URL": "http://opa/v1"}, "VPCE_GUARD_OPA_URL"),
    "opa_url with a port that is none": (lambda *_: {"ENGINE": "opa", "OPA_URL": "http://opa:99999"}, "opa_url"),
    "opa_token twice": (lambda f, _: {"OPA_TOKEN": "x", "OPA_TOKEN_FILE": f["text"]}, "opa_token and opa_token_file"),
    "opa_token_file not there": (lambda *_: {"ENGINE": "opa", "OPA_TOKEN_FILE": "/no/file"}, "opa_token_file: /no"),
    "opa_token_file empty": (lambda f, _: {"ENGINE": "opa", "OPA_TOKEN_FILE": f["empty"]}, "opa_token_file: "),
    "opa_ca_file without TLS": (lambda f, _: {"OPA_CA_FILE": f["ca"]}, "opa_ca_file needs an opa_url"),
    "opa_ca_file no CA": (lambda f, _: opa_tls(OPA_CA_FILE=f["text"]), "opa_ca_file: "),
    "opa_cert_file of another key": (
        lambda f, _: opa_tls(OPA_CERT_FILE=f["cert"], OPA_KEY_FILE=f["other"]),
        "is not the certificate of the key",
    ),
    "opa_key_file alone": (lambda f, _: opa_tls(OPA_KEY_FILE=f["key"]), "opa_key_file needs opa_cert_file"),
    "tls_cert_file not there": (lambda *_: {"TLS_CERT_FILE": "/no/file"}, "tls_cert_file: /no/file cannot be read"),
    "tls_cert_file without a key": (lambda f, _: {"TLS_CERT_FILE": f["cert"]}, "tls_cert_file: "),
    "tls_cert_file no certificate": (lambda f, _: {"TLS_CERT_FILE": f["text"]}, "tls_cert_file: "),
    "tls_key_file of another": (
        lambda f, _: {"TLS_CERT_FILE": f["cert"], "TLS_KEY_FILE": f["other"]},
        "is not the certificate of the key",
    ),
    "tls_key_file alone": (lambda f, _: {"TLS_KEY_FILE": f["key"]}, "tls_key_file needs tls_cert_file"),
    "tls_client_ca_file alone": (lambda f, _: {"TLS_CLIENT_CA_FILE": f["ca"]}, "tls_client_ca_file needs tls_cert"),
    "tls_client_ca_file no CA": (
        lambda f, _: {"TLS_CERT_FILE": f["cert"], "TLS_KEY_FILE": f["key"], "TLS_CLIENT_CA_FILE": f["key"]},
        "tls_client_ca_file: ",
    ),
    "fall back to itself": (lambda *_: {"ENGINE_FALLBACK": "embedded"}, "engine_fallback embedded needs engine opa"),
    "time limit of nothing": (lambda *_: {"TIMEOUT": "0"}, "timeout: "),
    "api_keys_file not there": (lambda *_: {"API_KEYS_FILE": "/no/file"}, "/no/file cannot be read"),
    "api_keys_file wrong": (lambda f, _: {"API_KEYS_FILE": f["keys"]}, "keys:1 is not"),
    "tokens half set up": (lambda *_: {"OIDC_ISSUER": "https://issuer.example"}, "oidc_audience"),
    "oidc_jwks_url no url": (lambda *_: {"OIDC_JWKS_URL": "issuer"}, "oidc_jwks_url: must begin with https://"),
    "oidc_algorithms symmetric": (lambda *_: {"OIDC_ALGORITHMS": "HS256"}, "oidc_algorithms"),
    "oidc_client_id without tokens": (lambda *_: {"OIDC_CLIENT_ID": "x"}, "oidc_client_id needs oidc_issuer"),
    "oidc_issuer in the open": (
        lambda *_: people(OIDC_ISSUER="http://sso.example"),
        "oidc_issuer must begin with",
    ),
    "oidc_scopes without openid": (lambda *_: people(OIDC_SCOPES="profile"), "oidc_scopes must hold openid"),
    "oidc_scopes with a space": (lambda *_: people(OIDC_SCOPES="openid,a b"), "no scope with a space"),
    "console_url in the open": (lambda *_: people(CONSOLE_URL="http://guard.example"), "console_url must begin with"),
    "console_url with a path": (lambda *_: people(CONSOLE_URL="https://guard.example/console"), "console_url: must be"),
    "console_url lacking": (lambda *_: people(HOST="0.0.0.0"), "oidc_client_id needs console_url"),  # noqa: S104
    "org_data not there": (lambda *_: {"ORG_DATA": "/no/file"}, "/no/file"),
    "org_data wrong": (lambda f, _: {"ORG_DATA": f["org"]}, "org:1: /services/allow"),
    "bundle none": (lambda f, _: {"BUNDLE": f["folder"]}, "catalogue.json cannot be read"),
    "settings not there": (lambda *_: {"SETTINGS": "/no/file"}, "/no/file cannot be read"),
    "settings no JSON": (lambda f, _: {"SETTINGS": f["json"]}, "cannot be read"),
    "settings no object": (lambda f, _: {"SETTINGS": f["list"]}, "does not hold a JSON object"),
    "settings with an unknown one": (lambda f, _: {"SETTINGS": f["unknown"]}, "colour: "),
    "database of another kind": (lambda *_: {"DATABASE_URL": "mysql://db/x"}, "mysql"),
    "database no url": (lambda *_: {"DATABASE_URL": "decisions"}, "VPCE_GUARD_DATABASE_URL"),
    "database in memory": (lambda *_: {"DATABASE_URL": "sqlite://"}, "cannot be kept in memory"),
    "workers none": (lambda *_: {"WORKERS": "0"}, "workers: "),
    "workers on a port that is taken": (lambda _, taken: {"WORKERS": "2", "PORT": taken}, "VPCE_GUARD_PORT"),
    "database in no folder": (lambda *_: {"DATABASE_URL": "sqlite:////proc/no/x.db"}, "VPCE_GUARD_DATABASE_URL"),
    "database no database": (lambda f, _: {"DATABASE_URL": f"sqlite:///{f['cert']}"}, "VPCE_GUARD_DATABASE_URL"),
    "database of a newer version": (lambda f, _: {"DATABASE_URL": f"sqlite:///{f['db']}"}, "by a newer version"),
    "database not reached": (
        lambda *_: {"DATABASE_URL": "postgresql://me:secret@127.0.0.1:1/x"},
        "VPCE_GUARD_DATABASE_URL",
    ),
    "log_level none": (lambda *_: {"LOG_LEVEL": "loud"}, "log_level"),
}


def keys(files: Files) -> Path:
    path = files["folder"] / "good-keys"
    path.write_text(f"portal:{'0' * 64}\n")
    return path


def opa_tls(**settings: object) -> dict[str, object]:
    return {"ENGINE": "opa", "OPA_URL": "https://127.0.0.1:8181", **settings}


@pytest.mark.parametrize("case", WRONG)
def test_a_bad_configuration_is_refused_in_one_line(case: str, files: Files, taken: int) -> None:
    settings, told = WRONG[case]
    done = serve(**settings(files, taken))
    assert done.returncode == 2, done.stderr
    assert done.stdout == b""
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("vpce-guard: ")
    assert told in line
    assert "secret" not in line


def test_a_process_with_a_bad_configuration_ends_with_2_and_one_line() -> None:
    command = [sys.executable, "-m", "vpce_guard", "serve"]
    environment = {**os.environ, "VPCE_GUARD_HOST": "0.0.0.0"}  # noqa: S104
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert "VPCE_GUARD_API_KEYS_FILE" in line


def test_what_is_no_setting_and_what_kubernetes_adds_is_passed_over() -> None:
    environ = {
        "VPCE_GUARD_DEBUG": "1",
        "VPCE_GUARD_PUBLISH_PORT": "80",
        "VPCE_GUARD_API_KEYS": "./keys",
        "VPCE_GUARD_PORT": "tcp://10.0.0.1:8080",
        "VPCE_GUARD_SERVICE_HOST": "10.0.0.1",
        "VPCE_GUARD_SERVICE_PORT": "8080",
        "VPCE_GUARD_SERVICE_PORT_HTTP": "8080",
        "VPCE_GUARD_PORT_8080_TCP": "tcp://10.0.0.1:8080",
        "VPCE_GUARD_PORT_8080_TCP_PROTO": "tcp",
        "VPCE_GUARD_PORT_8080_TCP_PORT": "8080",
        "VPCE_GUARD_PORT_8080_TCP_ADDR": "10.0.0.1",
        "VPCE_GUARDED": "yes",
    }
    assert load_settings(environ=environ).port == 8080


def test_a_mistyped_setting_stops_check_too() -> None:
    command = [sys.executable, "-m", "vpce_guard", "check"]
    environment = {**os.environ, "VPCE_GUARD_STRICTT": "true"}
    done = subprocess.run(command, input="{}", env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "VPCE_GUARD_STRICT?" in done.stderr
