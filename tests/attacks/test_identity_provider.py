"""Tokens that nobody signed, and an identity provider that hangs: whose key is known is answered as ever."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest

from tests.support.identity_provider import AUDIENCE, IdentityProvider, identity_provider
from tests.support.waiting import LONGEST, until
from vpce_guard.errors import ProviderError
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.http import openid
from vpce_guard.surfaces.api.http.openid import OpenId

NAMED = {"aud": AUDIENCE, "scope": "vpce-guard:decide"}


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    with identity_provider() as found:
        yield found


def source(provider: IdentityProvider) -> OpenId:
    issuer = provider.issuer
    return OpenId(Settings(oidc_issuer=issuer, oidc_audience=AUDIENCE, oidc_jwks_url=f"{issuer}/keys"))


def test_a_known_key_is_answered_while_the_provider_hangs(provider: IdentityProvider) -> None:
    async def attack() -> tuple[Any, float, list[Any]]:
        known = source(provider)
        assert await known.caller(provider.token(NAMED)) is not None
        provider.answers.clear()
        known._ended = known._fetched = time.monotonic() - 1000  # as if that were long ago
        strangers = [
            asyncio.create_task(known.caller(provider.token(NAMED, key_id=f"made-up-{n}"))) for n in range(100)
        ]
        await asyncio.to_thread(until, lambda: len(provider.asked) == 2)
        began = time.monotonic()
        caller = await known.caller(provider.token(NAMED))
        took = time.monotonic() - began
        refused = await asyncio.gather(*strangers, return_exceptions=True)
        return caller, took, refused

    caller, took, refused = asyncio.run(attack())
    assert caller.name == "oidc:alex"
    assert took < 1.0
    assert {type(error) for error in refused} == {ProviderError}
    assert len(provider.asked) == 2


def test_unknown_keys_are_nobodys_and_asked_for_once_in_a_while(provider: IdentityProvider) -> None:
    async def attack() -> list[Any]:
        known = source(provider)
        return [await known.caller(provider.token(NAMED, key_id=f"made-up-{n}")) for n in range(20)]

    assert asyncio.run(attack()) == [None] * 20
    assert len(provider.asked) == 1


def test_a_provider_that_is_away_is_asked_again_only_after_a_while(
    provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    async def fail(_: OpenId) -> dict[str, Any]:
        tries.append(1)
        raise OSError("away")

    monkeypatch.setattr(OpenId, "_load", fail)

    async def attack() -> list[Any]:
        unknown = source(provider)
        return await asyncio.gather(*(unknown.caller(provider.token(NAMED)) for _ in range(20)), return_exceptions=True)

    assert {type(error) for error in asyncio.run(attack())} == {ProviderError}
    assert len(tries) == 1


def test_few_wait_for_the_provider(provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openid, "_MOST_WAITING", 2)
    provider.answers.clear()

    async def attack() -> tuple[list[Any], list[Any]]:
        known = source(provider)
        strangers = [asyncio.create_task(known.caller(provider.token(NAMED))) for _ in range(10)]
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
def test_claims_of_a_wrong_type_are_nobodys(provider: IdentityProvider, claims: dict[str, Any]) -> None:
    async def attack() -> Any:
        return await source(provider).caller(provider.token({**NAMED, **claims}))

    assert asyncio.run(attack()) is None


@pytest.mark.parametrize("kid", [7, ["one"], {"one": 1}, None, True])
def test_a_key_id_of_a_wrong_type_is_nobodys_and_nothing_is_fetched(provider: IdentityProvider, kid: Any) -> None:
    head = {"alg": "RS256", "kid": kid}
    made = ".".join(
        [jwt.utils.base64url_encode(json.dumps(head).encode()).decode(), *provider.token(NAMED).split(".")[1:]]
    )
    assert asyncio.run(source(provider).caller(made)) is None
    assert provider.asked == []
