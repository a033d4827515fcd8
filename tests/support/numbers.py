"""A service whose numbers are watched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from tests.support.recording import GATEWAY
from vpce_guard.runtime.guard import Guard
from vpce_guard.surfaces.api import make_app


class WatchedService:
    """A service without a socket, and the numbers it shows."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.client = TestClient(make_app(guard), raise_server_exceptions=False)

    def asked(self, document: Any = GATEWAY, **envelope: Any) -> int:
        """The status of one decision."""
        return self.client.post("/v1/decisions", json={"document": document, **envelope}).status_code

    def number(self, name: str, **labels: str) -> float | None:
        """The value of a series; None where there is none."""
        page = self.client.get("/metrics").text
        samples = [s for family in text_string_to_metric_families(page) for s in family.samples if s.name == name]
        return next((s.value for s in samples if labels.items() <= s.labels.items()), None)


@pytest.fixture
def watched(guard: Guard) -> Iterator[WatchedService]:
    """A service on the packaged bundle whose numbers are watched."""
    service = WatchedService(guard)
    with service.client:
        yield service
