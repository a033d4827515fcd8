"""What an identity provider says of itself (OpenID Connect Discovery 1.0): where people sign in, and how."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from vpce_guard.errors import ProviderError
from vpce_guard.logs import Logger
from vpce_guard.setting_values import is_private_url
from vpce_guard.surfaces.api.http.provider_web import ProviderWeb

log = Logger("vpce_guard.callers")
_MOST = 256 << 10  # bytes
_LIFE = 300.0  # seconds after which it is asked again
_COOL_DOWN = 2.0  # seconds after a failure in which it is not
_FETCH = 5.0  # seconds that asking may take in all


@dataclass(frozen=True)
class ProviderMetadata:
    """Addresses of a provider, over TLS or on this machine, and what it does."""

    authorization: str
    token: str
    end_session: str | None
    tells_issuer: bool  # RFC 9207: each answer has `iss`
    takes_basic: bool  # the secret of a client in Authorization; else it is in the form


class MetadataSource:
    """The metadata of one issuer, asked for once in a while, by one request for all that wait."""

    def __init__(self, issuer: str, web: ProviderWeb) -> None:
        self._issuer = issuer
        self._web = web
        self._fetch: asyncio.Task[None] | None = None
        self._fetched = self._failed = float("-inf")
        self._failure = ""
        self.last: ProviderMetadata | None = None

    async def find(self) -> ProviderMetadata:
        """The metadata, five minutes old at most. Raises ProviderError."""
        now = time.monotonic()
        if self.last is not None and now - self._fetched < _LIFE:
            return self.last
        if self._fetch is None and now - self._failed > _COOL_DOWN:
            self._fetch = asyncio.create_task(self._refresh())
        if self._fetch is not None:
            await asyncio.wait([self._fetch])
        if self.last is None or self._failure:
            raise ProviderError(
                f"The identity provider does not tell where to sign in: {self._failure}.",
                advice="Try again in a few seconds. If that does not help, oidc_issuer is wrong.",
            )
        return self.last

    async def _refresh(self) -> None:
        try:
            async with asyncio.timeout(_FETCH):
                url = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
                _, found = await self._web.ask(url, most=_MOST)
            self.last = read_metadata(found, self._issuer)
            self._fetched, self._failure = time.monotonic(), ""
        except Exception as error:  # whatever it is: who waits is told that there is none
            self._failure = f"{type(error).__name__}: {error}"[:300] if str(error) else type(error).__name__
            self._failed = time.monotonic()
            log.error("oidc_metadata_not_fetched", error=self._failure)
        finally:
            self._fetch = None


def read_metadata(found: Mapping[str, Any], issuer: str) -> ProviderMetadata:
    """What a provider says of itself. Raises ValueError for what no sign-in can rely on."""
    if found.get("issuer") != issuer:
        raise ValueError("it says that it is another issuer")
    methods = found.get("code_challenge_methods_supported")
    if isinstance(methods, list) and "S256" not in methods:
        raise ValueError("it does not take S256, and PKCE is needed")
    ways = found.get("token_endpoint_auth_methods_supported")
    return ProviderMetadata(
        authorization=_address(found, "authorization_endpoint"),
        token=_address(found, "token_endpoint"),
        end_session=_address(found, "end_session_endpoint") if found.get("end_session_endpoint") else None,
        tells_issuer=found.get("authorization_response_iss_parameter_supported") is True,
        takes_basic=not isinstance(ways, list) or "client_secret_basic" in ways or "client_secret_post" not in ways,
    )


def _address(found: Mapping[str, Any], name: str) -> str:
    url = found.get(name)
    if not isinstance(url, str) or not (url.isascii() and url.isprintable()) or " " in url or not is_private_url(url):
        raise ValueError(f"its {name} is no address with https://")
    told = urlsplit(url)
    if told.fragment or told.username is not None:
        raise ValueError(f"its {name} has a fragment or a user name")
    return url
