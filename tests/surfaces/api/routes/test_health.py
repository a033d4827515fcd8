"""Whether a service is there, and ready, and under which revision."""

from __future__ import annotations

from fastapi.testclient import TestClient

from vpce_guard.runtime.guard import Guard


def test_ready_tells_the_revision(client: TestClient, guard: Guard) -> None:
    assert client.get("/readyz").json() == {
        "status": "ready",
        "engine": "embedded",
        "fallback": None,
        "revision": guard.bundle.revision,
        "org": None,
        "refused": None,
        "outdated": None,
    }
