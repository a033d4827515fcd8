"""How much work a document is, before any of it is done: the bytes that the rules will be given for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from pydantic_core import to_json

from vpce_guard.formats.document import Document, Draft
from vpce_guard.model import Json

_encoder = msgspec.json.Encoder()


def measure_work(documents: Sequence[Document], *, context: Json) -> int:
    """The bytes that rules are given: each endpoint and its context once, and for each what it is judged beside.

    That is what is of its VPC, or does not tell its VPC, and gateway endpoints, as in assemble(): so bytes times
    endpoints, where all are in one VPC. An endpoint that may turn out in several ways is judged once more for each of
    them.
    """
    sizes: dict[int, int] = {}  # by identity: a document hands the same context to all its endpoints
    total = _size(context)
    near: dict[str | None, int] = {}
    counts: dict[str | None, int] = {}
    for document in documents:
        for draft in document.drafts:
            size = _size({"request": draft.request, "current": draft.current, "intent": draft.intent})
            vpc = _vpc(draft.request) or _vpc(draft.current)
            at = None if _is_gateway(draft.request) or _is_gateway(draft.current) else vpc
            near[at] = near.get(at, 0) + size
            ways = [draft.where(one) for one in draft.possibilities]
            for one in (draft, *ways):
                counts[vpc] = counts.get(vpc, 0) + 1
                total += size if one is draft else _size_of_way(one)
                for value in one.context.values():
                    if id(value) not in sizes:
                        sizes[id(value)] = _size(value)
                        total += sizes[id(value)]
        for neighbour in document.neighbours:
            vpc = None if _is_gateway(neighbour) else _vpc(neighbour)
            near[vpc] = near.get(vpc, 0) + _size(neighbour)
    everywhere, all_ = near.get(None, 0), sum(near.values())
    return total + sum(
        count * (near.get(vpc, 0) + everywhere if vpc is not None else all_) for vpc, count in counts.items()
    )


def _size_of_way(way: Draft) -> int:
    return _size({"request": way.request, "current": way.current, "intent": way.intent, "beside": way.beside})


def _vpc(endpoint: Any) -> str | None:
    found = endpoint.get("VpcId") if isinstance(endpoint, dict) else None
    return found if isinstance(found, str) and found else None


def _is_gateway(endpoint: Any) -> bool:
    """Whether it surely or most likely is a gateway endpoint, which is what a request without a type creates."""
    return isinstance(endpoint, dict) and bool(endpoint) and endpoint.get("VpcEndpointType", "Gateway") == "Gateway"


def _size(value: Any) -> int:
    try:
        return len(_encoder.encode(value))
    except (OverflowError, TypeError, ValueError, RecursionError):
        return len(to_json(value, fallback=str))
