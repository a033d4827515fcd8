"""Bearer tokens of an OpenID provider. Its keys are fetched beside the requests, never by one of them.

A token signed with a key that is known is judged at once, whatever the provider does. Source: RFC 7519, RFC 8725,
OpenID Connect Discovery.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping
from typing import Any

import httpx2
import jwt
from pydantic_core import from_json

from vpce_guard.answers import read_answer_ahead
from vpce_guard.errors import ProviderError
from vpce_guard.logs import Logger
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.http.callers import MOST_NAME, SCOPES, Caller

log = Logger("vpce_guard.callers")
_LIFE = 300.0  # seconds after which keys are fetched again
_TRUST = 86_400.0  # seconds for which they count while the provider does not answer
_COOL_DOWN = 10.0  # seconds between the end of one fetch and the next
_FETCH = 5.0  # seconds that one fetch may take in all
_WAIT = 2.0  # seconds that a token with an unknown key waits for a fetch
_MOST_WAITING = 32  # tokens that wait; more are refused at once
_MOST_BYTES = 1 << 20  # of a key set
_REQUIRED = ("exp", "iat", "sub", "iss", "aud")


class OpenId:
    """Whom a bearer token (JWT) of the provider names: signature, issuer, audience and times are checked.

    Only asymmetric algorithms count, whatever a token says of itself. For one event loop only.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tls = ssl.create_default_context() if str(settings.oidc_jwks_url).startswith("https:") else None
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetch: asyncio.Task[None] | None = None
        self._fetched = self._ended = float("-inf")
        self._waiting = 0
        self._failure: str | None = None

    async def caller(self, token: str) -> Caller | None:
        """Whom the token names; None where it does not hold.

        Raises ProviderError for a token whose key is not known while the provider cannot be asked.
        """
        try:
            key_id = jwt.get_unverified_header(token).get("kid")
        except (jwt.PyJWTError, ValueError, RecursionError):
            return None
        if not isinstance(key_id, str):
            return None
        key = await self._find_key(key_id)
        claims = self._read_claims(token, key) if key is not None else None
        if claims is None:
            return None
        scopes = _granted_scopes(claims, self._settings.oidc_scope_prefix)
        name = f"oidc:{claims['sub']}"
        if len(name.encode(errors="replace")) > MOST_NAME or not name.isprintable():  # cut, it could be another's
            log.error("oidc_subject_refused", subject=name[:MOST_NAME])
            return None
        return Caller(name=name, scopes=scopes) if scopes is not None else None

    async def _find_key(self, key_id: str) -> jwt.PyJWK | None:
        """The key of that id; None where the provider has none, as it said a moment ago. Raises ProviderError."""
        now = time.monotonic()
        may_fetch = self._fetch is None and now - self._ended > _COOL_DOWN
        key = self._keys.get(key_id) if now - self._fetched < _TRUST else None
        if may_fetch and (key is None or now - self._fetched > _LIFE):
            self._fetch = asyncio.create_task(self._refresh())
        if key is None and self._fetch is not None and self._waiting < _MOST_WAITING:
            self._waiting += 1
            try:
                await asyncio.wait([self._fetch], timeout=_WAIT)
            finally:
                self._waiting -= 1
            key = self._keys.get(key_id)
        if key is None and (self._fetch is not None or self._failure is not None):
            raise ProviderError(
                "The key of the token is not known, and the identity provider does not tell its keys.",
                advice="Try again in a few seconds.",
            )
        return key

    async def _refresh(self) -> None:
        """Fetch the keys once. Those that are known stay where it fails."""
        try:
            async with asyncio.timeout(_FETCH):
                found = jwt.PyJWKSet.from_dict(await self._load())
            self._keys = {key.key_id: key for key in found.keys if key.key_id and key.public_key_use in ("sig", None)}
            self._fetched, self._failure = time.monotonic(), None
        except Exception as error:  # whatever it is, the keys that are known go on counting
            self._failure = f"{type(error).__name__}: {error}"[:500]
            log.error("oidc_keys_not_fetched", error=self._failure)
        finally:
            self._fetch, self._ended = None, time.monotonic()

    async def _load(self) -> dict[str, Any]:
        async with (
            httpx2.AsyncClient(verify=self._tls or False, timeout=_FETCH) as client,
            client.stream("GET", str(self._settings.oidc_jwks_url)) as answer,
        ):
            answer.raise_for_status()
            body = await read_answer_ahead(answer, most=_MOST_BYTES, what="The answer")
        found = from_json(body)
        if not isinstance(found, dict):
            raise ValueError("not a JSON object")
        return found

    def _read_claims(self, token: str, key: jwt.PyJWK) -> Mapping[str, Any] | None:
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=list(self._settings.oidc_algorithms),
                audience=self._settings.oidc_audience,
                issuer=self._settings.oidc_issuer,
                leeway=self._settings.oidc_leeway,
                options={"require": list(_REQUIRED)},
            )
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError):
            return None  # claims may be of any type: what is not as it should be is nobody's
        return claims if isinstance(claims.get("sub"), str) and claims["sub"] else None


def _granted_scopes(claims: Mapping[str, Any], prefix: str) -> frozenset[str] | None:
    """The scopes in the claims `scope` (text) or `scp` (list) that begin with the prefix and are known.

    None where the claim is neither a text nor a list of texts.
    """
    told = claims.get("scope", claims.get("scp", ""))
    words = told.split() if isinstance(told, str) else told
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        return None
    return frozenset(word.removeprefix(prefix) for word in words if word.startswith(prefix)) & SCOPES
