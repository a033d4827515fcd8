"""One explainer for all tests of explanations: its engines are compiled once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.whatif.explain.explainer import Explainer


@pytest.fixture(scope="session")
def explainer() -> Iterator[Explainer]:
    explainer = Explainer(open_bundle(), memory_limit=256 << 20)
    yield explainer
    explainer.close()
