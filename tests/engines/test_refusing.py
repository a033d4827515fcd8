"""The engine of a service that should not decide."""

from __future__ import annotations

import asyncio

import pytest

from vpce_guard.engines.refusing import RefusingEngine
from vpce_guard.errors import EngineError


def test_it_answers_nothing_and_says_why() -> None:
    with pytest.raises(EngineError, match="outdated"):
        asyncio.run(RefusingEngine("embedded", EngineError("outdated")).evaluate([{}]))
