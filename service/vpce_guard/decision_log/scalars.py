"""What stands in a JSON value wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def scalars(value: Any) -> Iterator[str]:
    """The texts and numbers in a value, as texts."""
    if isinstance(value, dict):
        for item in value.values():
            yield from scalars(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from scalars(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
