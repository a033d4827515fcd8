"""Our own format: one proposal, a list of them, or {"proposals": [...]}."""

from __future__ import annotations

from typing import Any

from pydantic import Field, ValidationError

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.assemble import Draft
from vpce_guard.formats.document import Document
from vpce_guard.model import Frozen, Json, Operation

NAME = "proposal"


class _Shape(Frozen):
    operation: Operation
    request: Json = Field(default_factory=dict)
    current: Json | None = None
    context: Json = Field(default_factory=dict)
    intent: Json = Field(default_factory=dict)
    labels: dict[str, str] = Field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    address: str | None = None


def detect(document: Any) -> bool:
    """Whether the document looks like proposals."""
    if isinstance(document, list):
        return bool(document) and detect(document[0])
    return isinstance(document, dict) and ("proposals" in document or "operation" in document)


def read(document: Any) -> Document:
    """Drafts in the order of the document. Raises MalformedError with a pointer to each wrong place."""
    prefix = ""
    if isinstance(document, dict) and "proposals" in document:
        prefix, document = "/proposals", document["proposals"]
    if isinstance(document, list):
        items = [(f"{prefix}/{i}", item) for i, item in enumerate(document)]
    elif prefix:
        raise MalformedError(
            "`proposals` is not a list.", places=(Pointer(pointer=prefix, code="list_type", detail="must be a list"),)
        )
    else:
        items = [("", document)]
    if not items:
        raise MalformedError(
            "There is no proposal in the document.", advice="Send at least one object with `operation` and `request`."
        )
    return Document(drafts=tuple(_draft(item, pointer) for pointer, item in items))


def _draft(item: Any, pointer: str) -> Draft:
    try:
        shape = _Shape.model_validate(item)
    except ValidationError as error:
        places = tuple(
            Pointer(pointer="/".join([pointer, *map(str, e["loc"])]), code=e["type"], detail=e["msg"])
            for e in error.errors(include_url=False, include_input=False)
        )
        raise MalformedError(
            "The proposal has the wrong shape: "
            + "; ".join(f"{p['pointer'] or '/'}: {p['detail']}" for p in places)
            + ".",
            advice="A proposal is {operation, request, current, context, intent, labels}; see docs/formats.md.",
            places=places,
        ) from None
    return Draft(
        operation=shape.operation,
        request=shape.request,
        current=shape.current,
        context=shape.context,
        intent=shape.intent,
        labels=shape.labels,
        unknown=shape.unknown,
        address=shape.address,
    )
