"""What hooks that are called and call back have in common: signatures are compared, and outcomes told until taken."""

from __future__ import annotations

import asyncio
import hmac

import httpx2

from vpce_guard.answers import read_answer_ahead
from vpce_guard.errors import CredentialsError
from vpce_guard.logs import Logger
from vpce_guard.model import Json

log = Logger("vpce_guard.hooks")

PAUSES = (1.0, 3.0, 6.0)  # seconds before each further attempt
SECONDS = 30.0  # that one attempt may take
_MOST_ANSWER = 64 << 10  # bytes of an answer to an outcome
_PASSING = frozenset({408, 425, 429})  # what a later attempt may change, beside 5xx


def compare(signature: str | None, expected: str, *, advice: str) -> None:
    """Raise CredentialsError unless the signature is the one expected, in a time that does not tell how close it is."""
    if signature is None or not hmac.compare_digest(expected.encode(), signature.strip().encode()):
        raise signature_error(advice)


def signature_error(advice: str) -> CredentialsError:
    """What is raised for a request that is not signed, or wrongly."""
    return CredentialsError("The signature is missing or wrong.", advice=advice)


async def tell(
    client: httpx2.AsyncClient,
    method: str,
    url: str,
    content: Json,
    *,
    request_id: str,
    headers: dict[str, str] | None = None,
) -> bytes:
    """The answer to JSON that is sent, and sent again where that may help. Raises httpx2.HTTPError, TooLargeError."""
    pauses = iter(PAUSES)
    while True:
        try:
            async with client.stream(method, url, json=content, headers=headers) as response:
                response.raise_for_status()
                return await read_answer_ahead(response, most=_MOST_ANSWER, what="The answer")
        except httpx2.HTTPError as error:
            pause = next(pauses, None)
            log.warning("callback_failed", request_id=request_id, error=str(error) or type(error).__name__)
            if pause is None or not _may_pass(error):
                raise
        await asyncio.sleep(pause)


def _may_pass(error: httpx2.HTTPError) -> bool:
    if not isinstance(error, httpx2.HTTPStatusError):
        return True
    status = error.response.status_code
    return status in _PASSING or status >= httpx2.codes.INTERNAL_SERVER_ERROR
