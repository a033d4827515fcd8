"""Attempts to do, read or break what is not one's own: each over every route that there is."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.testclient import TestClient

from tests.conftest import ROOT
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app

GATEWAY = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}
CALLERS = ("decide", "read", "author", "admin")
OPERATIONS = [
    (method.upper(), path, operation)
    for path, item in yaml.safe_load((ROOT / "openapi.yaml").read_text())["paths"].items()
    for method, operation in item.items()
]
NEEDED = [
    pytest.param(method, path, operation["security"][0]["bearer"][0], id=f"{method} {path}")
    for method, path, operation in OPERATIONS
    if "bearer" in operation["security"][0]
]
PARAMETERS = [
    pytest.param(path, parameter["name"], id=f"{path} {parameter['name']}")
    for method, path, operation in OPERATIONS
    for parameter in operation.get("parameters", [])
    if method == "GET" and parameter["in"] == "query"
]
PATHS = [pytest.param(path, id=path) for method, path, _ in OPERATIONS if method == "GET" and "{" in path]
HOSTILE = [
    "' OR '1'='1",
    "'; DROP TABLE decisions; --",
    '" OR ""="',
    "x') UNION SELECT hash, seal FROM decision_chains --",
    "%",
    "_%",
    "*",
    "\0",
    "a\0b",
    "\ufeff\u202e\U0001f512",
    "\ufffd",
    "%ed%a0%80",
    "../../etc/passwd",
    "${jndi:ldap://127.0.0.1/x}",
    "{{7*7}}",
    "\r\nX-Injected: 1",
    "-1",
    "NaN",
    "9" * 400,
    "x" * 20_000,
    "",
]


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    directory = tmp_path_factory.mktemp("attempts")
    keys = directory / "keys"
    lines = {**{scope: scope for scope in CALLERS}, "portal": "decide,read", "other": "decide,read"}
    keys.write_text(
        "".join(f"{n}:{hashlib.sha256(n.encode()).hexdigest()} scopes={scopes}\n" for n, scopes in lines.items())
    )
    settings = Settings(
        api_keys_file=keys, database_url=f"sqlite:///{directory / 'log.db'}", open_health=False, log_key="k" * 16
    )
    guard = replace(make_guard(settings), decision_log=open_log(settings))
    with TestClient(make_app(guard), raise_server_exceptions=False) as client:
        yield client


def decided(client: TestClient, key: str, **more: Any) -> str:
    answer = client.post("/v1/decisions", json={"document": GATEWAY, **more}, headers=bearer(key))
    assert answer.status_code == 200
    found: str = answer.json()["decisions"][0]["decision_id"]
    return found


class TestScopes:
    @pytest.mark.parametrize("scope", CALLERS)
    @pytest.mark.parametrize(("method", "path", "needed"), NEEDED)
    def test_a_scope_opens_what_needs_it_and_nothing_else(
        self, client: TestClient, method: str, path: str, needed: str, scope: str
    ) -> None:
        answer = client.request(method, path, content=b"{}", headers=bearer(scope))
        assert (answer.status_code == 403) is (scope not in (needed, "admin"))
        assert answer.status_code != 401

    @pytest.mark.parametrize(("method", "path", "needed"), NEEDED)
    def test_nobody_gets_nothing(self, client: TestClient, method: str, path: str, needed: str) -> None:
        for headers in ({}, bearer(""), bearer("none"), bearer(needed.upper())):
            assert client.request(method, path, content=b"{}", headers=headers).status_code == 401

    def test_what_changes_something_needs_more_than_read(self) -> None:
        assert [p.id for p in NEEDED if p.values[0] != "GET" and p.values[2] == "read"] == ["POST /status"]

    @pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"])
    def test_another_method_is_no_way_around(self, client: TestClient, method: str) -> None:
        declared = {path for other, path, _ in OPERATIONS if other == method}
        for path in {path for _, path, _ in OPERATIONS} - declared:
            assert client.request(method, path, headers=bearer("read")).status_code in (404, 405)


class TestDecisionsOfOthers:
    def test_they_are_not_listed(self, client: TestClient) -> None:
        foreign = decided(client, "other", request_id="theirs", labels={"team": "theirs"})
        for query in ({}, {"request_id": "theirs"}, {"label": "team:theirs"}, {"vpc_id": "vpc-0a000001", "limit": 500}):
            text = client.get("/v1/decisions", params=query, headers=bearer("portal")).text
            assert foreign not in text
        assert foreign in client.get("/v1/decisions", headers=bearer("admin")).text

    def test_their_ids_are_as_good_as_unknown(self, client: TestClient) -> None:
        foreign = decided(client, "other")
        theirs = client.get(f"/v1/decisions/{foreign}", headers=bearer("portal"))
        nobodys = client.get(f"/v1/decisions/{uuid.uuid4()}", headers=bearer("portal"))
        assert (theirs.status_code, nobodys.status_code) == (404, 404)
        assert theirs.json()["title"] == nobodys.json()["title"]

    def test_their_cursors_lead_to_ones_own(self, client: TestClient) -> None:
        mine = decided(client, "portal")
        foreign = {decided(client, "other") for _ in range(3)}
        cursor = client.get("/v1/decisions", params={"limit": 1}, headers=bearer("other")).json()["cursor"]
        page = client.get("/v1/decisions", params={"cursor": cursor}, headers=bearer("portal"))
        assert page.status_code == 200
        seen = {d["decision"]["decision_id"] for d in page.json()["decisions"]}
        assert mine in seen
        assert not seen & foreign

    @pytest.mark.parametrize(
        "content",
        [
            ["9999", "' OR 1=1 --"],
            ["9999\0", "x"],
            ["9999"],
            {"requested_by": "other"},
            [["9999"], "x"],
            "9999",
            ["\ud800", "x"],
        ],
    )
    def test_a_cursor_that_was_made_up_tells_nothing(self, client: TestClient, content: Any) -> None:
        foreign = decided(client, "other")
        cursor = base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
        answer = client.get("/v1/decisions", params={"cursor": cursor}, headers=bearer("portal"))
        assert answer.status_code in (200, 422)
        assert foreign not in answer.text


class TestInjection:
    @pytest.mark.parametrize("value", HOSTILE)
    @pytest.mark.parametrize(("path", "name"), PARAMETERS)
    def test_a_parameter_is_never_code(self, client: TestClient, path: str, name: str, value: str) -> None:
        decided(client, "portal")
        where = re.sub(r"\{.*?\}", "VPCE-GW-001", path)
        answer = client.get(where, params={name: value}, headers=bearer("portal"))
        assert answer.status_code in (200, 404, 422)
        assert "x-injected" not in answer.headers
        if path == "/v1/decisions" and answer.status_code == 200:
            assert answer.json()["decisions"] == []

    @pytest.mark.parametrize("query", ["%ff%fe", "%ed%a0%80", "%00", "%", "%zz", "a=1&a=2", "[]=1"])
    @pytest.mark.parametrize(("path", "name"), PARAMETERS)
    def test_a_query_of_no_text_breaks_nothing(self, client: TestClient, path: str, name: str, query: str) -> None:
        answer = client.get(f"{path}?{name}={query}", headers=bearer("portal"))
        assert answer.status_code in (200, 404, 422)

    @pytest.mark.parametrize(
        "value",
        [
            "..%2f",
            "%2e%2e",
            "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
            "..%5c..%5c",
            "%2fetc%2fpasswd",
            "..%00",
            "%00",
            "%ff",
            "%ed%a0%80",
            "%252e%252e%252f",
            "....%2f%2f",
            "%27%20OR%201=1--",
            "batch",
            "x" * 5000,
        ],
    )
    @pytest.mark.parametrize("path", PATHS)
    def test_a_path_leads_nowhere_else(self, client: TestClient, path: str, value: str) -> None:
        answer = client.get(re.sub(r"\{.*?\}", value, path), headers=bearer("admin"))
        is_there = (path, value) == ("/v1/services/{name}", "batch")  # AWS Batch
        assert answer.status_code in ((200,) if is_there else (404, 405, 422))
        assert "root:" not in answer.text


STRANGE = ["\0", "a\0b", "\x01\x1f\x7f", "\ufffe\uffff", "\U0010ffff" * 50, "\u202etxet", "é" * 200, "' --"]


class TestStrangeText:
    @pytest.mark.parametrize("text", STRANGE)
    def test_it_is_kept_and_found_again(self, client: TestClient, text: str) -> None:
        document = {**GATEWAY, "VpcId": text, "ServiceName": text, text: text}
        decision_id = decided(
            client, "portal", document=document, request_id=text[:200], labels={text: text}, format="aws_api"
        )
        kept = client.get(f"/v1/decisions/{decision_id}", headers=bearer("portal")).json()
        assert kept["decision"]["subject"]["vpc_id"] == text
        assert kept["input"]["labels"] == {text: text}
        assert kept["decision"]["request_id"] == text[:200]
        queries = [{"request_id": text[:200]}, {"vpc_id": text}, {"service_name": text}, {"label": f"{text}:{text}"}]
        for query in queries:
            found = client.get("/v1/decisions", params=query, headers=bearer("portal"))
            assert decision_id in found.text

    def test_what_is_too_long_for_a_column_is_kept_too(self, client: TestClient) -> None:
        long = "é" * 3000
        labels = {long: long, long + "x": long + "y"}  # alike in what a column holds of them
        decision_id = decided(client, "portal", document={**GATEWAY, "VpcId": long, "ServiceName": long}, labels=labels)
        kept = client.get(f"/v1/decisions/{decision_id}", headers=bearer("portal")).json()
        assert kept["decision"]["subject"]["service_name"] == long
        assert kept["input"]["labels"] == labels

    @pytest.mark.parametrize("text", [rb"\ud800", rb"\udc00\ud800", rb"\ud83d"])
    def test_half_a_character_is_no_json(self, client: TestClient, text: bytes) -> None:
        body = b'{"document": {}, "request_id": "%b"}' % text
        assert client.post("/v1/decisions", content=body, headers=bearer("portal")).status_code == 400

    def test_the_uid_of_a_review_may_be_anything(self, client: TestClient) -> None:
        review = {"kind": "AdmissionReview", "request": {"uid": "\0" * 3000, "operation": "CREATE", "object": {}}}
        answer = client.post("/v1/admission", json=review, headers=bearer("portal"))
        assert answer.status_code == 200
        assert answer.json()["response"]["uid"] == "\0" * 3000


class TestBundles:
    @pytest.mark.parametrize("reason", ["a\0b", "\0" * 10, "", "ab", "x" * 3000])
    def test_a_reason_is_one_that_can_be_kept(self, client: TestClient, reason: str) -> None:
        asked = {"headers": bearer("author"), "params": {"reason": reason}}
        assert client.post("/v1/bundles", content=b"x", **asked).status_code == 422
        assert client.delete("/v1/bundles/shadow", **asked).status_code == 422
        body = {"reason": reason}
        assert client.post("/v1/bundles/x/activate", json=body, headers=bearer("author")).status_code == 422
        assert client.post("/v1/bundles/x/shadow", json=body, headers=bearer("author")).status_code == 422

    @pytest.mark.parametrize("revision", ["..%2f..%2fetc%2fpasswd", "%2e%2e", "%00", "x%00", "vpce.tar.gz", "x" * 5000])
    @pytest.mark.parametrize("action", ["activate", "shadow"])
    def test_a_revision_is_no_path(self, client: TestClient, revision: str, action: str) -> None:
        path = f"/v1/bundles/{revision}/{action}"
        answer = client.post(path, json={"reason": "an attempt"}, headers=bearer("author"))
        assert answer.status_code in (404, 422)

    @pytest.mark.parametrize("path", ["/bundles/..%2fpolicy.wasm", "/bundles/%2e%2e", "/bundles/../vpce.tar.gz"])
    def test_only_one_bundle_is_served(self, client: TestClient, path: str) -> None:
        assert client.get(path, headers=bearer("admin")).status_code == 404

    def test_an_opa_may_not_be_called_anything(self, client: TestClient) -> None:
        status = {"labels": {"id": "a\0b"}, "bundles": {"x": {"active_revision": "\0", "code": "\0", "message": "\0"}}}
        assert client.post("/status", json=status, headers=bearer("read")).status_code == 422
        status["labels"]["id"] = "opa-1"
        assert client.post("/status", json=status, headers=bearer("read")).status_code == 204


class TestWithoutCredentials:
    @pytest.fixture(scope="class")
    def local(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
        database = tmp_path_factory.mktemp("local") / "log.db"
        settings = Settings(database_url=f"sqlite:///{database}")
        with TestClient(make_app(replace(make_guard(settings), decision_log=open_log(settings)))) as client:
            yield client

    @pytest.mark.parametrize(
        "host", ["localhost", "localhost:8080", "LOCALHOST", "127.0.0.1", "127.0.0.1:8080", "[::1]:8080"]
    )
    def test_this_machine_is_answered(self, local: TestClient, host: str) -> None:
        assert local.get("/v1/rules/VPCE-GW-001", headers={"host": host}).status_code == 200

    @pytest.mark.parametrize(
        "host",
        [
            "evil.example",
            "evil.example:8080",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "127.0.0.1@evil.example",
            "evil.example#127.0.0.1",
            "localhost:8080:80",
            "localhost.",
            "",
            "0.0.0.0",  # noqa: S104 - a name, not an address to bind to
            "127.0.0.2",
            "2130706433",
            "testserver",
        ],
    )
    def test_a_name_that_was_pointed_here_is_not(self, local: TestClient, host: str) -> None:
        assert local.get("/v1/rules/VPCE-GW-001", headers={"host": host}).status_code == 401

    @pytest.mark.parametrize(
        "origin", ["http://evil.example", "null", "http://localhost:3000", "https://localhost.evil"]
    )
    def test_a_page_of_another_site_cannot_send_anything(self, local: TestClient, origin: str) -> None:
        headers = {"origin": origin, "content-type": "text/plain"}
        assert (
            local.post("/v1/decisions", content=json.dumps({"document": GATEWAY}), headers=headers).status_code == 401
        )

    def test_a_page_of_ours_can(self, local: TestClient) -> None:
        headers = {"host": "localhost:8080", "origin": "http://localhost:8080"}
        assert local.post("/v1/decisions", json={"document": GATEWAY}, headers=headers).status_code == 200

    def test_nothing_says_that_other_sites_may_read(self, local: TestClient) -> None:
        answer = local.get("/healthz", headers={"origin": "http://evil.example"})
        assert "access-control-allow-origin" not in answer.headers


def test_no_answer_tells_of_the_inside(client: TestClient) -> None:
    for method, path, _ in OPERATIONS:
        for content in (b"", b"{", b"[]", b"{}", b"\xff", b'{"document": {"operation": []}}'):
            answer = client.request(method, path, content=content, headers=bearer("admin"))
            assert answer.status_code < 500
            assert "Traceback" not in answer.text
            assert str(Path(make_app.__code__.co_filename).parent) not in answer.text
            assert "server" not in answer.headers
