"""Input formats. Each module has NAME, detect(document) and read(document); adding a format adds one file."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats import aws_api, proposal, terraform_plan
from vpce_guard.formats.assemble import assemble
from vpce_guard.model import Json, Proposal

FORMATS: dict[str, ModuleType] = {module.NAME: module for module in (terraform_plan, proposal, aws_api)}


def read(
    document: Any, *, format_name: str = "auto", context: Json | None = None, labels: dict[str, str] | None = None
) -> list[Proposal]:
    """The proposals in a parsed document; an empty list when it changes no endpoint.

    Raises MalformedError with JSON Pointers when the document is not of the format, or of no known one.
    """
    module = FORMATS.get(format_name) if format_name != "auto" else _detect(document)
    if module is None:
        raise MalformedError(
            f"There is no format {format_name!r}." if format_name != "auto" else "The document is of no known format.",
            advice=f"Formats are auto, {', '.join(FORMATS)}; say which with `format`.",
            places=(Pointer(pointer="/format", code="unknown_format", detail="not a known format"),),
        )
    try:
        found = module.read(document)
        return assemble(found.drafts, context=context or {}, labels=labels or {}, neighbours=found.neighbours)
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # a place no reader looks at on its own
        raise MalformedError(
            f"The document is no well-formed {module.NAME}: {type(error).__name__}: {error}.",
            advice="Send it as the tool that made it printed it.",
        ) from error


def _detect(document: Any) -> ModuleType | None:
    return next((module for module in FORMATS.values() if module.detect(document)), None)
