"""Requests that say a thing twice, or make no sense where few look: each is refused, or read as if it did not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.support.serving import HOST, Wire, serving
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving(tmp_path_factory.mktemp("odd")) as port:
        yield port


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(make_app(make_guard(Settings())), base_url="http://localhost", raise_server_exceptions=False)


@pytest.mark.parametrize(
    "name", ["Authorization", "Content-Encoding", "Content-Type", "Idempotency-Key", "X-Tfc-Task-Signature"]
)
def test_a_header_that_counts_once_is_not_given_twice(port: int, name: str) -> None:
    fields = f"{name}: a\r\n{name.lower()}: b\r\n".encode()
    with Wire(port) as wire:
        wire.send(b"POST /v1/decisions HTTP/1.1\r\n" + HOST + fields + b"Content-Length: 0\r\n\r\n")
        status, _, body = wire.answer()
    assert (status, f"A request has at most one {name} header.".encode() in body) == (400, True)


@pytest.mark.parametrize(
    "query", ["vpc_id=vpc-1&vpc_id=vpc-2", "limit=1&limit=1", "allowed=true&vpc_id=a&allowed=false"]
)
def test_a_filter_that_is_given_twice_is_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"/v1/decisions?{query}")
    name = query.partition("=")[0]
    assert (answer.status_code, answer.json()["errors"]) == (
        422,
        [{"pointer": f"/{name}", "code": "repeated_parameter", "detail": "is given more than once"}],
    )


@pytest.mark.parametrize(
    "accept",
    [
        "application/openmetrics-text;version=\xff," * 100,
        "application/openmetrics-text;version=1.x",
        "application/openmetrics-text;version",
        "text/plain;version=;escaping=",
        ";;;===,,,",
    ],
)
def test_an_accept_header_without_sense_is_no_failure(client: TestClient, accept: str) -> None:
    answer = client.get("/metrics", headers={"accept": accept.encode("latin-1")})
    assert (answer.status_code, "vpce_guard_ready" in answer.text) == (200, True)
