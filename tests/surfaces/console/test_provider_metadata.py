"""What a provider says of itself: asked for once for all that wait, and not at once again after a failure."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from vpce_guard.errors import ProviderError
from vpce_guard.surfaces.api.http.provider_web import ProviderWeb
from vpce_guard.surfaces.console import provider_metadata
from vpce_guard.surfaces.console.provider_metadata import MetadataSource, read_metadata

ISSUER = "https://sso.example"
TOLD = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": "http://127.0.0.1:8080/token",
    "token_endpoint_auth_methods_supported": ["client_secret_post"],
}


class Web(ProviderWeb):
    """A provider that says this; of nothing it says nothing."""

    def __init__(self, told: dict[str, Any] | None) -> None:
        super().__init__("http://127.0.0.1")
        self.told = told
        self.asked: list[str] = []

    async def ask(self, url: str, **_: Any) -> tuple[int, dict[str, Any]]:
        self.asked.append(url)
        await asyncio.sleep(0)
        if self.told is None:
            raise OSError("away")
        return 200, self.told


def test_what_is_told_is_read() -> None:
    found = read_metadata(TOLD, ISSUER)
    assert (found.authorization, found.token) == (f"{ISSUER}/auth", "http://127.0.0.1:8080/token")
    assert (found.end_session, found.tells_issuer, found.takes_basic) == (None, False, False)


@pytest.mark.parametrize(
    "address",
    [
        None,
        7,
        "",
        "https://",
        "//sso.example",
        "http://sso.example/",
        "https://me@sso.example/",
        "https://sso.example/#x",
    ],
)
def test_an_address_that_others_could_read_or_that_is_none_is_refused(address: Any) -> None:
    with pytest.raises(ValueError, match="its token_endpoint"):
        read_metadata({**TOLD, "token_endpoint": address}, ISSUER)


def test_many_that_wait_ask_once() -> None:
    async def ask() -> tuple[list[str], int]:
        web = Web(TOLD)
        source = MetadataSource(f"{ISSUER}", web)
        found = await asyncio.gather(*(source.find() for _ in range(20)))
        return web.asked, len(set(found))

    assert asyncio.run(ask()) == ([f"{ISSUER}/.well-known/openid-configuration"], 1)


def test_after_a_failure_it_is_asked_again_only_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> list[int]:
        web = Web(None)
        source, counts = MetadataSource(ISSUER, web), []
        for _ in range(2):
            with pytest.raises(ProviderError, match="where to sign in: OSError: away"):
                await source.find()
            counts.append(len(web.asked))
        monkeypatch.setattr(provider_metadata, "_COOL_DOWN", -1.0)
        web.told = TOLD
        assert (await source.find()).token == TOLD["token_endpoint"]
        return [*counts, len(web.asked)]

    assert asyncio.run(ask()) == [1, 1, 2]


def test_what_is_old_does_not_count_while_the_provider_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> None:
        web = Web(TOLD)
        source = MetadataSource(ISSUER, web)
        await source.find()
        monkeypatch.setattr(provider_metadata, "_LIFE", -1.0)
        web.told = None
        with pytest.raises(ProviderError):
            await source.find()

    asyncio.run(ask())
