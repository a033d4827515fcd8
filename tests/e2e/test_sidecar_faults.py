"""A sidecar that is stopped, paused or talks garbage: refusals within the time limit, and decisions once it is back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.testclient import TestClient

from tests.support.waiting import until
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app

if TYPE_CHECKING:
    from tests.support.opa_server import Opa

BODY = {"document": {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.kms"}}
TIMEOUT = 0.5


@contextmanager
def service(url: str, **more: Any) -> Iterator[TestClient]:
    settings = Settings(engine="opa", opa_url=url, **{"timeout": TIMEOUT, **more})
    with TestClient(make_app(make_guard(settings))) as client:
        yield client


def refused(client: TestClient) -> None:
    """503 with a refusal, though the sidecar never answers."""
    answer = client.post("/v1/decisions", json=BODY)
    assert answer.status_code == 503
    assert [d["allowed"] for d in answer.json()["decisions"]] == [False]
    assert answer.json()["decisions"][0]["error"]


def recovered(client: TestClient, ready: Callable[[], bool]) -> None:
    """Decisions flow again once OPA is ready."""
    until(ready)
    until(lambda: client.post("/v1/decisions", json=BODY).status_code == 200)
    answer = client.post("/v1/decisions", json=BODY)
    assert answer.json()["decisions"][0]["engine"] == "opa"
    assert answer.json()["allowed"] is False


def test_a_paused_sidecar(opa_server: Opa) -> None:
    container = opa_server.container.get_wrapped_container()
    with service(opa_server.url) as client:
        recovered(client, lambda: True)
        container.pause()
        try:
            refused(client)
            refused(client)
        finally:
            container.unpause()
        recovered(client, lambda: True)


def test_a_sidecar_that_dies_and_comes_back(opa_server: Opa) -> None:
    from tests.support.opa_server import answers

    container = opa_server.container.get_wrapped_container()
    with service(opa_server.url) as client:
        recovered(client, lambda: True)
        container.kill()
        refused(client)
        container.start()
        recovered(client, lambda: answers(opa_server.url))


def test_a_breaker_that_opened_is_closed_by_the_sidecar_that_comes_back(opa_server: Opa) -> None:
    from tests.support.opa_server import answers

    container = opa_server.container.get_wrapped_container()
    with service(opa_server.url, breaker_failures=2) as client:
        recovered(client, lambda: True)
        breaker = client.app.state.guard.engine.breaker  # type: ignore[attr-defined]
        container.kill()
        for _ in range(5):
            refused(client)
        until(lambda: breaker.state == "open")
        assert breaker.opened == 1
        container.start()
        recovered(client, lambda: answers(opa_server.url))
        until(lambda: breaker.state == "closed")


NO_VIOLATIONS = b'"violations": [], "undetermined": [], "waivers": [], "reach": null'
GARBAGE = [
    b"",
    b"<html>",
    b"[]",
    b"{}",
    b'{"result": null}',
    b'{"result": true}',
    b'{"result": {"violations": [], "undetermined": []}}',
    b'{"result": {"revision": "another", "violations": {}, "undetermined": []}}',
    b'{"result": {"revision": "another", ' + NO_VIOLATIONS + b"}}",
    b'{"result": {"revision": "", ' + NO_VIOLATIONS + b"}}",
]


@pytest.mark.parametrize("answer", GARBAGE)
def test_a_sidecar_that_talks_garbage(answer: bytes) -> None:
    with garbage(answer) as url, service(url) as client:
        refused(client)


@pytest.mark.parametrize("answer", GARBAGE)
def test_garbage_is_not_what_a_fallback_passes_on(answer: bytes) -> None:
    with garbage(answer) as url, service(url, engine_fallback="embedded", timeout=60) as client:
        response = client.post("/v1/decisions", json=BODY)
        assert response.status_code == 200
        (decision,) = response.json()["decisions"]
        assert (decision["engine"], decision["allowed"], decision["error"]) == ("embedded", False, None)
        assert url in decision["fallback"] or "The engine" in decision["fallback"]
        assert client.app.state.guard.engine.fallbacks >= 1  # type: ignore[attr-defined]


@contextmanager
def garbage(answer: bytes) -> Iterator[str]:
    class Garbage(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Garbage)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
