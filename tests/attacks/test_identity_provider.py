"""Tokens that nobody signed, and an identity provider that hangs: whose key is known is answered as ever."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support.waiting import LONGEST, until
from vpce_guard.errors import ProviderError
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.http import openid
from vpce_guard.surfaces.api.http.openid import OpenId

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NAMED = {"iss": "https://issuer.example", "aud": "vpce-guard", "sub": "alex", "scope": "vpce-guard:decide"}


class Provider:
    """A key server whose answer can be held back."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers = threading.Event()
        self.answers.set()
        public = {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())), "kid": "one", "use": "sig"}
        provider = self

        class Keys(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked += 1
                provider.answers.wait(LONGEST)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps({"keys": [public]}).encode())

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/jwks"


@pytest.fixture
def provider() -> Iterator[Provider]:
    found = Provider()
    yield found
    found.answers.set()
    found.server.shutdown()


def token(kid: Any = "one", **claims: Any) -> str:
    now = int(time.time())
    content = {**NAMED, "iat": now, "exp": now + 300, **claims}
    return jwt.api_jws.encode(json.dumps(content).encode(), KEY, algorithm="RS256", headers={"kid": kid})


def source(url: str) -> OpenId:
    return OpenId(Settings(oidc_issuer=NAMED["iss"], oidc_audience=NAMED["aud"], oidc_jwks_url=url))


def test_a_known_key_is_answered_while_the_provider_hangs(provider: Provider) -> None:
    async def attack() -> tuple[Any, float, list[Any]]:
        known = source(provider.url)
        assert await known.caller(token()) is not None
        provider.answers.clear()
        known._ended = known._fetched = time.monotonic() - 1000  # as if that were long ago
        strangers = [asyncio.create_task(known.caller(token(f"made-up-{n}"))) for n in range(100)]
        await asyncio.to_thread(until, lambda: provider.asked == 2)
        began = time.monotonic()
        caller = await known.caller(token())
        took = time.monotonic() - began
        refused = await asyncio.gather(*strangers, return_exceptions=True)
        return caller, took, refused

    caller, took, refused = asyncio.run(attack())
    assert caller.name == "oidc:alex"
    assert took < 1.0
    assert {type(error) for error in refused} == {ProviderError}
    assert provider.asked == 2


def test_unknown_keys_are_nobodys_and_asked_for_once_in_a_while(provider: Provider) -> None:
    async def attack() -> list[Any]:
        known = source(provider.url)
        return [await known.caller(token(f"made-up-{n}")) for n in range(20)]

    assert asyncio.run(attack()) == [None] * 20
    assert provider.asked == 1


def test_a_provider_that_is_away_is_asked_again_only_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    async def fail(_: OpenId) -> dict[str, Any]:
        tries.append(1)
        raise OSError("away")

    monkeypatch.setattr(OpenId, "_load", fail)

    async def attack() -> list[Any]:
        unknown = source("http://127.0.0.1:9/")
        return await asyncio.gather(*(unknown.caller(token()) for _ in range(20)), return_exceptions=True)

    assert {type(error) for error in asyncio.run(attack())} == {ProviderError}
    assert len(tries) == 1


def test_few_wait_for_the_provider(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openid, "_MOST_WAITING", 2)
    provider.answers.clear()

    async def attack() -> tuple[list[Any], list[Any]]:
        known = source(provider.url)
        strangers = [asyncio.create_task(known.caller(token())) for _ in range(10)]
        done, _ = await asyncio.wait(strangers, timeout=LONGEST, return_when=asyncio.FIRST_COMPLETED)
        early = [one.exception() for one in done]
        provider.answers.set()
        return early, await asyncio.gather(*strangers, return_exceptions=True)

    early, every = asyncio.run(attack())
    assert {type(error) for error in early} == {ProviderError}
    assert sum(not isinstance(found, Exception) for found in every) == 2


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": 7},
        {"sub": ["alex"]},
        {"sub": None},
        {"sub": ""},
        {"exp": "soon"},
        {"exp": [1]},
        {"exp": 1e400},
        {"iat": {}},
        {"nbf": "x"},
        {"aud": 7},
        {"aud": [7]},
        {"aud": {}},
        {"iss": ["https://issuer.example"]},
        {"iss": 1},
        {"scope": 7},
        {"scope": {"vpce-guard:decide": 1}},
        {"scope": ["vpce-guard:decide", 7]},
        {"scope": None, "scp": "x"},
    ],
)
def test_claims_of_a_wrong_type_are_nobodys(provider: Provider, claims: dict[str, Any]) -> None:
    async def attack() -> Any:
        return await source(provider.url).caller(token(**claims))

    assert asyncio.run(attack()) is None


@pytest.mark.parametrize("kid", [7, ["one"], {"one": 1}, None, True])
def test_a_key_id_of_a_wrong_type_is_nobodys_and_nothing_is_fetched(provider: Provider, kid: Any) -> None:
    head = {"alg": "RS256", "kid": kid}
    made = ".".join([jwt.utils.base64url_encode(json.dumps(head).encode()).decode(), *token().split(".")[1:]])
    assert asyncio.run(source(provider.url).caller(made)) is None
    assert provider.asked == 0
