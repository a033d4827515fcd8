"""The OpenAPI document as a page for people: made here, with nothing from elsewhere and no script."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from html import escape
from typing import Any

from vpce_guard.model import Json

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "code,pre{font:14px/1.4 monospace}pre{background:#8881;padding:1rem;overflow:auto}"
    "summary{cursor:pointer}details{border-top:1px solid #8886;padding:.5rem 0}"
    ":root{color-scheme:light dark}"
)
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "content-security-policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}


def render(document: Json) -> str:
    """The page. `document` is an OpenAPI 3.1 document."""
    title = escape(document["info"]["title"])
    operations = "".join(
        "".join(_operation(method, path, told))
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    )
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head>"
        f"<body><h1>{title} {escape(document['info']['version'])}</h1>"
        '<p>The same for programs: <a href="/openapi.json">/openapi.json</a>.</p>'
        f"{operations}</body></html>"
    )


def _operation(method: str, path: str, told: Json) -> Iterator[str]:
    yield f"<details><summary><code>{method.upper()} {escape(path)}</code> {escape(told.get('summary', ''))}</summary>"
    yield f"<p>{escape(told.get('description', ''))}</p>"
    if parameters := told.get("parameters"):
        rows = (
            f"<li><code>{escape(one['name'])}</code> ({escape(one['in'])}): {escape(one.get('description', ''))}</li>"
            for one in parameters
        )
        yield f"<h4>Parameters</h4><ul>{''.join(rows)}</ul>"
    for name, example in _examples(told.get("requestBody", {})):
        yield f"<h4>{escape(name)}</h4><pre>{escape(example)}</pre>"
    answers = (
        f"<li><code>{escape(status)}</code> {escape(answer.get('description', ''))}</li>"
        for status, answer in told.get("responses", {}).items()
    )
    yield f"<h4>Answers</h4><ul>{''.join(answers)}</ul></details>"


def _examples(body: Json) -> Iterator[tuple[str, str]]:
    for content in body.get("content", {}).values():
        for name, example in content.get("examples", {}).items():
            value: Any = example.get("value")
            yield f"Body: {example.get('summary', name)}", json.dumps(value, indent=2, ensure_ascii=False)
