"""What is sent to a provider, and what of its ID token ties it to an access token."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.support.console import Reader, served
from tests.support.identity_provider import IdentityProvider, identity_provider
from tests.surfaces.console.pages.test_provider_sign_in import sign_in
from vpce_guard.settings import Settings
from vpce_guard.surfaces.console import provider
from vpce_guard.surfaces.console.provider import SignInProvider

SECRET = b"0123456789abcdef"


@pytest.mark.parametrize(
    ("algorithm", "name"), [("RS256", "sha256"), ("ES384", "sha384"), ("PS512", "sha512"), ("EdDSA", "sha512")]
)
def test_the_hash_of_an_access_token_is_that_of_the_signature(algorithm: str, name: str) -> None:
    head = jwt.utils.base64url_encode(f'{{"alg": "{algorithm}"}}'.encode()).decode()
    digest = hashlib.new(name, b"access").digest()
    half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    assert provider._hash_of("access", f"{head}.e30.eA") == half
    assert provider._hash_of(None, f"{head}.e30.eA") is None


@pytest.mark.parametrize("ways", [["client_secret_post"], ["client_secret_basic"], None])
def test_the_secret_goes_as_the_provider_takes_it(tmp_path: Path, ways: list[str] | None) -> None:
    with identity_provider() as people:
        people.metadata = {"token_endpoint_auth_methods_supported": ways}
        with served(**people.settings, database_url=f"sqlite:///{tmp_path / 'd.db'}") as client:
            assert sign_in(Reader(client)).status_code == 303


def test_a_state_is_forgotten_once_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider, "_MOST_USED", 2)
    people = SignInProvider(Settings(oidc_issuer="https://sso.example", oidc_client_id="x"), SECRET)
    for _ in range(5):
        attempt = people.begin("/console", "https://guard.example")
        assert people.accept(people.seal(attempt), attempt.state) == attempt
    assert len(people._used) == 2


def test_a_provider_without_a_name_is_called_by_its_host() -> None:
    people = SignInProvider(Settings(oidc_issuer="https://sso.example/realms/x", oidc_client_id="x"), SECRET)
    assert people.name == "sso.example"
    assert people.farewell is None


def test_addresses_of_a_provider_keep_their_own_query() -> None:
    def address(people: IdentityProvider) -> str:
        own: dict[str, Any] = people.settings
        client = SignInProvider(Settings(**own), SECRET)
        return asyncio.run(client.address(client.begin("/console", "http://localhost/x")))

    with identity_provider() as people:
        assert "/auth?kc_idp_hint=own&response_type=code&client_id=guard-console&" in address(people)
