"""Guards that give advice: with org data and without."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings


@pytest.fixture(scope="session")
def free() -> Guard:
    """A guard without org data."""
    return make_guard(Settings(timeout=60))


@pytest.fixture(scope="session")
def bound() -> Guard:
    """A guard with the org data under the examples."""
    return make_guard(Settings(timeout=60, org_data=(ROOT / "rego/vpce/testing/org.yaml",)))
