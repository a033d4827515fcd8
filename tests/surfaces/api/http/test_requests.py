"""One line for a request where that is set, bound with who and what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from fastapi.testclient import TestClient

from tests.support.collector import collecting
from tests.support.recording import GATEWAY
from vpce_guard import logs
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app


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
    assert "caller" not in lines[-1]
    assert lines[-1]["request_id"] not in {line["request_id"] for line in lines[:-1]}


def test_every_line_has_the_id_of_its_request_and_of_what_was_asked_where_that_has_another(lines: list[Any]) -> None:
    client = TestClient(make_app(make_guard(Settings(access_log="all"))))
    for more in ({}, {"request_id": "change-7"}):
        client.post("/v1/decisions", json={"document": GATEWAY, **more}, headers={"x-request-id": "r-1"})
    ids = [(line["event"], line["request_id"], line.get("http_request_id")) for line in lines]
    assert ids == [
        *(("decision", "r-1", None), ("request", "r-1", None)),
        *(("decision", "change-7", "r-1"), ("request", "change-7", "r-1")),
    ]


@pytest.mark.parametrize(
    ("settings", "client"),
    [
        ({}, None),
        ({"log_client": True}, "192.0.2.1"),
        ({"log_client": True, "trusted_proxies": ("192.0.2.0/24",)}, "198.51.100.7"),
    ],
)
def test_lines_say_where_a_request_comes_from_where_that_is_set(
    lines: list[Any], settings: dict[str, Any], client: str | None
) -> None:
    app = make_app(make_guard(Settings(access_log="all", **settings)))
    asked = {"x-forwarded-for": "203.0.113.9, 198.51.100.7"}
    TestClient(app, client=("192.0.2.1", 1)).post("/v1/decisions", json={"document": GATEWAY}, headers=asked)
    assert [line.get("client") for line in lines] == [client, client]
