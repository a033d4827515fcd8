"""Guards that give advice: with org data and without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import ROOT
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings


@pytest.fixture(scope="session")
def free() -> Iterator[Guard]:
    """A guard without org data."""
    guard = make_guard(Settings(timeout=60))
    yield guard
    guard.engine._closed.set()  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def bound() -> Iterator[Guard]:
    """A guard with the org data under the examples."""
    guard = make_guard(Settings(timeout=60, org_data=(ROOT / "rego/vpce/testing/org.yaml",)))
    yield guard
    guard.engine._closed.set()  # type: ignore[attr-defined]
