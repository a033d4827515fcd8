"""Policies in an OPA sidecar, asked through opa-python-client's async client over kept-alive connections."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from opa_client.opa_async import AsyncOpaClient

from vpce_guard.engines import Answer, asked, checked
from vpce_guard.errors import EngineError, SettingsError
from vpce_guard.model import EngineName, Json


class OpaEngine:
    """One client with one session; the client's own retries are off, so that the time limit is the caller's."""

    name: EngineName = "opa"

    def __init__(self, url: str, *, timeout: float) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            raise SettingsError(
                f"{url!r} is no URL of an OPA server.", advice="Set VPCE_GUARD_OPA_URL to e.g. http://127.0.0.1:8181."
            )
        self._url = url
        self._timeout = timeout
        https = parts.scheme == "https"
        self._client = AsyncOpaClient(
            host=parts.hostname, port=parts.port or (443 if https else 80), ssl=https, retries=0, timeout=timeout
        )
        self._opening = asyncio.Lock()

    async def evaluate(self, inputs: Sequence[Json]) -> Answer:
        """The answer to the inputs, from one request."""
        rule, document = asked(inputs)
        answer = await self._ask(document, rule)
        if not isinstance(answer, dict) or "result" not in answer:
            raise EngineError(
                f"OPA at {self._url} has no vpce.main policy.",
                advice="Give it the bundle of this service: service/vpce_guard/policy/vpce.tar.gz.",
            )
        result = answer["result"]
        return checked([result] if rule == "result" else result, count=len(inputs), engine=self.name)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close_connection()

    async def _ask(self, document: Json, rule: str) -> Any:
        try:
            async with self._opening:
                if self._client._session is None:  # noqa: SLF001 - the client opens its session only in a with block
                    await self._client.__aenter__()
            return await self._client.query_rule(document, "vpce.main", rule)
        except TimeoutError:
            raise EngineError(f"OPA at {self._url} did not answer within {self._timeout:g} s.") from None
        except aiohttp.ClientResponseError as error:
            raise EngineError(f"OPA at {self._url} answered {error.status} {error.message}.") from None
        except (aiohttp.ClientError, OSError) as error:
            raise EngineError(
                f"OPA at {self._url} cannot be reached: {type(error).__name__}.", advice="Check that it runs."
            ) from None
        except ValueError:
            raise EngineError(f"OPA at {self._url} answered something that is not JSON.") from None
