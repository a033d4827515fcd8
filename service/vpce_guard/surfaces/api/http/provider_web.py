"""What is asked of an identity provider: one JSON object, bounded in size; redirects are not followed."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any

import httpx2
from pydantic_core import from_json

from vpce_guard.answers import read_answer_ahead
from vpce_guard.errors import TooLargeError

_HEADERS = {"accept": "application/json", "accept-encoding": "identity"}  # what is packed could be large unpacked
_SECONDS = 5.0


class ProviderWeb:
    """Asks one provider, each time over a connection of its own."""

    def __init__(self, url: str) -> None:
        """`url` is one of its addresses: what TLS needs is loaded here, where that takes no request's time."""
        self._tls = ssl.create_default_context() if url.startswith("https:") else True

    async def ask(
        self,
        url: str,
        *,
        most: int,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        statuses: tuple[int, ...] = (200,),
    ) -> tuple[int, dict[str, Any]]:
        """The status, one of `statuses`, and the JSON object that an address answers, to a form if there is one.

        Raises httpx2.HTTPError, and ValueError for an answer of more than `most` bytes, of another kind or status.
        Each step has 5 s; how long the whole may take is for who asks to say.
        """
        verify = self._tls if url.startswith("https:") else False
        async with (
            httpx2.AsyncClient(verify=verify, timeout=_SECONDS, follow_redirects=False) as client,
            client.stream(
                "GET" if form is None else "POST", url, data=form, headers={**_HEADERS, **(headers or {})}
            ) as answer,
        ):
            if answer.status_code not in statuses:
                raise ValueError(f"the status {answer.status_code}")
            try:
                body = await read_answer_ahead(answer, most=most, what="The answer", packed=True)
            except TooLargeError as error:
                raise ValueError(str(error)) from None
        found = from_json(body)
        if not isinstance(found, dict):
            raise ValueError("not a JSON object")
        return answer.status_code, found
