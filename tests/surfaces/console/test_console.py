"""The console beside the API: what it adds, that it can be left out, and that its routes hold together."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.support.console import ORIGIN, Reader, served
from vpce_guard.errors import SettingsError
from vpce_guard.runtime.guard import Guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app
from vpce_guard.surfaces.api.http.callers import Caller
from vpce_guard.surfaces.api.http.route import Route
from vpce_guard.surfaces.console import make_console

PAGES = ["check", "decisions", "rules", "advice", "policies", "health"]


def routes() -> list[Route]:
    console = make_console(Settings())
    assert console is not None
    return list(console.routes)


def test_without_it_there_is_nothing(guard: Guard) -> None:
    settings = Settings(console=False)
    assert make_console(settings) is None
    with TestClient(make_app(replace(guard, settings=settings), pages=make_console(settings))) as client:
        assert client.get("/console").status_code == 404


def test_a_secret_of_no_client_is_refused() -> None:
    with pytest.raises(SettingsError, match="oidc_client_secret needs oidc_client_id"):
        make_console(Settings(oidc_client_secret="x"))


def test_another_client_or_issuer_knows_nobody_of_the_one_before() -> None:
    people = {"oidc_audience": "a", "oidc_jwks_url": "https://sso.example/keys", "oidc_client_id": "one"}
    one = make_console(Settings(oidc_issuer="https://sso.example", **people), key=b"k" * 32)
    other = make_console(Settings(oidc_issuer="https://other.example", **people), key=b"k" * 32)
    assert one is not None
    assert other is not None
    cookie = one.sessions.seal(one.sessions.begin(caller=Caller("oidc:alex"), until=1e12))
    assert (one.sessions.open(cookie) is None, other.sessions.open(cookie) is None) == (False, True)


def test_it_is_no_part_of_the_api_document(reader: Reader) -> None:
    assert "/console" not in reader.client.get("/openapi.json").text


def test_the_first_address_leads_to_check(reader: Reader) -> None:
    answer = reader.get("")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/check")


def test_no_form_counts_without_the_token_of_its_session(reader: Reader) -> None:
    posts = [route.path.removeprefix("/console/") for route in routes() if "POST" in route.methods]
    assert len(posts) == 8
    answers = {path: reader.post(path, form_token="0" * 64, key="x").status_code for path in posts}
    assert answers == dict.fromkeys(posts, 403)


def test_no_form_counts_from_another_site(reader: Reader) -> None:
    fields = {"form_token": reader.token(), "document": "{}"}
    for headers in ({"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site", "origin": ORIGIN}, {}):
        assert reader.client.post("/console/check", data=fields, headers=headers).status_code == 403


@pytest.mark.parametrize("path", [*PAGES, "sign-in", "nothing-here"])
def test_every_page_says_what_it_may_load(reader: Reader, path: str) -> None:
    page = reader.get(path)
    policy = page.headers["content-security-policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["cache-control"] == "no-store"
    assert "<style" not in page.text
    assert " style=" not in page.text
    assert page.text.count("<script") == page.text.count('<script src="/console/static/') == 2


@pytest.mark.parametrize("path", [*PAGES, "rules/VPCE-GW-001"])
def test_every_link_on_a_page_leads_somewhere(reader: Reader, path: str) -> None:
    page = reader.get(path).text
    own = {link.replace("&amp;", "&") for link in re.findall(r'(?:href|src|action)="(/[^"#]*)', page)}
    gets = {link for link in own if link not in ("/console/sign-out", "/console/check/endpoint")}
    wrong = [link for link in sorted(gets)[:40] if reader.client.get(link).status_code != 200]
    assert wrong == []


def test_a_page_with_all_that_it_loads_is_small(reader: Reader) -> None:
    page = reader.get("check").text
    files = set(re.findall(r'(?:href|src)="(/console/static/[^"]+)', page))
    sizes = [len(reader.client.get(file).content) for file in files]
    assert len(page.encode()) + sum(sizes) < 100_000


def test_workers_know_each_others_sessions() -> None:
    key = b"k" * 32
    one, other = make_console(Settings(), key=key), make_console(Settings(), key=key)
    assert one is not None
    assert other is not None
    session = one.sessions.begin("a key")
    assert other.sessions.open(one.sessions.seal(session)) is not None


def test_templates_are_not_loaded_before_the_first_page(root: Path) -> None:
    modules = (root / "service/vpce_guard/surfaces/console").rglob("*.py")
    assert [path for path in modules if re.search("^(from|import) jinja2", path.read_text(), re.MULTILINE)] == []


def test_a_service_that_keeps_nothing_says_so() -> None:
    with served(decision_log="off") as client:
        page = Reader(client).get("decisions")
    assert page.status_code == 404
    assert "keeps no decision log" in page.text
