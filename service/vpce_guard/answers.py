"""Answers of other services, read up to a bound: a larger one is given up before it fills the memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vpce_guard.errors import TooLargeError

if TYPE_CHECKING:
    import httpx2


def read_answer(response: httpx2.Response, *, most: int, what: str, advice: str = "") -> bytes:
    """The body of a streamed response, of at most so many bytes once unpacked.

    Raises TooLargeError, httpx2.HTTPError.
    """
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        _check_size(body, most, what, advice)
    return bytes(body)


async def read_answer_ahead(
    response: httpx2.Response, *, most: int, what: str, advice: str = "", packed: bool = False
) -> bytes:
    """As read_answer(), on the event loop; with `packed` it is left as it comes."""
    body = bytearray()
    async for chunk in response.aiter_raw() if packed else response.aiter_bytes():
        body += chunk
        _check_size(body, most, what, advice)
    return bytes(body)


def _check_size(body: bytearray, most: int, what: str, advice: str) -> None:
    if len(body) > most:
        raise TooLargeError(f"{what} has more than {most} bytes.", advice=advice)
