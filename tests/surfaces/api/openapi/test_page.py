"""The page about the API works without a network, runs no script and lets none in."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient

from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app
from vpce_guard.surfaces.api.openapi import page


def test_it_shows_every_route_and_loads_nothing() -> None:
    client = TestClient(make_app(make_guard(Settings())), base_url="http://127.0.0.1")
    answer = client.get("/docs")
    shown = re.findall(r"<code>(?:GET|POST|PUT|DELETE) (/[^<]*)</code>", answer.text)
    assert set(shown) == set(client.get("/openapi.json").json()["paths"])
    assert not re.search(r"<script|src=|<link|https?://[^ ]*\.(js|css)", answer.text)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")


def test_text_of_the_document_is_text_on_the_page() -> None:
    told = {"summary": "<script>", "responses": {}, "parameters": [{"name": "<b>", "in": "query"}]}
    made = page.render({"info": {"title": "<i>", "version": "1"}, "paths": {"/<x>": {"get": told}}})
    assert not re.search(r"<(script|b|i|x)>", made)
    assert "&lt;script&gt;" in made
