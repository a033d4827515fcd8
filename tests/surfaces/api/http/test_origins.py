"""Pages of origins that are set may ask, with a key of their own; all others stay out."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app

ORIGIN = "https://console.example"
ASKED = {"access-control-request-method": "POST", "access-control-request-headers": "authorization"}


def served(path: Path, **settings: Any) -> TestClient:
    (path / "keys").write_text(f"ann:{hashlib.sha256(b'key').hexdigest()}\n")
    return TestClient(make_app(make_guard(Settings(api_keys_file=path / "keys", **settings))))


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return served(tmp_path, cors_origins=(ORIGIN, "http://localhost:3000"))


def of_access(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.startswith("access-control-")}


def test_a_page_that_may_ask_is_told_so_before_and_without_a_key(client: TestClient) -> None:
    answer = client.options("/v1/decisions", headers={"origin": ORIGIN, **ASKED})
    assert (answer.status_code, answer.content) == (204, b"")
    assert of_access(answer.headers) == {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-methods": "GET, POST, DELETE",
        "access-control-allow-headers": "authorization, content-type, idempotency-key, if-none-match, x-request-id",
        "access-control-max-age": "600",
    }


def test_a_page_that_may_ask_reads_answers_and_refusals(client: TestClient) -> None:
    for headers, status in (({"authorization": "Bearer key"}, 200), ({}, 401)):
        answer = client.get("/v1/rules/VPCE-GW-001", headers={"origin": ORIGIN, **headers})
        assert answer.status_code == status
        assert of_access(answer.headers) == {
            "access-control-allow-origin": ORIGIN,
            "access-control-expose-headers": "etag, link, ratelimit, ratelimit-policy, retry-after, x-request-id",
        }
        assert answer.headers["vary"] == "origin"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://console.example.evil.example", "https://Console.example", "*"]
)
def test_another_page_is_told_nothing(client: TestClient, origin: str) -> None:
    assert client.options("/v1/decisions", headers={"origin": origin, **ASKED}).status_code == 401
    answer = client.get("/v1/rules", headers={"origin": origin, "authorization": "Bearer key"})
    assert (of_access(answer.headers), answer.headers["vary"]) == ({}, "origin")


def test_two_origins_are_none(client: TestClient) -> None:
    answer = client.get("/v1/rules", headers=[("origin", ORIGIN), ("origin", ORIGIN), ("authorization", "Bearer key")])
    assert of_access(answer.headers) == {}


def test_nobody_is_told_anything_where_no_origin_is_set(tmp_path: Path) -> None:
    answer = served(tmp_path).get("/v1/rules", headers={"origin": ORIGIN, "authorization": "Bearer key"})
    assert (answer.status_code, of_access(answer.headers)) == (200, {})


def test_no_answer_ever_asks_for_cookies(client: TestClient) -> None:
    for method in ("GET", "OPTIONS", "POST"):
        answer = client.request(method, "/v1/rules", headers={"origin": ORIGIN, **ASKED, "cookie": "a=b"})
        assert "access-control-allow-credentials" not in answer.headers
