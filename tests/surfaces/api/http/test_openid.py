"""Keys of an identity provider: fetched when one is not known, and again when they are old."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.http import openid
from vpce_guard.surfaces.api.http.openid import OpenId

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ISSUER, AUDIENCE = "https://issuer.example", "vpce-guard"


class Provider(OpenId):
    """A source whose key set is at hand."""

    def __init__(self, *key_ids: str) -> None:
        super().__init__(Settings(oidc_issuer=ISSUER, oidc_audience=AUDIENCE, oidc_jwks_url="http://127.0.0.1:9/"))
        self.key_ids = key_ids
        self.asked = 0

    async def _load(self) -> dict[str, Any]:
        self.asked += 1
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [{**public, "kid": key_id, "use": "sig"} for key_id in self.key_ids]}


def token(key_id: str, **claims: Any) -> str:
    now = int(time.time())
    named = {"iss": ISSUER, "aud": AUDIENCE, "sub": "alex", "iat": now, "exp": now + 300}
    return jwt.encode({**named, **claims}, KEY, algorithm="RS256", headers={"kid": key_id})


def test_a_token_names_its_caller_and_scopes() -> None:
    caller = asyncio.run(Provider("one").caller(token("one", scope="vpce-guard:decide openid vpce-guard:x")))
    assert caller is not None
    assert (caller.name, caller.scopes) == ("oidc:alex", {"decide"})


def test_a_key_that_came_later_is_found_after_the_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> list[bool]:
        provider = Provider("one")
        known = [await provider.caller(token(key_id)) is not None for key_id in ("one", "two")]
        provider.key_ids = ("one", "two")
        known.append(await provider.caller(token("two")) is not None)
        monkeypatch.setattr(openid, "_COOL_DOWN", -1.0)
        return [*known, await provider.caller(token("two")) is not None]

    assert asyncio.run(ask()) == [True, False, False, True]


def test_old_keys_count_while_they_are_fetched_again_and_not_once_they_are_gone() -> None:
    async def ask() -> list[bool]:
        provider = Provider("one")
        known = [await provider.caller(token("one")) is not None]
        provider.key_ids = ("two",)
        provider._fetched = provider._ended = time.monotonic() - 1000
        known.append(await provider.caller(token("one")) is not None)
        assert provider._fetch is not None
        await provider._fetch
        return [*known, await provider.caller(token("one")) is not None]

    assert asyncio.run(ask()) == [True, True, False]


def test_keys_that_nobody_confirmed_for_a_day_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> Any:
        provider = Provider("one")
        await provider.caller(token("one"))
        monkeypatch.setattr(openid, "_TRUST", -1.0)
        return await provider.caller(token("one"))

    assert asyncio.run(ask()) is None
