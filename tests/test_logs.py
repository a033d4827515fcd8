"""Log lines: one for a request where that is set, bound with who and what, and never with a secret."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.support import warm
from tests.support.opa_server import free_port
from tests.support.waiting import LONGEST, until

GATEWAY = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}
SECRET = "hunter2-5ec4e7"  # in every secret of these tests
KEY = f"{SECRET}-api-key"


def written(program: str) -> list[Any]:
    """The lines that a program writes."""
    program = "import logging, structlog; from vpce_guard import logs; logs.configure('debug')\n" + program
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_a_traceback_shows_no_variables() -> None:
    (line,) = written(
        f"def fail(password):\n  raise ValueError('too long')\n"
        f"try: fail('{SECRET}')\nexcept ValueError as error: structlog.get_logger().error('failed', exc_info=error)"
    )
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert [frame["name"] for frame in line["exception"][0]["frames"]] == ["<module>", "fail"]
    assert SECRET not in json.dumps(line)


def test_a_traceback_shows_no_variables_though_nobody_configured() -> None:
    program = (
        f"from vpce_guard.logs import Logger\ndef fail(password):\n  raise ValueError('too long')\n"
        f"try: fail('{SECRET}')\nexcept ValueError as error: Logger('x').error('failed', exc_info=error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stderr)["exception"][0]["exc_type"] == "ValueError"
    assert SECRET not in done.stderr.replace(f"fail('{SECRET}')", "")  # but for the line that called


def test_what_libraries_warn_of_is_a_line_like_ours() -> None:
    library = "logging.getLogger('some.library')"
    (line,) = written(f"{library}.warning('the pool is %s', 'full'); {library}.debug('{SECRET}')")
    assert (line["event"], line["level"], line["library"]) == ("library", "warning", "some.library")
    assert line["message"] == "the pool is full"


def test_of_an_exception_in_a_library_only_its_kind_is_told() -> None:
    failed = f"try: raise KeyError('{SECRET}')\nexcept KeyError: logging.getLogger('uvicorn.error').exception('failed')"
    (line,) = written(failed)
    assert (line["message"], line["error"]) == ("failed", "KeyError")
    assert SECRET not in json.dumps(line)


def serve(log: Path, **environment: str) -> warm.Process:
    """`vpce-guard serve` at debug, its words in a file."""
    given = {f"VPCE_GUARD_{name.upper()}": value for name, value in environment.items()}
    with log.open("wb") as file:
        environ = {**os.environ, "VPCE_GUARD_LOG_LEVEL": "debug", **given}
        return warm.start(["serve"], env=environ, stdout=file.fileno(), stderr=file.fileno())


def status(port: int, token: str, path: str = "/v1/decisions", body: bytes | None = None) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=body)
    request.add_header("authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=LONGEST) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_no_secret_is_in_a_line_of_a_service_at_debug(tmp_path: Path) -> None:
    keys, log, port = tmp_path / "keys", tmp_path / "words", free_port()
    keys.write_text(f"ann:{hashlib.sha256(KEY.encode()).hexdigest()}\n")
    process = serve(
        log,
        port=str(port),
        api_keys_file=str(keys),
        database_url=f"sqlite:///{tmp_path / 'log.db'}",
        log_key=f"{SECRET}-key-of-the-log",
        run_task_key=f"{SECRET}-key-of-run-tasks",
        portal_client_id="id",
        portal_client_secret=f"{SECRET}-of-the-portal",
        remote_token=f"{SECRET}-remote",
        oidc_issuer="https://issuer.example",
        oidc_audience="vpce-guard",
        oidc_jwks_url=f"http://user:{SECRET}@127.0.0.1:{free_port()}/keys",
        access_log="all",
    )
    try:
        until(lambda: _listens(port))
        assert status(port, KEY, body=json.dumps({"document": GATEWAY}).encode()) == 200
        assert status(port, f"{SECRET}-wrong") == 401
        assert status(port, f"eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.e30.{SECRET}AA") == 503  # nobody gives its key
        assert status(port, KEY, path=f"/v1/decisions?cursor={SECRET}") == 422
        assert status(port, KEY, body=b'{"document": ') == 400
        keys.write_text(f"ann:{KEY}\n")
        until(lambda: status(port, KEY) == 200 and "files_refused" in log.read_text())
        (tmp_path / "log.db").unlink()
        assert status(port, KEY, body=json.dumps({"document": GATEWAY}).encode()) in (200, 503)
    finally:
        process.terminate()
        process.wait(LONGEST)
    told = log.read_text()
    for event in ("decision", "request", "files_refused", "oidc_keys_not_fetched"):
        assert f'"event":"{event}"' in told
    assert SECRET not in told


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://user:{SECRET}@127.0.0.1:1/db",
        f"postgresql://user@127.0.0.1:1/db?password={SECRET}",
        f"postgresql://user:{SECRET}@127.0.0.1:port/db",
        f"postgresql://user:p@{SECRET}@127.0.0.1:1/db",
        f"postgresql:/user:{SECRET}@127.0.0.1/db",
        f"mysql://user:{SECRET}@127.0.0.1/db",
        SECRET,
    ],
)
def test_a_database_that_cannot_be_opened_keeps_its_password(url: str, tmp_path: Path) -> None:
    log = tmp_path / "words"
    assert serve(log, port=str(free_port()), database_url=url).wait(LONGEST) in (2, 3)
    told = log.read_text()
    assert "internal failure" not in told
    assert "VPCE_GUARD_DATABASE_URL" in told or "postgresql://" in told
    assert SECRET not in told


def _listens(port: int) -> bool:
    try:
        return status(port, "", path="/healthz") == 200
    except OSError:
        return False
