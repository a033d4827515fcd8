"""A service that bundles are uploaded to, and what its callers do with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.bundles import KMS, Keys
from vpce_guard.runtime.rollout import trial
from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app


class _EveryTrial(dict[tuple[bytes, float, int], trial.Trial]):
    """The outcomes of all trials of the tests, which upload the same few bundles again and again."""

    def clear(self) -> None:
        """Forget none."""


trial._LAST = _EveryTrial()


@pytest.fixture
def bundle_settings(sqlite_url: str, keys: Keys) -> Settings:
    """Of a service with a log of its own that knows the key of the tests."""
    return Settings(database_url=sqlite_url, bundle_keys_file=keys.known)


@pytest.fixture
def bundle_client(bundle_settings: Settings) -> Iterator[TestClient]:
    """A service that takes signed bundles, without a socket."""
    guard = replace(make_guard(bundle_settings), decision_log=open_log(bundle_settings))
    with TestClient(make_app(guard), raise_server_exceptions=False) as client:
        yield client


def upload(client: TestClient, archive: bytes, reason: str = "a test") -> Any:
    return client.post("/v1/bundles", params={"reason": reason}, content=archive)


def activate(client: TestClient, revision: str, *, rollback: bool = False) -> Any:
    body = {"reason": "a test", "rollback": rollback}
    return client.post(f"/v1/bundles/{revision}/activate", json=body)


def decide(client: TestClient) -> Any:
    answer = client.post("/v1/decisions", json={"document": KMS})
    assert answer.status_code == 200
    return answer.json()["decisions"][0]


def steps(client: TestClient) -> list[tuple[str, str]]:
    return [(s["step"], s["revision"]) for s in client.get("/v1/bundles").json()["steps"]]
