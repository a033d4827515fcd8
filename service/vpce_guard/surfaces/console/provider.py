"""Signing in at the identity provider: authorization code flow with PKCE, and who the ID token says it is.

Sources: OpenID Connect Core 1.0 (3.1), OpenID Connect Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (iss), RFC 9700.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx2

from vpce_guard.errors import CredentialsError, ForbiddenError, OverloadedError, ProviderError
from vpce_guard.logs import Logger
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api.http.callers import Caller
from vpce_guard.surfaces.api.http.openid import OpenId
from vpce_guard.surfaces.api.http.provider_web import ProviderWeb
from vpce_guard.surfaces.console.provider_metadata import MetadataSource, ProviderMetadata
from vpce_guard.surfaces.console.sealing import Sealing

log = Logger("vpce_guard.callers")
ATTEMPT_LIFE = 600  # seconds in which somebody must have signed in at the provider
_ABOUT = b"vpce-guard console sign-in 1"
_MOST_ANSWER = 256 << 10  # bytes of the token endpoint's answer
_MOST_TOLD = 300  # characters of what a provider tells about an error
_MOST_USED = 10_000
_MOST_WAITING = 32
_EXCHANGE = 10.0  # seconds that the exchange of a code may take in all
_AGAIN = "Begin again on this page."


@dataclass(frozen=True)
class SignInAttempt:
    """What was sent along to the provider, and must come back: for one browser and one try."""

    state: str
    nonce: str
    verifier: str
    following: str  # the page of the console that it leads to
    redirect: str  # the address that the provider sends the browser back to
    until: float  # seconds since 1970


@dataclass(frozen=True)
class ProviderAnswer:
    """What the browser brings back from the provider: the parameters of the address, as they are given there."""

    state: str
    code: str
    iss: str | None
    error: str
    error_description: str


class SignInProvider:
    """The identity provider of the settings, as a client that people sign in through. For one event loop."""

    def __init__(self, settings: Settings, secret: bytes, *, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._sealing = Sealing(secret, _ABOUT)
        self._web = ProviderWeb(str(settings.oidc_issuer))
        self._source = MetadataSource(str(settings.oidc_issuer), self._web)
        self._clock = clock
        self._used: dict[str, None] = {}
        self._waiting = 0

    @property
    def name(self) -> str:
        """What people call it."""
        return self._settings.oidc_name or urlsplit(str(self._settings.oidc_issuer)).netloc

    @property
    def farewell(self) -> str | None:
        """Where one signs out at the provider itself, as far as that is known. Source: RP-Initiated Logout 1.0."""
        known = self._source.last
        if known is None or known.end_session is None:
            return None
        return _with_query(known.end_session, {"client_id": str(self._settings.oidc_client_id)})

    def begin(self, following: str, redirect: str) -> SignInAttempt:
        """A new try, that leads to a page of the console."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return SignInAttempt(state, nonce, verifier, following, redirect, self._clock() + ATTEMPT_LIFE)

    def seal(self, attempt: SignInAttempt) -> str:
        """A try as the text of a cookie."""
        return self._sealing.seal(list(astuple(attempt)))

    async def address(self, attempt: SignInAttempt) -> str:
        """Where the browser goes to sign in. Raises ProviderError."""
        asked = {
            "response_type": "code",
            "client_id": str(self._settings.oidc_client_id),
            "redirect_uri": attempt.redirect,
            "scope": " ".join(self._settings.oidc_scopes),
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": _s256(attempt.verifier),
            "code_challenge_method": "S256",
        }
        return _with_query((await self._source.find()).authorization, asked)

    def accept(self, cookie: str | None, state: str) -> SignInAttempt:
        """The try of this browser that an answer with this state is to, once. Raises ForbiddenError."""
        values = self._sealing.open(cookie) if cookie else None
        attempt = SignInAttempt(*values) if values is not None else None
        if attempt is None or self._clock() >= attempt.until or attempt.state in self._used:
            raise ForbiddenError(
                f"This browser began no sign-in in the last {ATTEMPT_LIFE // 60} minutes, or it is over already.",
                advice=_AGAIN,
            )
        if not hmac.compare_digest(attempt.state.encode(), state.encode()):
            raise ForbiddenError("This answer belongs to another sign-in than the one begun last.", advice=_AGAIN)
        if len(self._used) >= _MOST_USED:  # the oldest is long over, or the provider takes its code once only
            del self._used[next(iter(self._used))]
        self._used[attempt.state] = None
        return attempt

    async def redeem(self, attempt: SignInAttempt, answer: ProviderAnswer, tokens: OpenId) -> tuple[Caller, float]:
        """Who signed in, and until when that holds (seconds since 1970).

        Raises CredentialsError or ForbiddenError for what does not hold, ProviderError where the provider cannot be
        asked, and OverloadedError.
        """
        known = await self._source.find()
        if (answer.iss is not None or known.tells_issuer) and answer.iss != self._settings.oidc_issuer:
            raise CredentialsError("The answer is of another identity provider than the one asked.", advice=_AGAIN)
        if answer.error or not answer.code:
            told = _describe_error(answer.error or "no code", answer.error_description)
            raise CredentialsError(f"{self.name} did not sign you in: {told}.", advice=_AGAIN)
        found = await self._exchange(known, attempt, answer.code)
        claims = await self._read_id_token(found, attempt, tokens)
        return await self._find_caller(claims, found.get("access_token"), tokens)

    async def _exchange(self, known: ProviderMetadata, attempt: SignInAttempt, code: str) -> Mapping[str, Any]:
        """What the token endpoint gives for a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": attempt.redirect,
            "code_verifier": attempt.verifier,
        }
        client_id, secret = str(self._settings.oidc_client_id), self._settings.oidc_client_secret
        headers = {}
        if secret is not None and known.takes_basic:
            pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": client_id} | ({"client_secret": secret} if secret is not None else {})
        if self._waiting >= _MOST_WAITING:
            raise OverloadedError("Too many people sign in at the same time.", retry_after=5)
        self._waiting += 1
        try:
            async with asyncio.timeout(_EXCHANGE):
                status, found = await self._web.ask(
                    known.token, most=_MOST_ANSWER, form=form, headers=headers, statuses=(200, 400, 401)
                )
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            log.error("sign_in_not_exchanged", error=f"{type(error).__name__}: {error}"[:500])
            raise ProviderError(
                f"{self.name} does not tell who signed in.", advice="Begin again in a few seconds."
            ) from None
        finally:
            self._waiting -= 1
        if status != 200:
            told = _describe_error(found.get("error"), found.get("error_description"))
            log.error("sign_in_refused", error=told)
            raise CredentialsError(
                f"{self.name} refused the sign-in: {told}.",
                advice=f"{_AGAIN} If that does not help, see whether oidc_client_id and oidc_client_secret are right.",
            )
        return found

    async def _read_id_token(
        self, found: Mapping[str, Any], attempt: SignInAttempt, tokens: OpenId
    ) -> Mapping[str, Any]:
        """The claims of the ID token, which must be for this client, this try and the access token beside it."""
        client_id, token = str(self._settings.oidc_client_id), found.get("id_token")
        claims = await tokens.read_claims(token, audience=client_id) if isinstance(token, str) else None
        if claims is None:
            raise CredentialsError(
                f"The ID token of {self.name} does not hold: its signature, issuer, audience or times are wrong.",
                advice="Begin again; see whether oidc_client_id, oidc_issuer, oidc_algorithms and the clock are right.",
            )
        audience, party = claims["aud"], claims.get("azp")
        if (party is not None or (isinstance(audience, list) and len(audience) > 1)) and party != client_id:
            raise CredentialsError("The ID token was made for another client.", advice=_AGAIN)
        nonce = claims.get("nonce")
        if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), attempt.nonce.encode()):
            raise CredentialsError("The ID token belongs to another sign-in.", advice=_AGAIN)
        if "at_hash" in claims and claims["at_hash"] != _hash_of(found.get("access_token"), str(token)):
            raise CredentialsError("The ID token and the access token do not belong together.", advice=_AGAIN)
        return claims

    async def _find_caller(self, claims: Mapping[str, Any], access_token: Any, tokens: OpenId) -> tuple[Caller, float]:
        """Who the access token says it is where it is one that the API takes, else who the ID token says."""
        audience = str(self._settings.oidc_audience)
        granted = await tokens.read_claims(access_token, audience=audience) if isinstance(access_token, str) else None
        until = float(claims["exp"])
        if granted is not None:
            if granted["sub"] != claims["sub"]:
                raise CredentialsError("The ID token and the access token are of two people.", advice=_AGAIN)
            claims, until = granted, min(until, float(granted["exp"]))
        caller = tokens.caller_of(claims)
        if caller is None or not caller.scopes:
            prefix = self._settings.oidc_scope_prefix
            raise ForbiddenError(
                f"{self.name} knows you, and nothing is granted to you here: neither the access token nor the ID token "
                f"has a scope such as {prefix}read.",
                advice="Whoever runs the identity provider can grant it; oidc_scopes says which scopes are asked for.",
            )
        return caller, until


def _s256(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _hash_of(access_token: Any, id_token: str) -> str | None:
    """What at_hash must be: the left half of the hash that the ID token's signature uses (Core 3.1.3.6)."""
    import jwt

    if not isinstance(access_token, str):
        return None
    bits = jwt.get_unverified_header(id_token)["alg"][-3:]  # its signature was checked; EdDSA is with SHA-512
    digest = hashlib.new(f"sha{bits}" if bits.isdigit() else "sha512", access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def _with_query(url: str, parameters: Mapping[str, str]) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(parameters)}"


def _describe_error(*texts: Any) -> str:
    """What a provider says of an error, in short."""
    found = [text[:_MOST_TOLD].rstrip(".") for text in texts if isinstance(text, str) and text]
    return ", ".join(found) or "no reason told"
