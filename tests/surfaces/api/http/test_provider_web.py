"""Asking a provider: one object, of so many bytes, from the address that was named."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.support.identity_provider import IdentityProvider, identity_provider
from vpce_guard.surfaces.api.http.provider_web import ProviderWeb


def ask(people: IdentityProvider, path: str, **options: Any) -> tuple[int, dict[str, Any]]:
    return asyncio.run(ProviderWeb(people.issuer).ask(f"{people.issuer}/{path}", **{"most": 10_000, **options}))


def test_an_object_is_read() -> None:
    with identity_provider() as people:
        status, found = ask(people, "keys")
    assert (status, [key["kid"] for key in found["keys"]]) == (200, ["one"])


def test_a_form_is_sent_and_its_refusal_read_where_that_is_an_answer() -> None:
    with identity_provider() as people:
        form = {"client_id": "nobody"}
        status, found = ask(people, "token", form=form, statuses=(200, 401))
        with pytest.raises(ValueError, match="the status 401"):
            ask(people, "token", form=form)
    assert (status, found["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"[" + b" " * 10_000 + b"]", "more than 10000 bytes"),
        (b"[]", "not a JSON object"),
        (b"\x1f\x8b\x08\x00", "expected value"),
    ],
    ids=["too large", "a list", "packed"],
)
def test_other_answers_are_none(answer: bytes, told: str) -> None:
    with identity_provider() as people:
        people.token_answer = (200, answer)
        with pytest.raises(ValueError, match=told):
            ask(people, "token", form={})
