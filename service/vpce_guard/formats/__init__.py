"""Input formats: one module each, with NAME, detect(document) and read(document, given).

A new format is its module and one line in MODULES; everything else (command line, REST, fuzzing) asks FORMATS.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.assemble import assemble
from vpce_guard.formats.document import NO_EXTRAS, Document, Extras
from vpce_guard.model import Json, Proposal

MODULES = (  # in the order in which they are asked whether a document is theirs
    "terraform.plan",
    "pulumi.preview",
    "kubernetes.documents",
    "cloudformation.template",
    "cloud_control",
    "proposal",
    "aws_api",
)
FORMATS: dict[str, ModuleType] = {
    module.NAME: module for module in (import_module(f"{__name__}.{name}") for name in MODULES)
}


def read(
    document: Any,
    *,
    format_name: str = "auto",
    context: Json | None = None,
    labels: dict[str, str] | None = None,
    given: Extras = NO_EXTRAS,
    at: str | None = None,
) -> list[Proposal]:
    """The proposals in a parsed document; an empty list when it changes no endpoint.

    Raises MalformedError with JSON Pointers when the document is not of the format, or of no known one.
    """
    found = read_drafts(document, format_name=format_name, given=given)
    return proposals([found], context=context, labels=labels, at=at)


def read_drafts(document: Any, *, format_name: str = "auto", given: Extras = NO_EXTRAS) -> Document:
    """What a parsed document tells of endpoints, before they are put beside each other. Raises MalformedError."""
    module = FORMATS.get(format_name) if format_name != "auto" else detect(document)
    if module is None:
        if format_name == "auto":
            FORMATS["admission_review"].refuse(document)
        raise MalformedError(
            f"Unknown format {format_name!r}."
            if format_name != "auto"
            else "The format of the document was not recognised.",
            advice=f"The formats are auto, {', '.join(FORMATS)}; name one with `format`.",
            pointers=(Pointer(pointer="/format", code="unknown_format", detail="unknown format"),),
        )
    try:
        found: Document = module.read(document, given)
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:  # a place no reader looks at
        raise _syntax_error(module.NAME, error) from error
    return found


def proposals(
    documents: Sequence[Document],
    *,
    context: Json | None = None,
    labels: dict[str, str] | None = None,
    at: str | None = None,
) -> list[Proposal]:
    """The proposals of documents whose endpoints see each other, at the time `at` says, as assemble() takes it.

    Raises MalformedError for a value of a wrong type.
    """
    drafts = [draft for document in documents for draft in document.drafts]
    neighbours = [neighbour for document in documents for neighbour in document.neighbours]
    try:
        return assemble(drafts, context=context or {}, labels=labels or {}, neighbours=neighbours, at=at)
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
        raise _syntax_error("document", error) from error


def detect(document: Any) -> ModuleType | None:
    """The format a parsed document looks like; None if like none."""
    return next((module for module in FORMATS.values() if module.detect(document)), None)


def _syntax_error(what: str, error: Exception) -> MalformedError:
    return MalformedError(
        f"The document is not a well-formed {what}: {type(error).__name__}: {error}.",
        advice="Send the output of the tool unchanged.",
    )
