"""What is called back is called again where that may help, and no oftener."""

from __future__ import annotations

import asyncio

import httpx2
import pytest

from vpce_guard.errors import CredentialsError
from vpce_guard.surfaces.hooks import calling


@pytest.mark.parametrize(
    ("statuses", "calls", "taken"),
    [
        ([200], 1, True),
        ([503, 429, 200], 3, True),
        ([500, 500, 500, 200], 3, False),
        ([404, 200], 1, False),
        ([401, 200], 1, False),
    ],
)
def test_only_what_may_pass_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, statuses: list[int], calls: int, taken: bool
) -> None:
    monkeypatch.setattr(calling, "PAUSES", (0.0, 0.0))
    left = iter(statuses)
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(next(left), content=b"taken")

    async def ask() -> bytes:
        async with httpx2.AsyncClient(transport=httpx2.MockTransport(answer)) as client:
            try:
                return await calling.tell(client, "PATCH", "http://there.example/", {}, request_id="1")
            except httpx2.HTTPStatusError:
                return b""

    assert asyncio.run(ask()) == (b"taken" if taken else b"")
    assert len(asked) == calls


@pytest.mark.parametrize("given", [None, "", "ab", "\u00e9"])
def test_another_signature_is_refused(given: str | None) -> None:
    calling.compare(" abc ", "abc", advice="")
    with pytest.raises(CredentialsError, match=r"missing or wrong\. Do this\."):
        calling.compare(given, "abc", advice="Do this.")
