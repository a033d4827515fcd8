"""Log lines: one for a request where that is set, bound with who and what, and never with a secret."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi.testclient import TestClient

from tests.support.collector import collecting
from tests.support.opa_server import free_port
from tests.support.waiting import LONGEST, LOOKED_AT, until
from vpce_guard import logs
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app

GATEWAY = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}
SECRET = "hunter2-5ec4e7"  # in every secret of these tests
KEY = f"{SECRET}-api-key"


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    """The log lines, as they are written, whatever a test before this one configured."""
    logs.configure("info")
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        yield lines


@pytest.mark.parametrize(
    ("access_log", "logged"),
    [("all", [("POST", "/v1/decisions", 200), ("GET", "none", 404)]), ("refused", [("GET", "none", 404)]), ("off", [])],
)
def test_requests_have_a_line_where_that_is_set(lines: list[Any], access_log: str, logged: list[Any]) -> None:
    client = TestClient(make_app(make_guard(Settings(access_log=access_log))))
    client.post("/v1/decisions", json={"document": GATEWAY})
    client.get("/nowhere")
    client.get("/healthz")
    told = [line for line in lines if line["event"] == "request"]
    assert [(line["method"], line["route"], line["status"]) for line in told] == logged
    assert all(line["duration_ms"] > 0 for line in told)


def test_lines_of_one_request_are_bound_together(lines: list[Any]) -> None:
    with collecting() as collector:
        settings = Settings(access_log="all", otlp_endpoint=f"http://{collector.address}")
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        with TestClient(make_app(make_guard(settings))) as client:
            answer = client.post(
                "/v1/decisions",
                json={"document": GATEWAY, "request_id": "change-7"},
                headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"},
            ).json()
    told = {line["event"]: line for line in lines}
    bound = {"request_id": "change-7", "caller": "local", "trace_id": trace}
    assert bound.items() <= told["decision"].items()
    assert bound.items() <= told["request"].items()
    assert told["decision"]["decision_id"] == answer["decisions"][0]["decision_id"]


def test_a_request_says_nothing_of_the_one_before_it(lines: list[Any]) -> None:
    client = TestClient(make_app(make_guard(Settings(access_log="all"))))
    client.post("/v1/decisions", json={"document": GATEWAY, "request_id": "change-7"})
    client.get("/nowhere", headers={"host": "elsewhere.example"})
    assert lines[-1]["status"] == 401
    assert {"request_id", "caller"} & lines[-1].keys() == set()


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


def serve(**environment: str) -> subprocess.Popen[str]:
    """`vpce-guard serve` at debug, its words in a pipe."""
    given = {f"VPCE_GUARD_{name.upper()}": value for name, value in environment.items()}
    return subprocess.Popen(
        [sys.executable, "-m", "vpce_guard", "serve"],
        env={**os.environ, "VPCE_GUARD_LOG_LEVEL": "debug", **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def status(port: int, token: str, path: str = "/v1/decisions", body: bytes | None = None) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=body)
    request.add_header("authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=LONGEST) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_no_secret_is_in_a_line_of_a_service_at_debug(tmp_path: Path) -> None:
    keys, port = tmp_path / "keys", free_port()
    keys.write_text(f"ann:{hashlib.sha256(KEY.encode()).hexdigest()}\n")
    process = serve(
        port=str(port),
        api_keys_file=str(keys),
        database_url=f"sqlite:///{tmp_path / 'log.db'}",
        log_key=f"{SECRET}-key-of-the-log",
        run_task_key=f"{SECRET}-key-of-run-tasks",
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
        assert status(port, f"eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.e30.{SECRET}AA") == 401
        assert status(port, KEY, path=f"/v1/decisions?cursor={SECRET}") == 422
        assert status(port, KEY, body=b'{"document": ') == 400
        keys.write_text(f"ann:{KEY}\n")
        time.sleep(LOOKED_AT)
        assert status(port, KEY) == 200
        (tmp_path / "log.db").unlink()
        assert status(port, KEY, body=json.dumps({"document": GATEWAY}).encode()) in (200, 503)
    finally:
        process.terminate()
        told, _ = process.communicate(timeout=LONGEST)
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
def test_a_database_that_cannot_be_opened_keeps_its_password(url: str) -> None:
    process = serve(port=str(free_port()), database_url=url)
    told, _ = process.communicate(timeout=LONGEST)
    assert process.returncode in (2, 3)
    assert "internal failure" not in told
    assert "VPCE_GUARD_DATABASE_URL" in told or "postgresql://" in told
    assert SECRET not in told


def _listens(port: int) -> bool:
    try:
        return status(port, "", path="/healthz") == 200
    except OSError:
        return False
