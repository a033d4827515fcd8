"""The way in: sessions as credentials, and the way to the sign-in page."""

from __future__ import annotations

from pathlib import Path

from tests.support.console import ORIGIN, Reader, served

LINK = {"sec-fetch-site": "cross-site", "sec-fetch-dest": "document"}


def test_who_is_not_signed_in_is_led_to_the_sign_in_page_and_back(stranger: Reader) -> None:
    answer = stranger.get("decisions?outcome=denied&rule_id=VPCE-GW-001")
    assert answer.status_code == 303
    place = answer.headers["location"]
    assert place == "/console/sign-in?next=%2Fconsole%2Fdecisions%3Foutcome%3Ddenied%26rule_id%3DVPCE-GW-001"
    page = stranger.client.get(place)
    assert 'value="/console/decisions?outcome=denied&amp;rule_id=VPCE-GW-001"' in page.text


def test_a_part_of_a_page_leads_there_as_a_whole(stranger: Reader) -> None:
    answer = stranger.get("check", **{"hx-request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (200, "/console/sign-in")


def test_a_session_does_what_its_key_may(stranger: Reader) -> None:
    stranger.sign_in("both-key")
    assert stranger.get("decisions").status_code == 200
    assert "both" in stranger.get("rules").text


def test_a_key_without_a_session_counts_too(stranger: Reader) -> None:
    assert stranger.get("decisions.json", authorization="Bearer both-key").status_code == 200
    assert "set-cookie" not in stranger.get("decisions.csv", authorization="Bearer both-key").headers
    refused = stranger.get("decisions.json", authorization="Bearer wrong")
    assert (refused.status_code, refused.json()["status"]) == (401, 401)


def test_a_session_beats_a_header(stranger: Reader) -> None:
    stranger.sign_in("reader-key")
    assert stranger.get("check", authorization="Bearer admin-key").status_code == 403


def test_the_cookie_is_for_the_console_alone(stranger: Reader) -> None:
    cookie = stranger.get("sign-in").headers["set-cookie"]
    assert cookie.endswith("; Path=/console; HttpOnly; SameSite=Strict")
    assert stranger.get("sign-in", **{"x-forwarded-proto": "https"}).headers.get("set-cookie") is None
    stranger.client.cookies.clear()
    assert stranger.get("sign-in", **{"x-forwarded-proto": "https"}).headers["set-cookie"].endswith("; Secure")
    assert stranger.client.get("/v1/rules", headers={"origin": "http://localhost"}).status_code == 401


def test_a_session_of_the_console_opens_no_other_door(stranger: Reader) -> None:
    stranger.sign_in("admin-key")
    (cookie,) = stranger.client.cookies.jar
    assert cookie.path == "/console"
    assert stranger.client.get("/v1/rules", headers={"cookie": f"{cookie.name}={cookie.value}"}).status_code == 401


def test_a_link_from_elsewhere_is_asked_for_again_from_here(stranger: Reader) -> None:
    answer = stranger.get("decisions", **LINK)
    assert answer.status_code == 200
    assert '<meta http-equiv="refresh" content="0">' in answer.text
    assert "set-cookie" not in answer.headers


def test_a_problem_in_a_part_of_a_page_is_shown_as_a_whole(stranger: Reader) -> None:
    stranger.sign_in("both-key")
    answer = stranger.get("rules/VPCE-GW-999", **{"hx-request": "true"})
    assert answer.status_code == 404
    assert [answer.headers[f"hx-{name}"] for name in ("retarget", "reselect", "reswap")] == [
        "main",
        "main",
        "outerHTML",
    ]


def test_a_refusal_of_any_kind_is_a_page(tmp_path: Path) -> None:
    with served(database_url=f"sqlite:///{tmp_path / 'd.db'}", caller_rate=0.001, caller_burst=2) as client:
        pages = [Reader(client).get("rules") for _ in range(3)]
    assert [page.status_code for page in pages] == [200, 200, 429]
    assert "The caller &#34;local&#34; sends too many requests." in pages[2].text
    assert int(pages[2].headers["retry-after"]) > 0
    assert "frame-ancestors 'none'" in pages[2].headers["content-security-policy"]


def test_an_answer_that_is_no_page_tells_its_problem_as_such(stranger: Reader) -> None:
    stranger.sign_in("both-key")
    answer = stranger.get("decisions.json?colour=red")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert stranger.client.post("/console/rules", headers={"origin": ORIGIN}).status_code == 405


def test_strange_cookies_are_no_session(stranger: Reader) -> None:
    for cookie in ("vpce_guard_session=x", "a b=c;;; =", "vpce_guard_session=" + "A" * 3000):
        assert stranger.get("decisions", cookie=cookie).status_code == 303


def test_other_paths_are_left_alone(stranger: Reader) -> None:
    assert "content-security-policy" not in stranger.client.get("/healthz").headers
    assert stranger.client.get("/consoles").status_code == 401


def test_cookies_of_other_applications_do_not_end_a_session(stranger: Reader) -> None:
    stranger.sign_in("both-key")
    (cookie,) = stranger.client.cookies.jar
    own = f"{cookie.name}={cookie.value}"
    stranger.client.cookies.clear()
    for others in ('x={"a":1}; ', "a b; "):
        assert stranger.get("decisions", cookie=others + own).status_code == 200
