"""Signing in and out."""

from __future__ import annotations

import pytest

from tests.support.console import Reader, written_on


def test_a_key_begins_a_session_that_was_not_there_before(stranger: Reader) -> None:
    stranger.get("sign-in")
    before = stranger.client.cookies["vpce_guard_session"]
    answer = stranger.sign_in("both-key", next="/console/rules?q=dns")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/rules?q=dns")
    after = stranger.client.cookies["vpce_guard_session"]
    assert after != before
    stranger.client.cookies.set("vpce_guard_session", before, path="/console")
    assert stranger.get("rules", cookie=f"vpce_guard_session={before}").status_code == 303


@pytest.mark.parametrize("key", ["", "nobodys-key", "both-key\r\nx: y", "x" * 20_000, "é"])
def test_a_key_that_nobody_has_is_refused(stranger: Reader, key: str) -> None:
    answer = stranger.sign_in(key)
    assert answer.status_code == 401
    assert "not a key or token that is known here" in written_on(answer)
    assert key not in answer.text or not key
    assert stranger.get("rules").status_code == 303


@pytest.mark.parametrize(
    "place",
    ["https://elsewhere.example/", "//elsewhere.example", "/v1/rules", "/console\\@x", "/console/\r\nx", "/consolex"],
)
def test_nobody_is_led_elsewhere(stranger: Reader, place: str) -> None:
    assert stranger.sign_in("both-key", next=place).headers["location"] == "/console"


def test_signing_out_ends_the_session_whoever_has_its_cookie(stranger: Reader) -> None:
    stranger.sign_in("both-key")
    cookie = stranger.client.cookies["vpce_guard_session"]
    assert stranger.post("sign-out").headers["location"] == "/console/sign-in"
    stranger.client.cookies.clear()
    assert stranger.get("rules", cookie=f"vpce_guard_session={cookie}").status_code == 303


def test_a_page_names_who_is_signed_in(stranger: Reader) -> None:
    stranger.sign_in("reader-key")
    assert "reader Sign out" in written_on(stranger.get("rules"))


def test_where_no_key_is_asked_for_none_can_be_given(reader: Reader) -> None:
    page = reader.get("sign-in")
    assert "asks for no key" in page.text
    assert 'name="key"' not in page.text
