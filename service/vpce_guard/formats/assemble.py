"""What every format has in common: drafts become proposals that share a context and see each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from vpce_guard.formats.aws import policy
from vpce_guard.formats.aws import types as shapes
from vpce_guard.formats.aws.endpoint import endpoint_after, taken_defaults
from vpce_guard.formats.document import Draft
from vpce_guard.formats.given_context import put_under, without_routes
from vpce_guard.formats.neighbours import Neighbours, Peers
from vpce_guard.instants import instant
from vpce_guard.model import POSSIBLE_MEMBERS, Json, Proposal

_OF_THE_REQUEST = ("time", "principal")

FROM_INVENTORY = "Inventory"
"""The member of a context that says when what came from the inventory was read, and why some was left out."""

DOCUMENT_TIME = "document"
"""Decide at the time that the document states."""


def assemble(
    drafts: Sequence[Draft],
    *,
    context: Json,
    labels: dict[str, str],
    neighbours: Sequence[Json] = (),
    at: str | None = None,
) -> list[Proposal]:
    """Proposals with their endpoint, context and peers filled in.

    `context` is supplied by the caller; what a draft says itself wins. `neighbours` are endpoints that
    the document tells of and leaves alone, in DescribeVpcEndpoints shape with `address`.
    Decisions are made at the time of the clock; a time that the context states counts only where `at` is
    DOCUMENT_TIME, and any other `at` is the time itself, RFC 3339.
    Raises MalformedError for a value that is not of AWS's type.
    """
    _check_types(drafts, context)
    drafts = [_with_context(draft, context, at) for draft in drafts]
    endpoints = [_endpoint(draft) for draft in drafts]
    changed = {
        draft.current["VpcEndpointId"]: endpoint is None or isinstance(endpoint.get("RouteTableIds"), list)
        for draft, (_, endpoint) in zip(drafts, endpoints, strict=True)
        if draft.current and "VpcEndpointId" in draft.current
    }
    peers = [
        _as_peer(endpoint, draft.address or f"proposal {number}", taken)
        for number, (draft, (taken, endpoint)) in enumerate(zip(drafts, endpoints, strict=True), start=1)
    ]
    seen = Neighbours([*neighbours, *(peer for peer in peers if peer is not None)])

    def propose(draft: Draft, own: Json | None, taken: Json, endpoint: Json | None) -> Proposal:
        proposal = Proposal(
            operation=draft.operation,
            request=draft.request,
            current=draft.current,
            context=_without_changed(draft, changed),
            intent=draft.intent,
            policy=policy.read(draft.request, draft.current),
            labels={**labels, **draft.labels},
            unknown=draft.unknown,
            address=draft.address,
            source=draft.source,
            endpoint=endpoint,
            defaults=taken,
            depends_on=draft.depends_on,
            before=draft.before,
            instant=instant(draft.context["time"]),
            peers=_peers_together(draft, seen.seen_by(endpoint or draft.current or {}, but=own)),
            sensitive=draft.sensitive,
            exists=draft.exists is not None,
        )
        if not draft.possibilities:
            return proposal
        ways = [_with_context(draft.where(one), context, at) for one in draft.possibilities]
        different = [_difference(propose(way, own, *_endpoint(way)), proposal) for way in ways]
        return proposal.model_copy(update={"possibilities": tuple(different)})

    return [propose(draft, peer, *ended) for draft, peer, ended in zip(drafts, peers, endpoints, strict=True)]


def _check_types(drafts: Sequence[Draft], context: Json) -> None:
    shapes.require({"context": context}, where="The context given for all")
    checked = {id(value) for value in context.values()}
    for number, draft in enumerate(drafts, start=1):
        for one in (draft, *map(draft.where, draft.possibilities)):
            own = {name: value for name, value in one.context.items() if id(value) not in checked}
            checked |= {id(value) for value in own.values()}  # endpoints of a document share most of their context
            parts = {"request": one.request, "current": one.current, "context": own, "intent": one.intent}
            shapes.require(parts, where=draft.address or f"proposal {number}")


def _endpoint(draft: Draft) -> tuple[Json, Json | None]:
    """The defaults that a draft takes, and the endpoint after it; of what is there nothing is left to a default."""
    if draft.exists is not None:
        return {}, draft.exists
    taken = taken_defaults(draft.operation, draft.request, draft.unknown, draft.sender_defaults)
    return taken, endpoint_after(draft.operation, draft.request, draft.current, draft.unknown, defaults=taken)


def _difference(way: Proposal, proposal: Proposal) -> Json:
    """The members of a proposal that are otherwise where one of its possibilities comes true; the request always."""
    members = {name: getattr(way, name) for name in POSSIBLE_MEMBERS}
    return {name: value for name, value in members.items() if name == "request" or value != getattr(proposal, name)}


def _as_peer(endpoint: Json | None, address: str, defaults: Json) -> Json | None:
    """An endpoint as the others of its document see it; None where none remains."""
    if endpoint is None:
        return None
    return {**endpoint, "address": address, **({"defaults": defaults} if defaults else {})}


def _peers_together(draft: Draft, peers: Peers) -> Sequence[Json]:
    """Those peers that are surely there together with the endpoint."""
    if not draft.apart and not draft.beside:
        return peers
    return (*(peer for peer in peers if peer.get("address") not in draft.apart), *draft.beside)


def _with_context(draft: Draft, supplied: Json, at: str | None) -> Draft:
    if draft.is_elsewhere:
        supplied = {name: supplied[name] for name in _OF_THE_REQUEST if name in supplied}
    parts = (draft.request, draft.current or {}, *draft.inventory.get("Vpcs", ()))
    known = [part.get("VpcId") for part in parts]
    vpc = next((vpc for vpc in known if vpc), None)
    if draft.inventory:
        supplied = put_under(draft.inventory, supplied, vpc)
    context = put_under(supplied, draft.context, vpc)
    context.pop(FROM_INVENTORY, None)  # which nobody else may say
    if draft.inventory:
        context[FROM_INVENTORY] = draft.inventory[FROM_INVENTORY]
    if at != DOCUMENT_TIME:
        context["time"] = at or _now()
    context.setdefault("time", _now())
    current = draft.current
    if draft.operation != "create":
        endpoint_id = draft.request.get("VpcEndpointId")
        if current is None:
            current = _find(context.get("VpcEndpoints"), endpoint_id)
        elif told := _find(supplied.get("VpcEndpoints"), endpoint_id):
            current = {**told, **current}
    return replace(draft, context=context, current=current)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _find(endpoints: object, endpoint_id: object) -> Json | None:
    if not isinstance(endpoints, list) or endpoint_id is None:
        return None
    found = (e for e in endpoints if isinstance(e, dict) and e.get("VpcEndpointId") == endpoint_id)
    return next(found, None)


def _without_changed(draft: Draft, changed: Mapping[str, bool]) -> Json:
    """The context without the endpoints that this document deletes or modifies: those are peers, as they will be.

    Where it is known which route tables they will have, `changed` says so; then their routes are left out too.
    """
    context = dict(draft.context)
    if not changed:
        return context
    if isinstance(endpoints := context.get("VpcEndpoints"), list):
        context["VpcEndpoints"] = [
            e for e in endpoints if not (isinstance(e, dict) and e.get("VpcEndpointId") in changed)
        ]
    routed = {name for name, is_known in changed.items() if is_known} - {(draft.current or {}).get("VpcEndpointId")}
    if routed and isinstance(tables := context.get("RouteTables"), list):
        context["RouteTables"] = [without_routes(table, routed) for table in tables]
    return context
