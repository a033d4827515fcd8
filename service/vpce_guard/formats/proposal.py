"""Our own format: one proposal, a list of them, or {"proposals": [...]}."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import Field, ValidationError

from vpce_guard.errors import MalformedError, Pointer, shape_error
from vpce_guard.formats.document import API_DEFAULTS, MOST_POSSIBILITIES, Document, Draft, Extras, Possibility
from vpce_guard.model import FrozenModel, Json, Location, Operation


class _PossibilityShape(FrozenModel):
    request: Json
    unknown: tuple[str, ...] = ()
    context: Json = Field(default_factory=dict)
    beside: tuple[Json, ...] = ()
    apart: tuple[str, ...] = ()


class _Shape(FrozenModel):
    operation: Operation
    request: Json = Field(default_factory=dict)
    current: Json | None = None
    context: Json = Field(default_factory=dict)
    intent: Json = Field(default_factory=dict)
    labels: dict[str, str] = Field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    address: str | None = None
    source: Location | None = None
    sender_defaults: Json | None = None
    depends_on: tuple[str, ...] = ()
    before: Json | None = None
    apart: tuple[str, ...] = ()
    beside: tuple[Json, ...] = ()
    sensitive: tuple[str, ...] = Field(default=(), repr=False)
    possibilities: tuple[_PossibilityShape, ...] = Field(default=(), max_length=MOST_POSSIBILITIES)
    is_elsewhere: bool = False


def detect(document: Any) -> bool:
    """Whether the document looks like proposals."""
    if isinstance(document, list):
        return bool(document) and detect(document[0])
    return isinstance(document, dict) and ("proposals" in document or "operation" in document)


def read(document: Any, given: Extras) -> Document:
    """Drafts in the order of the document. Raises MalformedError with a pointer to each wrong place.

    Beside `proposals`, `neighbours` are endpoints that stay as they are, in DescribeVpcEndpoints shape with `address`.
    """
    prefix = ""
    neighbours: Any = []
    if isinstance(document, dict) and "proposals" in document:
        neighbours = document.get("neighbours", [])
        prefix, document = "/proposals", document["proposals"]
        if not isinstance(neighbours, list) or not all(isinstance(neighbour, dict) for neighbour in neighbours):
            raise _not_a_list("/neighbours", "must be a list of objects")
    if isinstance(document, list):
        items = [(f"{prefix}/{i}", item) for i, item in enumerate(document)]
    elif prefix:
        raise _not_a_list(prefix, "must be a list")
    else:
        items = [("", document)]
    if not items:
        raise MalformedError(
            "The document holds no proposal.", advice="Send at least one object with `operation` and `request`."
        )
    return Document(drafts=tuple(_draft(item, pointer, given) for pointer, item in items), neighbours=tuple(neighbours))


def write(document: Document) -> Json:
    """The document that reads as `document`, for another vpce-guard to judge."""
    members = ("operation", "request", "context", "intent", "labels", "unknown")
    optional = ("current", "address", "before")
    return {
        "proposals": [
            {
                **{member: getattr(draft, member) for member in members},
                **{m: getattr(draft, m) for m in optional if getattr(draft, m) is not None},
                **({"source": draft.source.model_dump()} if draft.source else {}),
                **({"depends_on": draft.depends_on} if draft.depends_on else {}),
                **({"apart": draft.apart} if draft.apart else {}),
                **({"beside": draft.beside} if draft.beside else {}),
                **({"sensitive": draft.sensitive} if draft.sensitive else {}),
                **({"possibilities": [asdict(one) for one in draft.possibilities]} if draft.possibilities else {}),
                **({"is_elsewhere": True} if draft.is_elsewhere else {}),
                **({"sender_defaults": dict(draft.sender_defaults)} if draft.sender_defaults != API_DEFAULTS else {}),
            }
            for draft in document.drafts
        ],
        "neighbours": list(document.neighbours),
    }


def _not_a_list(pointer: str, detail: str) -> MalformedError:
    return MalformedError(
        f"`{pointer[1:]}` {detail}.", pointers=(Pointer(pointer=pointer, code="list_type", detail=detail),)
    )


def _draft(item: Any, pointer: str, given: Extras) -> Draft:
    try:
        shape = _Shape.model_validate(item)
    except ValidationError as error:
        advice = "It has operation, request, current, context, intent and labels; see docs/reference/formats.md."
        raise shape_error("proposal", error, advice=advice, at=pointer) from None
    return Draft(
        operation=shape.operation,
        request=shape.request,
        current=shape.current,
        context=shape.context,
        intent=shape.intent,
        labels=shape.labels,
        unknown=shape.unknown,
        address=shape.address,
        source=shape.source,
        sender_defaults=API_DEFAULTS if shape.sender_defaults is None else shape.sender_defaults,
        depends_on=shape.depends_on,
        before=shape.before,
        apart=shape.apart,
        beside=shape.beside,
        sensitive=shape.sensitive,
        possibilities=tuple(Possibility(**dict(one)) for one in shape.possibilities),
        is_elsewhere=shape.is_elsewhere,
        locations=None if shape.source else given.locations({"": pointer}, literal=True),
    )
