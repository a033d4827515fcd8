"""The console in tests: a service with a log, and somebody who reads its pages and sends their forms."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app
from vpce_guard.surfaces.console import make_console

ORIGIN = "http://localhost"
KEYS = {
    "admin-key": "admin scopes=admin",
    "both-key": "both scopes=decide,read",
    "reader-key": "reader scopes=read",
    "decider-key": "decider scopes=decide",
}


@dataclass
class Reader:
    """Somebody with a browser: cookies, and forms with what the page put into them."""

    client: TestClient

    def get(self, path: str, **headers: str) -> Response:
        """A page, wherever that leads is told and not followed."""
        return self.client.get(f"/console/{path}" if path else "/console", headers=headers, follow_redirects=False)

    def post(self, path: str, *, form_token: str | None = None, **fields: str) -> Response:
        """A form sent with the token of the page that has it, or with another."""
        token = self.token() if form_token is None else form_token
        return self.client.post(
            f"/console/{path}",
            data={"form_token": token, **fields},
            headers={"origin": ORIGIN},
            follow_redirects=False,
        )

    def token(self) -> str:
        """What the forms of this session send back."""
        return re.findall(
            r'name="form_token" value="([0-9a-f]{64})"', self.get("check").text + self.get("sign-in").text
        )[0]

    def sign_in(self, key: str, **fields: str) -> Response:
        """Sign in with a key."""
        page = self.get("sign-in").text
        token = re.findall(r'name="form_token" value="([0-9a-f]{64})"', page)[0]
        return self.post("sign-in", form_token=token, key=key, **fields)


def written_on(page: Response) -> str:
    """The text of a page as it is read: without tags, with spaces as one."""
    inner = re.sub(r"<(script|style|head)\b.*?</\1>", " ", page.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", inner)).split())


def write_keys(folder: Path) -> Path:
    """A file of the keys above."""
    lines = []
    for key, told in KEYS.items():
        name, scopes = told.split()
        lines.append(f"{name}:{hashlib.sha256(key.encode()).hexdigest()} {scopes}\n")
    path = folder / "keys"
    path.write_text("".join(lines))
    return path


def served(**settings: Any) -> TestClient:
    """A service with its console."""
    given = Settings(**settings)
    guard = replace(make_guard(given), decision_log=open_log(given))
    return TestClient(make_app(guard, pages=make_console(given)), raise_server_exceptions=False)


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Somebody on the machine of a service that asks for no key."""
    folder = tmp_path_factory.mktemp("console")
    with served(database_url=f"sqlite:///{folder / 'decisions.db'}") as client:
        yield Reader(client)


@pytest.fixture(scope="session")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service that asks for keys."""
    folder = tmp_path_factory.mktemp("console")
    with served(database_url=f"sqlite:///{folder / 'decisions.db'}", api_keys_file=write_keys(folder)) as client:
        yield client


@pytest.fixture
def stranger(keyed: TestClient) -> Iterator[Reader]:
    """Somebody who has not signed in yet."""
    keyed.cookies.clear()
    yield Reader(keyed)
    keyed.cookies.clear()
