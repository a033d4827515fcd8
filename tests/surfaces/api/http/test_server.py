"""How the service begins and stops, as a process: nothing that was accepted is lost, and it ends in time."""

from __future__ import annotations

import errno
import http.client
import json
import signal
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.service import Service, get, running
from tests.support.waiting import LONGEST, until, until_taken
from vpce_guard.decision_log import chain, queries
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.keys import NO_KEYS

GATEWAY = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}
CALLERS = 6
DRAIN = 8.0  # seconds, in which a busy machine answers three requests


class Load(threading.Thread):
    """A caller that asks over one connection after the other until none is taken."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.answered: list[str] = []
        self.wrong: list[Any] = []
        self._port = port

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=LONGEST)
        while True:
            try:
                connection.request("POST", "/v1/decisions", json.dumps({"document": GATEWAY}))
                answer = connection.getresponse()
            except ConnectionRefusedError:
                return
            except (ConnectionError, http.client.RemoteDisconnected):  # not one byte of an answer: not accepted
                connection.close()
                continue
            content = json.loads(answer.read())
            if answer.status != 200 or content["allowed"] is not True:
                self.wrong.append(content)
            self.answered.extend(decision["decision_id"] for decision in content["decisions"])


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(("mode", "drain"), [("required", 0), ("best-effort", 0), ("required", 0.5)])
def test_under_load_whatever_was_decided_is_answered_and_kept(
    tmp_path: Path, sent: signal.Signals, mode: str, drain: float
) -> None:
    with running(tmp_path, decision_log=mode, drain_seconds=drain, shutdown_seconds=600, log_level="info") as service:
        callers = [Load(service.port) for _ in range(CALLERS)]
        for caller in callers:
            caller.start()
        until(lambda: sum(len(caller.answered) for caller in callers) > 20)
        service.process.send_signal(sent)
        assert service.process.wait(LONGEST) == 0
        for caller in callers:
            caller.join(LONGEST)
    assert [wrong for caller in callers for wrong in caller.wrong] == []
    answered = sorted(decision_id for caller in callers for decision_id in caller.answered)
    engine = open_database(f"sqlite:///{tmp_path / 'decisions.db'}")
    kept = sorted(event["decision_id"] for event in queries.read_all(engine, queries.Query()))
    assert kept == answered
    assert chain.verify(engine, NO_KEYS).findings == ()
    assert [e["event"] for e in service.events() if e["event"] in ("stopping", "stopped")] == ["stopping", "stopped"]


def begun(service: Service) -> tuple[socket.socket, bytes]:
    """A connection over which half a request has come, and the other half."""
    body = json.dumps({"document": GATEWAY}).encode()
    head = b"POST /v1/decisions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
    connection = socket.create_connection(("127.0.0.1", service.port), timeout=LONGEST)
    connection.sendall(head + b"content-length: %d\r\n\r\n" % len(body) + body[:20])
    until_taken(connection)
    return connection, body[20:]


def refuses(port: int) -> bool:
    """Whether no more connections are taken."""
    with socket.socket() as another:
        return another.connect_ex(("127.0.0.1", port)) == errno.ECONNREFUSED


def everything(connection: socket.socket) -> bytes:
    received = b""
    while part := connection.recv(65536):
        received += part
    return received


def test_a_request_that_has_begun_is_finished_and_its_connection_closed(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        connection, rest = begun(service)
        service.process.send_signal(signal.SIGTERM)
        until(lambda: refuses(service.port))
        connection.sendall(rest)
        answer = everything(connection)
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"connection: close\r\n" in answer
        assert b'"allowed":true' in answer
        assert service.process.wait(LONGEST) == 0


def test_idle_connections_are_closed(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=LONGEST)
        connection.request("GET", "/healthz")
        assert connection.getresponse().read() == b'{"status":"ok"}'
        service.process.send_signal(signal.SIGTERM)
        assert connection.sock.recv(1) == b""
        assert service.process.wait(LONGEST) == 0


def test_an_opa_that_waits_for_another_bundle_does_not_hold_it(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=LONGEST)
        connection.request("GET", "/bundles/vpce.tar.gz")
        answer = connection.getresponse()
        answer.read()
        connection.request(
            "GET", "/bundles/vpce.tar.gz", headers={"if-none-match": answer.headers["etag"], "prefer": "wait=30"}
        )
        until_taken(connection.sock)
        told = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        assert connection.getresponse().status == 304
        assert service.process.wait(LONGEST) == 0
        assert time.monotonic() - told < 25


def test_while_it_drains_it_decides_and_is_not_ready(tmp_path: Path) -> None:
    with running(tmp_path, drain_seconds=DRAIN) as service:
        assert get(service, "/readyz")[0] == 200
        told = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        until(lambda: get(service, "/readyz")[0] == 503)
        status, problem = get(service, "/readyz")
        assert (status, problem["type"]) == (503, "urn:vpce-guard:stopping")
        assert get(service, "/healthz")[0] == 200
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=LONGEST)
        connection.request("POST", "/v1/decisions", json.dumps({"document": GATEWAY}))
        answer = connection.getresponse()
        assert (answer.status, answer.headers["connection"]) == (200, "close")
        assert json.loads(answer.read())["allowed"] is True
        assert service.process.wait(LONGEST) == 0
        assert time.monotonic() - told > DRAIN - 0.1


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_told_twice_it_ends_at_once(tmp_path: Path, sent: signal.Signals) -> None:
    with running(tmp_path, drain_seconds=600) as service:
        connection, _ = begun(service)
        service.process.send_signal(sent)
        until(lambda: get(service, "/readyz")[0] == 503)
        service.process.send_signal(sent)
        assert service.process.wait(LONGEST) == -sent
        connection.close()


def test_a_request_that_never_ends_does_not_hold_it(tmp_path: Path) -> None:
    with running(tmp_path, shutdown_seconds=10, body_timeout=600) as service:
        connection, _ = begun(service)
        told = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(LONGEST) == 0
        assert time.monotonic() - told > 1
        connection.close()


def test_what_cannot_stop_is_ended(tmp_path: Path) -> None:
    """A decision log that is locked by somebody else cannot be finished."""
    with running(tmp_path, shutdown_seconds=2, decision_log="best-effort") as service:
        engine = open_database(f"sqlite:///{tmp_path / 'decisions.db'}")
        with engine.connect() as other:
            other.exec_driver_sql("BEGIN IMMEDIATE")
            connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=LONGEST)
            connection.request("POST", "/v1/decisions", json.dumps({"document": GATEWAY}))
            assert connection.getresponse().status == 200
            told = time.monotonic()
            service.process.send_signal(signal.SIGTERM)
            assert service.process.wait(LONGEST) == 3
            assert time.monotonic() - told > 1.5
        assert "shutdown_seconds" in service.log.read_text()


def test_without_an_engine_it_begins_and_is_not_ready(tmp_path: Path) -> None:
    with running(tmp_path, engine="opa", opa_url="http://127.0.0.1:1") as service:
        assert get(service, "/healthz")[0] == 200
        status, problem = get(service, "/readyz")
        assert status == 503
        assert "cannot be reached" in problem["detail"]
        (event,) = [event for event in service.events() if event["event"] == "not_ready"]
        assert "http://127.0.0.1:1 cannot be reached" in event["error"]


def test_with_a_fallback_it_is_ready_without_the_engine_that_is_set(tmp_path: Path) -> None:
    settings = {"engine": "opa", "opa_url": "http://127.0.0.1:1", "engine_fallback": "embedded", "timeout": 60}
    with running(tmp_path, **settings) as service:
        status, state = get(service, "/readyz")
        assert (status, state["engine"]) == (200, "embedded")
        assert "cannot be reached" in state["fallback"]


def test_a_cache_that_cannot_be_written_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with running(tmp_path, cache_dir=tmp_path / "file/cache") as service:
        assert get(service, "/readyz")[0] == 200
