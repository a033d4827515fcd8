"""How much work a document is, before any of it is done: the bytes that the rules will be given for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from pydantic_core import to_json

from vpce_guard.formats.document import Document, Draft
from vpce_guard.formats.neighbours import members_seen, near_peers
from vpce_guard.formats.places import vpc_of
from vpce_guard.model import Json, Proposal

_ENTRY = 512  # bytes that a label counts for beside its own: each decision is also found by each of its labels
_encoder = msgspec.json.Encoder()


def measure_work(
    documents: Sequence[Document], *, context: Json, labels: Mapping[str, str] | None = None, all_peers: bool = True
) -> int:
    """The bytes that rules are given: each endpoint and its context once, and for each what it is judged beside.

    Labels count for each endpoint that has them, as they are kept with each decision.

    That is what is of its VPC, or does not tell its VPC, and gateway endpoints, as in assemble(): so bytes times
    endpoints, where all are in one VPC. An endpoint that may turn out in several ways is judged once more for each of
    them. Without `all_peers` what each is judged beside is left out: measure_near() tells it.
    """
    sizes: dict[int, int] = {}  # by identity: a document hands the same context to all its endpoints
    total = _size(context)
    near: dict[str | None, int] = {}
    counts: dict[str | None, int] = {}
    common = _size_of_labels(labels or {})
    for document in documents:
        for draft in document.drafts:
            size = _size({"request": draft.request, "current": draft.current, "intent": draft.intent})
            vpc = _vpc(draft.request) or _vpc(draft.current)
            at = None if _is_gateway(draft.request) or _is_gateway(draft.current) else vpc
            near[at] = near.get(at, 0) + size
            total += _size_of_labels(draft.labels) + common
            ways = [draft.where(one) for one in draft.possibilities]
            for one in (draft, *ways):
                counts[vpc] = counts.get(vpc, 0) + 1
                total += size if one is draft else _size_of_way(one)
                for value in (*one.context.values(), *one.inventory.values()):
                    if id(value) not in sizes:
                        sizes[id(value)] = _size(value)
                        total += sizes[id(value)]
        for neighbour in document.neighbours:
            vpc = None if _is_gateway(neighbour) else _vpc(neighbour)
            near[vpc] = near.get(vpc, 0) + _size(neighbour)
    if not all_peers:
        return total
    everywhere, all_ = near.get(None, 0), sum(near.values())
    return total + sum(
        count * (near.get(vpc, 0) + everywhere if vpc is not None else all_) for vpc, count in counts.items()
    )


def measure_near(proposals: Iterable[tuple[Proposal, frozenset[str]]], *, most: int) -> int:
    """The bytes of the peers that rules are given one by one; no more are counted once they are above `most`.

    Each proposal comes with the services that matter to it besides, as near_peers() takes them.
    """
    sizes: dict[int, int] = {}  # by identity: neighbours are handed on as they are
    total = 0
    for proposal, services in proposals:
        plain = members_seen(proposal)
        for way in (plain, *({**plain, **way} for way in proposal.possibilities)):
            for peer in near_peers(way, services=services).peers:
                if id(peer) not in sizes:
                    sizes[id(peer)] = _size(peer)
                total += sizes[id(peer)]
            if total > most:
                return total
    return total


def _size_of_way(way: Draft) -> int:
    return _size({"request": way.request, "current": way.current, "intent": way.intent, "beside": way.beside})


def _size_of_labels(labels: Mapping[str, str]) -> int:
    return _size(labels) + _ENTRY * len(labels) if labels else 0


def _vpc(endpoint: Any) -> str | None:
    return vpc_of(endpoint) if isinstance(endpoint, dict) else None


def _is_gateway(endpoint: Any) -> bool:
    """Whether it surely or most likely is a gateway endpoint, which is what a request without a type creates."""
    return isinstance(endpoint, dict) and bool(endpoint) and endpoint.get("VpcEndpointType", "Gateway") == "Gateway"


def _size(value: Any) -> int:
    try:
        return len(_encoder.encode(value))
    except (OverflowError, TypeError, ValueError, RecursionError):
        return len(to_json(value, fallback=str))
