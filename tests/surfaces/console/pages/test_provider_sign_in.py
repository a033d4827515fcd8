"""Signing in at an identity provider, as a browser goes: out, back, and what it finds then."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from httpx2 import Response

from tests.support.console import Reader, served, write_keys, written_on
from tests.support.identity_provider import IdentityProvider, identity_provider
from tests.support.serving import GATEWAY

COOKIE = "vpce_guard_sign_in"


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    with identity_provider() as found:
        yield found


@pytest.fixture
def visitor(provider: IdentityProvider, tmp_path: Path) -> Iterator[Reader]:
    """Somebody who has not signed in, with keys and a provider to do it by."""
    url = f"sqlite:///{tmp_path / 'decisions.db'}"
    with served(**provider.settings, api_keys_file=write_keys(tmp_path), database_url=url) as client:
        yield Reader(client)


def go_out(reader: Reader, **fields: str) -> str:
    """To the provider and back: the address on which the provider sends the browser back."""
    page = reader.post("sign-in/provider", **fields)
    assert page.status_code == 200, written_on(page)
    (address,) = re.findall(r'<meta http-equiv="refresh" content="0; url=([^"]+)">', page.text)
    back = httpx2.get(unescape(address), follow_redirects=False)
    assert back.status_code == 302, address
    return back.headers["location"]


def come_back(reader: Reader, address: str, **headers: str) -> Response:
    place = urlsplit(address)
    assert (place.scheme, place.netloc, place.path) == ("http", "localhost", "/console/sign-in/callback")
    return reader.get(f"sign-in/callback?{place.query}", **headers)


def sign_in(reader: Reader, **fields: str) -> Response:
    return come_back(reader, go_out(reader, **fields))


def test_somebody_signs_in_and_is_who_a_token_would_name(visitor: Reader) -> None:
    page = visitor.get("sign-in?next=%2Fconsole%2Frules%3Fq%3Ddns")
    assert "Sign in with People" in written_on(page)
    answer = sign_in(visitor, next="/console/rules?q=dns")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/rules?q=dns")
    assert "oidc:alex Sign out" in written_on(visitor.get("rules?q=dns"))
    assert visitor.post("check", document="{}").status_code in (200, 422)
    assert visitor.post("policies/activate", revision="x").status_code in (403, 404)


def test_a_decision_is_recorded_under_the_name_that_a_token_has(visitor: Reader, provider: IdentityProvider) -> None:
    sign_in(visitor)
    assert visitor.post("check", document=json.dumps(GATEWAY)).status_code == 200
    token = provider.token({"aud": "vpce-guard", "scope": "vpce-guard:read"})
    found = visitor.client.get("/v1/decisions", headers={"authorization": f"Bearer {token}"}).json()["decisions"]
    assert [one["requested_by"] for one in found] == ["oidc:alex"]


def test_signing_in_begins_a_session_that_was_not_there_before(visitor: Reader) -> None:
    visitor.get("sign-in")
    before = visitor.client.cookies["vpce_guard_session"]
    sign_in(visitor)
    assert visitor.client.cookies["vpce_guard_session"] != before
    assert COOKIE not in visitor.client.cookies
    visitor.client.cookies.clear()
    assert visitor.get("rules", cookie=f"vpce_guard_session={before}").status_code == 303


def test_the_cookie_of_a_try_is_for_the_way_back_alone_and_short(visitor: Reader) -> None:
    told = [value for name, value in visitor.post("sign-in/provider").headers.multi_items() if name == "set-cookie"]
    (cookie,) = [value for value in told if value.startswith(COOKIE)]
    assert cookie.endswith("; Path=/console/sign-in/callback; Max-Age=600; HttpOnly; SameSite=Lax")


def test_what_is_asked_of_the_provider_tells_nothing_that_is_kept(visitor: Reader) -> None:
    page = visitor.post("sign-in/provider")
    (address,) = re.findall(r'content="0; url=([^"]+)"', page.text)
    asked = parse_qs(urlsplit(unescape(address)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid vpce-guard:read"]
    assert asked["redirect_uri"] == ["http://localhost/console/sign-in/callback"]
    assert len({asked[name][0] for name in ("state", "nonce", "code_challenge")}) == 3
    assert "s3cret" not in page.text


def test_the_scopes_of_the_id_token_count_where_the_api_takes_no_access_token(
    visitor: Reader, provider: IdentityProvider
) -> None:
    provider.access_claims, provider.id_claims = None, {"scp": ["vpce-guard:read"]}
    assert sign_in(visitor).status_code == 303
    assert visitor.get("rules").status_code == 200
    assert visitor.get("check").status_code == 403


def test_a_session_ends_with_the_token(visitor: Reader, provider: IdentityProvider) -> None:
    provider.access_claims = {"scope": "vpce-guard:read", "exp": int(time.time()) - 5}  # within oidc_leeway
    assert sign_in(visitor).status_code == 303
    assert visitor.get("rules").headers["location"].startswith("/console/sign-in?next=")


@pytest.mark.parametrize("place", ["https://elsewhere.example/", "//elsewhere.example", "/v1/rules", "/console\\@x"])
def test_nobody_is_led_elsewhere(visitor: Reader, place: str) -> None:
    assert sign_in(visitor, next=place).headers["location"] == "/console"


def test_signing_out_ends_the_session_and_says_that_the_provider_has_its_own(
    visitor: Reader, provider: IdentityProvider
) -> None:
    sign_in(visitor)
    cookie = visitor.client.cookies["vpce_guard_session"]
    page = visitor.post("sign-out")
    assert f'href="{provider.issuer}/logout?client_id=guard-console"' in page.text
    visitor.client.cookies.clear()
    assert visitor.get("rules", cookie=f"vpce_guard_session={cookie}").status_code == 303


def test_a_link_from_the_provider_is_asked_for_again_with_the_session(visitor: Reader) -> None:
    address = go_out(visitor)
    kept = visitor.client.cookies["vpce_guard_session"]
    visitor.client.cookies.delete("vpce_guard_session")
    away = {"sec-fetch-site": "cross-site", "sec-fetch-dest": "document"}
    answer = come_back(visitor, address, **away)  # SameSite=Strict keeps the session's cookie back
    assert 'http-equiv="refresh"' in answer.text
    assert "set-cookie" not in answer.headers
    visitor.client.cookies.set("vpce_guard_session", kept, path="/console")
    assert come_back(visitor, address).status_code == 303


def test_keys_sign_in_beside_it(visitor: Reader) -> None:
    assert visitor.sign_in("both-key").status_code == 303
    assert visitor.post("sign-out").headers["location"] == "/console/sign-in"


def test_no_try_is_begun_from_another_site(visitor: Reader) -> None:
    token = visitor.token()
    answer = visitor.client.post(
        "/console/sign-in/provider", data={"form_token": token}, headers={"origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 403
    assert COOKIE not in visitor.client.cookies
    assert visitor.get("sign-in/provider").status_code == 405


def test_a_host_that_anybody_may_write_is_no_address_to_come_back_to(visitor: Reader) -> None:
    token = visitor.token()
    headers = {"host": "elsewhere.example", "sec-fetch-site": "same-origin"}
    page = visitor.client.post("/console/sign-in/provider", data={"form_token": token}, headers=headers)
    assert page.status_code == 403
    assert "Set console_url" in written_on(page)


def test_the_address_that_is_set_is_where_people_come_back_to(provider: IdentityProvider) -> None:
    settings: dict[str, Any] = {**provider.settings, "console_url": "https://guard.example", "decision_log": "off"}
    with served(**settings) as client:
        page = Reader(client).post("sign-in/provider").text
    assert "redirect_uri=https%3A%2F%2Fguard.example%2Fconsole%2Fsign-in%2Fcallback" in page


def test_where_there_is_no_provider_there_is_no_way_to_one(stranger: Reader) -> None:
    assert "Sign in with" not in stranger.get("sign-in").text
    assert stranger.post("sign-in/provider").status_code == 404
    assert stranger.get("sign-in/callback?code=x&state=y").status_code == 404
