"""Pages: who sees which, problems as pages, and texts that stay texts."""

from __future__ import annotations

import pytest

from tests.support.console import Reader, written_on
from vpce_guard.surfaces.console.rendering import templates


@pytest.mark.parametrize(
    ("key", "pages"),
    [
        ("admin-key", ["check", "decisions", "rules", "advice", "policies", "health"]),
        ("reader-key", ["decisions", "rules", "policies", "health"]),
        ("decider-key", ["check", "advice"]),
    ],
)
def test_a_caller_sees_the_pages_of_its_scopes(stranger: Reader, key: str, pages: list[str]) -> None:
    stranger.sign_in(key)
    every = ["check", "decisions", "rules", "advice", "policies", "health"]
    answers = {name: stranger.get(name) for name in every}
    assert [name for name in every if answers[name].status_code == 200] == pages
    assert all(answers[name].status_code == 403 for name in every if name not in pages)
    page = answers[pages[0]].text
    assert [name for name in every if f'<a href="/console/{name}"' in page] == pages


def test_an_error_is_a_page_that_says_what_to_do(reader: Reader) -> None:
    page = reader.get("rules/VPCE-GW-999")
    assert page.status_code == 404
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "There is no rule VPCE-GW-999." in written_on(page)


@pytest.mark.parametrize(
    ("path", "status"),
    [("decisions?colour=red", 422), ("decisions?since=yesterday", 422), ("check?example=x", 422), ("nothing", 404)],
)
def test_what_is_wrong_with_an_address_is_said(reader: Reader, path: str, status: int) -> None:
    page = reader.get(path)
    assert page.status_code == status
    assert 'role="alert"' in page.text


def test_text_of_others_is_escaped_and_leads_to_the_web_only() -> None:
    template = templates().from_string('<a href="{{ link|web }}">{{ text|visible }}</a>')
    made = template.render(link="javascript:alert(1)", text="<b>\u202e\x1b")
    assert made == '<a href="#">&lt;b&gt;\\u202e\\e</a>'
    assert 'href="https://a.example/?&#34;"' in template.render(link='https://a.example/?"', text="")
