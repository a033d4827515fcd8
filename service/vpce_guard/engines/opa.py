"""Policies in an OPA sidecar, asked through opa-python-client's async client over kept-alive connections."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import aiohttp
from opa_client.opa_async import AsyncOpaClient
from pydantic_core import from_json, to_json

from vpce_guard import tls
from vpce_guard.engines import Evaluations, check_answer, request_for
from vpce_guard.engines.batches import evaluate_batches
from vpce_guard.errors import EngineError, SettingsError, TooMuchError
from vpce_guard.logs import traceparent
from vpce_guard.model import EngineName, Json
from vpce_guard.reloading import ReloadedFiles


@dataclass(frozen=True, kw_only=True)
class OpaCredentials:
    """How OPA knows this service and this service OPA: a bearer token, a certificate with its key, a CA."""

    token: str | None = field(default=None, repr=False)
    token_file: Path | None = None
    ca: tls.Pem | None = None
    certificate: tls.Pem | None = None
    key: tls.Pem | None = None


class OpaEngine:
    """One client with one session; the client's own retries are off, so that the time limit is the caller's."""

    name: EngineName = "opa"

    def __init__(self, url: str, *, timeout: float, access: OpaCredentials | None = None) -> None:
        access = access or OpaCredentials()
        parts = _server(url)
        https = parts.scheme == "https"
        self._url = url
        self._timeout = timeout
        self._token = _load_token(access)
        self._tls = tls.client(ca=access.ca, certificate=access.certificate, key=access.key) if https else None
        host = parts.hostname or ""
        self._client = _Client(
            self._headers,
            self._context,
            host=f"[{host}]" if ":" in host else host,
            port=parts.port or (443 if https else 80),
            ssl=https,
            retries=0,
            timeout=timeout,
        )
        self._opening = asyncio.Lock()

    async def evaluate(self, inputs: Sequence[Json]) -> Evaluations:
        """The answer to the inputs; to a large batch from several requests, each with the whole time limit."""
        return await evaluate_batches(inputs, self._evaluate)

    async def _evaluate(self, inputs: Sequence[Json]) -> Evaluations:
        rule, document = request_for(inputs)
        answer = await self._ask(document, rule)
        if not isinstance(answer, dict) or "result" not in answer:
            raise EngineError(
                f"OPA at {self._url} does not have the vpce.main policy.",
                advice="Give it the bundle of this service: service/vpce_guard/policy/vpce.tar.gz.",
            )
        result = answer["result"]
        return check_answer([result] if rule == "result" else result, count=len(inputs), engine=self.name)

    async def warm(self) -> None:
        """Nothing: a connection is made with the first call."""

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close_connection()

    def _headers(self) -> dict[str, str]:
        """What every request to OPA carries."""
        token, parent = self._token.current, traceparent.get()
        named = {"authorization": f"Bearer {token}" if token else None, "traceparent": parent}
        return {name: value for name, value in named.items() if value is not None}

    def _context(self) -> ssl.SSLContext | bool:
        return self._tls.current if self._tls is not None else True

    async def _ask(self, document: Json, rule: str) -> Any:
        try:
            async with self._opening:
                if self._client._session is None:  # noqa: SLF001 - the client opens its session only in a with block
                    await self._client.__aenter__()
            return await self._client.ask(f"vpce/main/{rule}", document)
        except TimeoutError:
            raise EngineError(f"OPA at {self._url} did not answer within {self._timeout:g} s.") from None
        except aiohttp.ClientResponseError as error:
            raise self._refusal_error(error) from None
        except (aiohttp.ClientError, OSError) as error:
            raise self._connection_error(error) from None
        except ValueError:
            raise EngineError(f"OPA at {self._url} answered something that is not JSON.") from None

    def _refusal_error(self, error: aiohttp.ClientResponseError) -> EngineError:
        advice = ""
        if error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return TooMuchError(f"OPA at {self._url} does not take so much at once.", advice="Send fewer endpoints.")
        if error.status in (401, 403):
            advice = "Check VPCE_GUARD_OPA_TOKEN or VPCE_GUARD_OPA_TOKEN_FILE."
        elif error.status == 400 and self._tls is None:
            advice = "If it serves TLS, VPCE_GUARD_OPA_URL must begin with https://."
        return EngineError(f"OPA at {self._url} answered {error.status} {error.message}.", advice=advice)

    def _connection_error(self, error: Exception) -> EngineError:
        reason = error.__cause__ if isinstance(error.__cause__, ssl.SSLError) else error
        if isinstance(reason, ssl.SSLCertVerificationError):
            return EngineError(
                f"OPA at {self._url} presents a certificate that is not accepted: {reason.verify_message.rstrip('.')}.",
                advice="Check VPCE_GUARD_OPA_CA_FILE, the host in VPCE_GUARD_OPA_URL and OPA's certificate.",
            )
        advice = "Check that it runs."
        if self._tls is not None:
            advice = "Check that it runs, serves TLS and takes the certificate in VPCE_GUARD_OPA_CERT_FILE."
        if isinstance(reason, ssl.SSLError):
            why = (reason.reason or str(reason)).replace("_", " ").lower()
            return EngineError(f"TLS with OPA at {self._url} failed: {why}.", advice=advice)
        return EngineError(f"OPA at {self._url} cannot be reached: {type(error).__name__}.", advice=advice)


class _Client(AsyncOpaClient):  # type: ignore[misc] # has no types
    """The client with what it has no parameters for: headers and TLS that differ from one request to the next."""

    def __init__(
        self, headers: Callable[[], dict[str, str]], context: Callable[[], ssl.SSLContext | bool], **options: Any
    ) -> None:
        super().__init__(**options)
        self._headers_now = headers
        self._context_now = context

    async def ask(self, path: str, document: Json) -> Any:
        """What query_rule() gives, with a faster reader and writer of JSON. Raises as it does."""
        options: Any = {"data": to_json({"input": document}), "headers": {"content-type": "application/json"}}
        async with self._request("POST", f"{self.root_url}/data/{path}", **options) as response:
            if response.status != HTTPStatus.OK:
                about = {"status": response.status, "message": response.reason or ""}
                raise aiohttp.ClientResponseError(response.request_info, response.history, **about)
            return from_json(await response.read(), allow_inf_nan=False)

    @asynccontextmanager
    async def _request(self, method: str, url: str, **options: Any) -> AsyncIterator[Any]:
        """One request; one that is sent elsewhere is not followed, because what it carries is for OPA only."""
        options["headers"] = {**options.get("headers", {}), **self._headers_now()}
        options |= {"ssl": self._context_now(), "allow_redirects": False}
        async with super()._request(method, url, **options) as response:
            yield response


def _server(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        if whole and not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc):
            return parts
    except ValueError:
        pass
    raise SettingsError(
        f"opa_url: {url!r} is not the URL of an OPA server.",
        advice="Set VPCE_GUARD_OPA_URL to e.g. http://127.0.0.1:8181.",
    )


def _load_token(access: OpaCredentials) -> ReloadedFiles[str | None]:
    """The token, from its file where there is one. Raises SettingsError for what cannot be one."""

    def read() -> str | None:
        token, told = access.token, "opa_token"
        if access.token_file is not None:
            told = f"opa_token_file: {access.token_file}"
            try:
                token = access.token_file.read_text().strip()
            except (OSError, UnicodeDecodeError) as error:
                raise SettingsError(f"{told} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
        if token is not None and not (token.isascii() and token.isprintable() and token and " " not in token):
            raise SettingsError(f"{told} is not a bearer token: it is empty, or holds spaces or other characters.")
        return token

    return ReloadedFiles([access.token_file] if access.token_file else [], read)
