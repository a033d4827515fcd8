"""Who may ask for what: keys, tokens, scopes, limits, and every way around them that we could think of."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import os
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi.testclient import TestClient

from vpce_guard.errors import SettingsError
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app
from vpce_guard.surfaces.api.http.access import check_exposure
from vpce_guard.surfaces.api.http.callers import KeyFile

GATEWAY = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}
ISSUER, AUDIENCE = "https://issuer.example", "vpce-guard"


def line(name: str, key: str, *options: str) -> str:
    return " ".join([f"{name}:{hashlib.sha256(key.encode()).hexdigest()}", *options]) + "\n"


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def served(**settings: Any) -> TestClient:
    without_log = {} if "database_url" in settings else {"decision_log": "off"}
    guard = make_guard(Settings(**{**without_log, **settings}))
    return TestClient(make_app(replace(guard, decision_log=open_log(guard.settings))), raise_server_exceptions=False)


class TestKeys:
    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
        path = tmp_path / "keys"
        path.write_text(
            "# who may ask\n"
            + line("portal", "portal-key")
            + line("ci", "ci-key", "scopes=decide", "expires=2999-01-01T00:00:00Z")
            + line("auditor", "auditor-key", "scopes=read")
            + line("platform", "platform-key", "scopes=admin")
            + line("old", "old-key", f"expires={yesterday}")
        )
        return path

    @pytest.fixture
    def client(self, file: Path, sqlite_url: str) -> Iterator[TestClient]:
        with served(api_keys_file=file, database_url=sqlite_url) as client:
            yield client

    @pytest.mark.parametrize(
        ("key", "decide", "read"),
        [
            ("portal-key", 200, 200),
            ("ci-key", 200, 403),
            ("auditor-key", 403, 200),
            ("platform-key", 200, 200),
            ("old-key", 401, 401),
            ("nobody", 401, 401),
            ("", 401, 401),
        ],
    )
    def test_each_key_opens_what_its_scopes_say(self, client: TestClient, key: str, decide: int, read: int) -> None:
        for path, body in (("/v1/decisions", {"document": GATEWAY}), ("/v1/decisions/batch", {"items": [{}]})):
            assert client.post(path, json=body, headers=bearer(key)).status_code == decide
        for path in ("/v1/rules", "/v1/decisions", "/openapi.json"):
            assert client.get(path, headers=bearer(key)).status_code == read

    def test_errors_are_problems(self, client: TestClient) -> None:
        for answer, status in (
            (client.get("/v1/rules"), 401),
            (client.get("/v1/rules", headers=bearer("ci-key")), 403),
        ):
            assert answer.status_code == status
            assert answer.headers["content-type"] == "application/problem+json"
        assert client.get("/v1/rules").headers["www-authenticate"] == "Bearer"

    def test_the_log_knows_who_asked_and_shows_each_its_own(self, client: TestClient) -> None:
        made = {}
        for key in ("portal-key", "ci-key"):
            answer = client.post("/v1/decisions", json={"document": GATEWAY}, headers=bearer(key)).json()
            made[key] = answer["decisions"][0]["decision_id"]

        def seen(key: str) -> set[str]:
            found = client.get("/v1/decisions", headers=bearer(key)).json()["decisions"]
            return {d["decision"]["decision_id"] for d in found}

        assert seen("portal-key") == {made["portal-key"]}
        assert seen("auditor-key") == set()
        assert seen("platform-key") == set(made.values())
        path = f"/v1/decisions/{made['ci-key']}"
        assert client.get(path, headers=bearer("portal-key")).status_code == 404
        assert client.get(path, headers=bearer("platform-key")).json()["requested_by"] == "ci"

    @pytest.mark.parametrize(
        "headers",
        [
            {"authorization": "Basic cG9ydGFsLWtleQ=="},
            {"authorization": "portal-key"},
            {"authorization": "Bearer"},
            {"authorization": "Bearer portal-key portal-key"},
            {"authorization": "Bearer " + "x" * 20_000},
            {"x-api-key": "portal-key"},
            {"x-forwarded-user": "platform"},
            [("authorization", "Bearer nobody"), ("authorization", "Bearer portal-key")],
            [("authorization", "Bearer portal-key"), ("authorization", "Bearer nobody")],
            {"authorization": b"Bearer \xff\xfe"},
        ],
    )
    def test_nothing_else_is_a_key(self, client: TestClient, headers: Any) -> None:
        assert client.get("/v1/rules", headers=headers).status_code == 401

    @pytest.mark.parametrize(
        "path", ["/v1/decisions/", "//v1/decisions", "/v1/../v1/decisions", "/V1/DECISIONS", "/v1/decisions%2F"]
    )
    def test_another_spelling_of_a_path_opens_nothing(self, client: TestClient, path: str) -> None:
        body = {"document": GATEWAY}
        assert client.post(path, json=body, headers=bearer("auditor-key"), follow_redirects=False).status_code != 200

    def test_health_answers_anyone_unless_closed(self, client: TestClient, file: Path) -> None:
        assert client.get("/healthz").status_code == 200
        with served(api_keys_file=file, open_health=False, decision_log="off") as closed:
            assert closed.get("/healthz").status_code == 401
            assert closed.get("/healthz", headers=bearer("auditor-key")).status_code == 200

    def test_a_key_is_rotated_without_a_restart(self, file: Path) -> None:
        keys = KeyFile(file)
        keys._keys._looked -= 2
        file.write_text(line("portal", "portal-key") + line("portal", "new-key"))
        os.utime(file, ns=(1, 1))
        assert keys.caller("new-key") is not None
        assert keys.caller("portal-key") is not None
        assert keys.caller("ci-key") is None

    def test_a_broken_file_leaves_the_keys_as_they_were(self, file: Path) -> None:
        keys = KeyFile(file)
        keys._keys._looked -= 2
        file.write_text("nonsense")
        assert keys.caller("portal-key") is not None

    @pytest.mark.parametrize(
        "content",
        ["", "x", "name:abc", line("a", "k", "scopes=all"), line("a", "k", "expires=soon"), line("a", "k", "x")],
    )
    def test_a_file_that_cannot_work_stops_the_start(self, tmp_path: Path, content: str) -> None:
        path = tmp_path / "keys"
        path.write_text(content)
        with pytest.raises(SettingsError):
            check_exposure(Settings(api_keys_file=path))


class TestTokens:
    @pytest.fixture(scope="class")
    def key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @pytest.fixture(scope="class")
    def jwks(self, key: rsa.RSAPrivateKey) -> Iterator[str]:
        public = {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": "one", "use": "sig"}

        class Keys(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps({"keys": [public]}).encode())

            def log_message(self, *_: Any) -> None: ...

        server = HTTPServer(("127.0.0.1", 0), Keys)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/jwks"
        server.shutdown()

    @pytest.fixture
    def client(self, jwks: str) -> Iterator[TestClient]:
        with served(oidc_issuer=ISSUER, oidc_audience=AUDIENCE, oidc_jwks_url=jwks, decision_log="off") as client:
            yield client

    def token(self, key: Any, *, algorithm: str = "RS256", kid: str = "one", **claims: Any) -> str:
        now = int(time.time())
        told = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "alex",
            "iat": now,
            "exp": now + 300,
            "scope": "vpce-guard:decide",
        }
        content = {name: value for name, value in {**told, **claims}.items() if value is not None}
        return jwt.encode(content, key, algorithm=algorithm, headers={"kid": kid})

    def status(self, client: TestClient, token: str) -> int:
        return client.post("/v1/decisions", json={"document": GATEWAY}, headers=bearer(token)).status_code

    def test_a_good_token_opens_what_its_scopes_say(self, client: TestClient, key: rsa.RSAPrivateKey) -> None:
        assert self.status(client, self.token(key)) == 200
        assert client.get("/v1/rules", headers=bearer(self.token(key))).status_code == 403
        assert self.status(client, self.token(key, scope=None, scp=["vpce-guard:decide"])) == 200

    def test_a_little_difference_of_clocks_is_forgiven(self, client: TestClient, key: rsa.RSAPrivateKey) -> None:
        assert self.status(client, self.token(key, exp=int(time.time()) - 30)) == 200

    @pytest.mark.parametrize(
        "claims",
        [
            {"exp": 1},
            {"exp": None},
            {"nbf": 4_000_000_000},
            {"iat": None},
            {"aud": "another"},
            {"aud": None},
            {"iss": "https://another.example"},
            {"iss": None},
            {"sub": None},
        ],
    )
    def test_a_token_for_another_time_or_place_is_nobodys(
        self, client: TestClient, key: rsa.RSAPrivateKey, claims: Any
    ) -> None:
        assert self.status(client, self.token(key, **claims)) == 401

    @pytest.mark.parametrize(
        "scope", ["", "decide", "admin", "vpce-guard:everything", "VPCE-GUARD:decide", "vpce-guard:read"]
    )
    def test_a_scope_that_was_not_granted_is_not_there(
        self, client: TestClient, key: rsa.RSAPrivateKey, scope: str
    ) -> None:
        assert self.status(client, self.token(key, scope=scope)) == 403

    def test_forged_tokens_are_nobodys(self, client: TestClient, key: rsa.RSAPrivateKey) -> None:
        other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        good = self.token(key)
        header, content, signature = good.split(".")
        claims = json.loads(base64.urlsafe_b64decode(content + "=="))
        admin = (
            base64.urlsafe_b64encode(json.dumps({**claims, "scope": "vpce-guard:admin"}).encode()).decode().strip("=")
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        symmetric = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT","kid":"one"}').decode().strip("=")
        confused = hmac.new(public, f"{symmetric}.{content}".encode(), hashlib.sha256).digest()
        none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT","kid":"one"}').decode().strip("=")
        forged = [
            self.token(other),
            self.token(other, kid="two"),
            f"{header}.{admin}.{signature}",
            f"{header}.{content}.",
            f"{none}.{admin}.",
            f"{symmetric}.{content}.{base64.urlsafe_b64encode(confused).decode().strip('=')}",
            f"{header}.{content}.{signature[:-4]}AAAA",
            "a.b.c",
            "..",
        ]
        assert [self.status(client, token) for token in forged] == [401] * len(forged)

    def test_while_the_provider_is_down_nobody_can_tell_whose_a_token_is(self, key: rsa.RSAPrivateKey) -> None:
        with served(
            oidc_issuer=ISSUER, oidc_audience=AUDIENCE, oidc_jwks_url="http://127.0.0.1:9/", decision_log="off"
        ) as client:
            assert self.status(client, self.token(key)) == 503

    def test_half_of_the_settings_stop_the_start(self) -> None:
        with pytest.raises(SettingsError, match="oidc_jwks_url"):
            check_exposure(Settings(oidc_issuer=ISSUER))


def test_each_answer_to_a_caller_with_a_limit_tells_what_is_left(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(line("portal", "portal-key"))
    client = served(api_keys_file=tmp_path / "keys", caller_rate=0.01, caller_burst=2)
    told = []
    for _ in range(3):
        answer = client.get("/v1/rules/VPCE-GW-001", headers=bearer("portal-key"))
        assert answer.headers["ratelimit-policy"] == '"caller";q=2;w=200'
        left, back = re.fullmatch(r'"caller";r=(\d);t=(\d+)', answer.headers["ratelimit"]).groups()
        told.append((answer.status_code, int(left), math.ceil(int(back) / 100)))  # a slow machine gets some back
    assert told == [(200, 1, 1), (200, 0, 2), (429, 0, 2)]
    for path, headers in (("/v1/rules", bearer("another")), ("/healthz", bearer("portal-key"))):
        assert "ratelimit" not in client.get(path, headers=headers).headers


def test_nobody_is_told_of_a_limit_where_none_is_set() -> None:
    assert "ratelimit" not in served().get("/v1/rules/VPCE-GW-001").headers
