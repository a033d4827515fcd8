"""Explanations as JSON, in the shape of the REST answer."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic_core import to_json

from vpce_guard.whatif.explain.types import Explanation


def render(explanations: Sequence[Explanation]) -> str:
    """One JSON object, indented."""
    return to_json({"explanations": explanations}, indent=2).decode()
