"""What a controller makes of an object: the endpoint it wants, the one that is there, and what it may do to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from vpce_guard.formats.kubernetes.expressions import is_open
from vpce_guard.model import Json


@dataclass(kw_only=True)
class ControlledEndpoint:
    """An endpoint as an object wants it and as its status shows it, both as Terraform's attributes.

    `wanted` is the part of the object that says what is sent to AWS, as it stands. `sources` are the fields each
    attribute comes from. `creates`, `updates` and `deletes` say what the controller does in AWS for the object.
    """

    attributes: Json
    unknown: Json
    present: Json
    identity: str | None
    wanted: Any
    creates: bool = True
    updates: bool = True
    deletes: bool = True
    context: Json = field(default_factory=dict)
    sources: dict[str, Json] = field(default_factory=dict)


def known_context(context: Json) -> Json:
    """The members that say something."""
    return {name: value for name, value in context.items() if isinstance(value, str) and value and not is_open(value)}
