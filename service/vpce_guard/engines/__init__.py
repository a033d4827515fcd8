"""Engines: where policies run. One file each; both answer the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError

from vpce_guard.errors import EngineError
from vpce_guard.model import EngineName, Evaluation, Json

_EVALUATIONS: TypeAdapter[list[Evaluation]] = TypeAdapter(list[Evaluation])


class Engine(Protocol):
    """Judges inputs. Raises EngineError when it gives no answer that can be relied on."""

    name: EngineName

    async def evaluate(self, inputs: Sequence[Json]) -> list[Evaluation]:
        """One evaluation per input, in their order, from one call."""

    async def close(self) -> None:
        """Release what the engine holds."""


def checked(answers: Any, *, count: int, revision: str) -> list[Evaluation]:
    """The evaluations in an engine's answer, which must be complete, well formed and of the expected revision."""
    try:
        evaluations = _EVALUATIONS.validate_python(answers)
    except ValidationError as error:
        raise EngineError(
            f"The engine's answer has the wrong shape: {error.error_count()} errors.",
            advice="Check that the engine runs the bundle of this service.",
        ) from None
    if len(evaluations) != count:
        raise EngineError(f"The engine gave {len(evaluations)} answers to {count} proposals.")
    for evaluation in evaluations:
        if evaluation.revision != revision:
            raise EngineError(
                f"The engine runs bundle revision {evaluation.revision[:12]}, this service expects {revision[:12]}.",
                advice="Give the engine the bundle of this service: service/vpce_guard/policy/vpce.tar.gz.",
            )
    return evaluations
