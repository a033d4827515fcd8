"""A log of one's own."""

from __future__ import annotations

import pytest


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url
