"""A small OpenID provider on 127.0.0.1: keys, metadata, sign-in of one person, tokens; and what goes wrong with them.

It checks what a provider must check: the client and its secret, the address to send people back to, PKCE with S256, and
that a code is used once.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support.waiting import LONGEST

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLIENT, SECRET, AUDIENCE, PERSON = "guard-console", "s3cret/with+signs", "vpce-guard", "alex"


class IdentityProvider:
    """One provider. Its attributes change what it answers from then on."""

    def __init__(self) -> None:
        self.asked: list[str] = []  # paths
        self.answers = threading.Event()  # cleared, nothing is answered
        self.answers.set()
        self.metadata: dict[str, Any] = {}  # over what is true
        self.tells_issuer = True
        self.error: dict[str, str] = {}  # instead of a code
        self.id_claims: dict[str, Any] = {}  # over those of the ID token
        self.access_claims: dict[str, Any] | None = {"scope": "openid vpce-guard:decide vpce-guard:read"}  # or opaque
        self.signing_key = KEY
        self.token_answer: tuple[int, bytes] | None = None  # instead of tokens
        self._codes: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def issuer(self) -> str:
        """Its name, and where it is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/realms/people"

    @property
    def settings(self) -> dict[str, Any]:
        """Of a service that takes its tokens, and its people at the console."""
        return {
            "oidc_issuer": self.issuer,
            "oidc_audience": AUDIENCE,
            "oidc_jwks_url": f"{self.issuer}/keys",
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
            "oidc_scopes": ("openid", "vpce-guard:read"),
            "oidc_name": "People",
        }

    def close(self) -> None:
        """Stop; what is held back is answered first."""
        self.answers.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, path: str, headers: Any, form: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Status, fields and body."""
        place = urlsplit(path)
        self.asked.append(place.path.rpartition("/")[2])
        self.answers.wait(LONGEST)
        match self.asked[-1]:
            case "keys":
                public = {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "one"}
                return 200, {}, _json({"keys": [{**public, "use": "sig"}]})
            case "openid-configuration":
                return 200, {}, _json(self._metadata())
            case "auth" if method == "GET":
                return self._sign_in({name: values[0] for name, values in parse_qs(place.query).items()})
            case "token" if method == "POST":
                status, body = self.token_answer or self._tokens(headers.get("authorization"), form)
                return status, {"cache-control": "no-store"}, body
            case "logout":
                return 200, {"content-type": "text/html"}, b"<title>Out</title>You are signed out of People."
        return 404, {}, b"{}"

    def token(self, claims: dict[str, Any], *, key_id: Any = "one") -> str:
        """A token that says that, of the key with an id; `...` takes a claim out."""
        now = int(time.time())
        told = {"iss": self.issuer, "sub": PERSON, "iat": now, "exp": now + 300, **claims}
        content = {name: value for name, value in told.items() if value is not ...}
        return jwt.api_jws.encode(_json(content), self.signing_key, algorithm="RS256", headers={"kid": key_id})

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth?kc_idp_hint=own",
            "token_endpoint": f"{self.issuer}/token",
            "end_session_endpoint": f"{self.issuer}/logout",
            "jwks_uri": f"{self.issuer}/keys",
            "code_challenge_methods_supported": ["plain", "S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "authorization_response_iss_parameter_supported": self.tells_issuer,
            **self.metadata,
        }

    def _sign_in(self, asked: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Back to the client with a code, as for somebody who has signed in before."""
        right = asked["client_id"] == CLIENT and asked["response_type"] == "code" and "openid" in asked["scope"].split()
        if not right or asked["code_challenge_method"] != "S256" or asked["kc_idp_hint"] != "own":
            return 400, {}, b"{}"
        told = {"state": asked["state"], "session_state": "x"} | ({"iss": self.issuer} if self.tells_issuer else {})
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        told |= self.error or {"code": code}
        return 302, {"location": f"{asked['redirect_uri']}?{urlencode(told)}"}, b""

    def _tokens(self, authorization: str | None, form: dict[str, str]) -> tuple[int, bytes]:
        """What a code is worth, once, to the client that it was made for and that has the verifier."""
        client, secret = form.get("client_id"), form.get("client_secret")
        if authorization is not None:
            pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
            client, secret = map(unquote_plus, pair.split(":"))
        if (client, secret) != (CLIENT, SECRET):
            return 401, _json({"error": "invalid_client", "error_description": "Wrong <b>secret</b>."})
        asked = self._codes.pop(form["code"], None)
        challenge = _half(hashlib.sha256(form["code_verifier"].encode()).digest(), 32)
        if asked is None or (asked["redirect_uri"], asked["code_challenge"]) != (form["redirect_uri"], challenge):
            return 400, _json({"error": "invalid_grant"})
        access = "opaque" if self.access_claims is None else self.token({"aud": AUDIENCE, **self.access_claims})
        at_hash = _half(hashlib.sha256(access.encode()).digest(), 16)
        told = {"aud": CLIENT, "nonce": asked["nonce"], "at_hash": at_hash, **self.id_claims}
        id_token = self.token(told)
        return 200, _json({"access_token": access, "token_type": "Bearer", "id_token": id_token, "expires_in": 300})


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    """A provider, until it is no longer needed."""
    provider = IdentityProvider()
    try:
        yield provider
    finally:
        provider.close()


def _handler(provider: IdentityProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._respond("GET", b"")

        def do_POST(self) -> None:
            self._respond("POST", self.rfile.read(int(self.headers["content-length"])))

        def _respond(self, method: str, body: bytes) -> None:
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            status, fields, answer = provider.answer(method, self.path, self.headers, form)
            self.send_response(status)
            for name, value in fields.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            with suppress(OSError):  # who asked has read enough
                self.wfile.write(answer)

        def log_message(self, *_: Any) -> None: ...

    return Handler


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _half(digest: bytes, length: int) -> str:
    return base64.urlsafe_b64encode(digest[:length]).rstrip(b"=").decode()
