"""Attempts to sign in as somebody else, to have somebody signed in as oneself, and providers that answer wrongly."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from httpx2 import Response

from tests.support.console import Reader, served, written_on
from tests.support.identity_provider import CLIENT, IdentityProvider, identity_provider
from tests.surfaces.console.pages.test_provider_sign_in import COOKIE, come_back, go_out, sign_in
from vpce_guard.surfaces.console import provider as console_provider


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    with identity_provider() as found:
        yield found


@pytest.fixture
def attacker(provider: IdentityProvider, tmp_path: Path) -> Iterator[Reader]:
    with served(**provider.settings, database_url=f"sqlite:///{tmp_path / 'decisions.db'}") as client:
        yield Reader(client)


def changed(address: str, **parameters: str | None) -> str:
    """The address with other parameters; None takes one out."""
    place = urlsplit(address)
    told = {name: values[0] for name, values in parse_qs(place.query).items()} | parameters
    kept = {name: value for name, value in told.items() if value is not None}
    return urlunsplit(place._replace(query=urlencode(kept)))


def is_refused(reader: Reader, answer: Response, status: int, told: str) -> None:
    """The sign-in page says why, and nobody is signed in."""
    assert (answer.status_code, told in written_on(answer)) == (status, True), written_on(answer)
    assert "Sign in with People" in written_on(answer)
    assert reader.get("rules").status_code == 303


@pytest.mark.parametrize("state", [None, "", "x" * 43, "é"])
def test_another_state_is_refused_before_the_provider_is_asked(
    attacker: Reader, provider: IdentityProvider, state: str | None
) -> None:
    address = changed(go_out(attacker), state=state)
    is_refused(attacker, come_back(attacker, address), 403, "This answer belongs to another sign-in")
    assert "token" not in provider.asked


def test_a_code_of_somebody_else_does_not_sign_in_who_began_nothing(attacker: Reader) -> None:
    address = go_out(attacker)
    attacker.client.cookies.clear()
    is_refused(attacker, come_back(attacker, address), 403, "This browser began no sign-in")


def test_a_code_of_somebody_else_is_worth_nothing_in_a_try_of_ones_own(attacker: Reader) -> None:
    code = parse_qs(urlsplit(go_out(attacker)).query)["code"][0]
    address = changed(go_out(attacker), code=code)  # the verifier of this try is another
    is_refused(attacker, come_back(attacker, address), 401, "People refused the sign-in: invalid_grant")


def test_an_answer_counts_once_also_with_its_cookie(attacker: Reader, provider: IdentityProvider) -> None:
    address = go_out(attacker)
    cookie = attacker.client.cookies[COOKIE]
    assert come_back(attacker, address).status_code == 303
    attacker.client.cookies.clear()
    answer = come_back(attacker, address, cookie=f"{COOKIE}={cookie}")
    is_refused(attacker, answer, 403, "or it is over already")
    assert provider.asked.count("token") == 1


def test_a_try_is_over_after_ten_minutes(attacker: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console_provider, "ATTEMPT_LIFE", 0)
    is_refused(attacker, come_back(attacker, go_out(attacker)), 403, "began no sign-in")


@pytest.mark.parametrize("cookie", ["x", "A" * 200, ""])
def test_a_cookie_that_was_not_made_here_is_no_try(attacker: Reader, cookie: str) -> None:
    address = go_out(attacker)
    attacker.client.cookies.clear()
    is_refused(attacker, come_back(attacker, address, cookie=f"{COOKIE}={cookie}"), 403, "began no sign-in")


def test_the_cookie_of_a_session_is_no_try_and_the_other_way_round(attacker: Reader) -> None:
    address = go_out(attacker)
    attempt, session = attacker.client.cookies[COOKIE], attacker.client.cookies["vpce_guard_session"]
    attacker.client.cookies.clear()
    assert attacker.get("rules", cookie=f"vpce_guard_session={attempt}").status_code == 303
    attacker.client.cookies.clear()
    is_refused(attacker, come_back(attacker, address, cookie=f"{COOKIE}={session}"), 403, "began no sign-in")


@pytest.mark.parametrize("iss", ["https://elsewhere.example", "", None])
def test_an_answer_of_another_provider_is_refused(
    attacker: Reader, provider: IdentityProvider, iss: str | None
) -> None:
    address = changed(go_out(attacker), iss=iss)
    is_refused(attacker, come_back(attacker, address), 401, "of another identity provider")
    assert "token" not in provider.asked


def test_a_provider_that_never_tells_iss_need_not(attacker: Reader, provider: IdentityProvider) -> None:
    provider.tells_issuer = False
    assert sign_in(attacker).status_code == 303


NOW = int(time.time())
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "another nonce": ({"nonce": "x"}, "belongs to another sign-in"),
    "no nonce": ({"nonce": ...}, "belongs to another sign-in"),
    "a nonce that is no text": ({"nonce": 7}, "belongs to another sign-in"),
    "another client": ({"aud": "another-client"}, "does not hold"),
    "the API": ({"aud": "vpce-guard"}, "does not hold"),
    "two clients and no word whose": ({"aud": [CLIENT, "other"]}, "for another client"),
    "made for another": ({"azp": "other"}, "for another client"),
    "another issuer": ({"iss": "https://elsewhere.example"}, "does not hold"),
    "over": ({"exp": NOW - 3600}, "does not hold"),
    "never over": ({"exp": ...}, "does not hold"),
    "nobody": ({"sub": ...}, "does not hold"),
    "another access token": ({"at_hash": "x"}, "do not belong together"),
    "a hash that is no text": ({"at_hash": 7}, "do not belong together"),
    "somebody else": ({"sub": "sam"}, "of two people"),
}


@pytest.mark.parametrize(("claims", "told"), WRONG.values(), ids=WRONG.keys())
def test_an_id_token_that_is_not_for_this_sign_in_is_refused(
    attacker: Reader, provider: IdentityProvider, claims: dict[str, Any], told: str
) -> None:
    provider.id_claims = claims
    is_refused(attacker, sign_in(attacker), 401, told)


def test_an_id_token_without_a_hash_holds(attacker: Reader, provider: IdentityProvider) -> None:
    provider.id_claims = {"at_hash": ...}
    assert sign_in(attacker).status_code == 303


def test_an_id_token_of_another_key_is_refused(attacker: Reader, provider: IdentityProvider) -> None:
    provider.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    is_refused(attacker, sign_in(attacker), 401, "does not hold")


def test_an_id_token_that_nobody_signed_is_refused(attacker: Reader, provider: IdentityProvider) -> None:
    claims = {"iss": provider.issuer, "aud": CLIENT, "sub": "alex", "iat": NOW, "exp": NOW + 300}
    unsigned = jwt.encode(claims, None, algorithm="none", headers={"kid": "one"})
    provider.token_answer = (200, f'{{"id_token": "{unsigned}", "token_type": "Bearer"}}'.encode())
    is_refused(attacker, sign_in(attacker), 401, "does not hold")


def test_who_is_granted_nothing_is_told_so(attacker: Reader, provider: IdentityProvider) -> None:
    provider.access_claims = {"scope": "openid other:read"}
    is_refused(attacker, sign_in(attacker), 403, "has a scope such as vpce-guard:read")


def test_what_a_provider_says_of_an_error_is_text(attacker: Reader, provider: IdentityProvider) -> None:
    provider.error = {"error": "access_denied", "error_description": "<script>alert(1)</script> \u202eno" + "x" * 5000}
    page = sign_in(attacker)
    is_refused(attacker, page, 401, "People did not sign you in: access_denied, <script>alert(1)</script>")
    assert "<script>alert" not in page.text
    assert "\u202e" not in page.text
    assert "x" * 400 not in page.text


def test_an_error_in_a_link_that_somebody_made_is_not_shown(attacker: Reader) -> None:
    page = attacker.get("sign-in/callback?error=Call+this+number&state=x")
    assert page.status_code == 403
    assert "number" not in page.text


def test_a_wrong_secret_is_told_without_it(provider: IdentityProvider) -> None:
    settings = {**provider.settings, "oidc_client_secret": "not-the-s3cret", "decision_log": "off"}
    with served(**settings) as client:
        page = sign_in(Reader(client))
    assert page.status_code == 401
    assert "invalid_client, Wrong <b>secret</b>. Begin again" in written_on(page)
    assert "not-the-s3cret" not in page.text


ANSWERS = {
    "huge": (200, b'{"id_token": "' + b"x" * (1 << 20) + b'"}'),
    "no JSON": (200, b"<html>"),
    "no object": (200, b"[]"),
    "deep": (200, b"[" * 100_000),
    "a failure": (500, b"{}"),
    "a way elsewhere": (302, b"{}"),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_answers_that_are_none_are_told_as_such(
    attacker: Reader, provider: IdentityProvider, answer: tuple[int, bytes]
) -> None:
    provider.token_answer = answer
    is_refused(attacker, sign_in(attacker), 503, "People does not tell who signed in.")


@pytest.mark.parametrize("body", [b"{}", b'{"id_token": 7}', b'{"id_token": "x.y.z"}', b'{"id_token": null}'])
def test_an_answer_without_an_id_token_is_refused(attacker: Reader, provider: IdentityProvider, body: bytes) -> None:
    provider.token_answer = (200, body)
    is_refused(attacker, sign_in(attacker), 401, "does not hold")


def hang(provider: IdentityProvider) -> None:
    provider.answers.clear()


@pytest.mark.parametrize("break_it", [hang, IdentityProvider.close], ids=["hangs", "away"])
def test_a_provider_that_does_not_answer_is_told_in_time(
    attacker: Reader,
    provider: IdentityProvider,
    monkeypatch: pytest.MonkeyPatch,
    break_it: Callable[[IdentityProvider], None],
) -> None:
    monkeypatch.setattr(console_provider, "_EXCHANGE", 0.2)
    address = go_out(attacker)
    break_it(provider)
    is_refused(attacker, come_back(attacker, address), 503, "Begin again in a few seconds")


def test_few_exchange_codes_at_the_same_time(
    attacker: Reader, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console_provider, "_MOST_WAITING", 0)
    is_refused(attacker, sign_in(attacker), 429, "Too many people sign in at the same time.")
    assert "token" not in provider.asked


@pytest.mark.parametrize(
    ("metadata", "told"),
    [
        ({"issuer": "https://elsewhere.example"}, "it says that it is another issuer"),
        ({"token_endpoint": "http://elsewhere.example/token"}, "its token_endpoint is no address with https://"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "its authorization_endpoint is no address"),
        ({"code_challenge_methods_supported": ["plain"]}, "it does not take S256"),
        ({"x": "x" * (1 << 20)}, "more than 262144 bytes"),
    ],
)
def test_a_provider_that_says_of_itself_what_cannot_be_is_not_used(
    attacker: Reader, provider: IdentityProvider, metadata: dict[str, Any], told: str
) -> None:
    provider.metadata = metadata
    is_refused(attacker, attacker.post("sign-in/provider"), 503, told)
    assert COOKIE not in attacker.client.cookies
