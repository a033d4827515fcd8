"""The engine of a service that should not decide: what it is asked is refused, and says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vpce_guard.engines import Evaluations
from vpce_guard.errors import EngineError
from vpce_guard.model import EngineName, Json


@dataclass
class RefusingEngine:
    """Judges nothing, in the place of an engine of that name."""

    name: EngineName
    error: EngineError

    async def evaluate(self, inputs: Sequence[Json]) -> Evaluations:  # noqa: ARG002 - it reads none
        """Raises the error."""
        raise self.error

    async def warm(self) -> None:
        """Nothing is to be made ready."""

    async def close(self) -> None:
        """Nothing is held."""
