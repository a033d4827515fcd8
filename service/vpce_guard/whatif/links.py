"""What came to be of recorded decisions: each allowed create beside the endpoints that the inventory has.

An endpoint is what became of a decision where it has a tag with the decision's id; where it is the only one of its VPC,
type and service, created in so many days after the decision, for which CloudTrail recorded the same request; or where
it is the only one of those at all. Where several could be it, none is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic_core import from_json

from vpce_guard.decision_log.links import DecisionLink, LinkCertainty, LinkOutcome
from vpce_guard.formats.document import Draft
from vpce_guard.formats.existing.drafts import is_default_policy
from vpce_guard.instants import instant
from vpce_guard.model import FrozenModel, Json
from vpce_guard.whatif.creations import RecordedCreation

_ALWAYS_TOLD = ("PolicyDocument", "SubnetIds", "RouteTableIds", "SecurityGroupIds", "TagSpecifications")

TAG = "vpce-guard:decision"
"""The key of the tag whose value is the id of a decision."""


class UndecidedEndpoint(FrozenModel):
    """An endpoint that was created since the log began, and of which nobody asked. Times are RFC 3339."""

    endpoint_id: str
    account: str | None
    region: str | None
    vpc_id: str | None
    service: str | None
    created: str


class LinkReport(FrozenModel):
    """All links, oldest decision first, and the endpoints without any."""

    links: tuple[DecisionLink, ...]
    undecided: tuple[UndecidedEndpoint, ...]


class _MadeEndpoint(NamedTuple):
    """An endpoint that was made: as the create that would make it as it is, and as it was `asked` for, if known."""

    endpoint_id: str
    created: datetime
    tag: str | None
    draft: Draft
    asked: Draft | None


@dataclass(frozen=True)
class _Wish:
    """An allowed create of the log."""

    decision_id: str
    decided: str
    request: Json
    unknown: tuple[str, ...]
    key: tuple[str, ...] | None

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.decided)


def link_decisions(
    events: Iterable[Json],
    drafts: Iterable[Draft],
    creations: Mapping[str, RecordedCreation],
    *,
    days: int,
    at: str,
    since: str | None = None,
) -> LinkReport:
    """The links of decision events, oldest first, to drafts of existing endpoints and to what CloudTrail recorded.

    `creations` are by the id of the endpoint; `at` is now, RFC 3339. What was decided or created before `since` is not
    told; decisions of so many days before it are needed, as what they decided may have been created after it.
    """
    wishes = [wish for event in events if (wish := _read_wish(event)) is not None]
    first = min((wish.moment for wish in wishes), default=None)
    told_from = datetime.fromisoformat(since) if since is not None else first
    made: defaultdict[object, list[_MadeEndpoint]] = defaultdict(list)
    for one in _read_made(drafts, creations):
        if first is not None and one.created >= first:
            made[_key_of(one.draft.request)].append(one)
    within = timedelta(days=days)
    last: dict[str, str] = {}  # of an endpoint that was found, the last decision
    candidates: dict[str, tuple[LinkCertainty | None, list[_MadeEndpoint]]] = {}
    for wish in wishes:
        certainty, found_ = _choose(wish, made.get(wish.key, ()) if wish.key else (), within)
        candidates[wish.decision_id] = certainty, found_
        if certainty is not None:
            last[found_[0].endpoint_id] = wish.decision_id
    over = datetime.fromisoformat(at) - within
    links = [_link(wish, *candidates[wish.decision_id], last, over, at) for wish in wishes]
    known = {name for link in links for name in link.endpoint_ids}
    others = [
        one
        for each in made.values()
        for one in each
        if one.endpoint_id not in known and told_from is not None and one.created >= told_from
    ]
    told = tuple(link for link in links if since is None or link.decided >= since)
    return LinkReport(links=told, undecided=tuple(map(_tell, sorted(others, key=lambda one: one.endpoint_id))))


def _read_wish(event: Json) -> _Wish | None:
    content, result = event["input"], event["result"]
    if content.get("operation") != "create" or content.get("exists") or not result.get("allowed"):
        return None
    request = content.get("request") or {}
    erased = (pointer.removeprefix("/input") for pointer in event["erased"])  # kept nowhere, so not compared
    unknown = (*(content.get("unknown") or ()), *erased)
    return _Wish(event["decision_id"], event["timestamp"], request, unknown, _key_of(request))


def _key_of(request: Json) -> tuple[str, ...] | None:
    """What an endpoint cannot change: its VPC, type and service. None where one of them is not told."""
    kind = request.get("VpcEndpointType") or "Gateway"  # as AWS takes it
    name = request.get("ServiceName") or request.get("ResourceConfigurationArn") or request.get("ServiceNetworkArn")
    parts = (request.get("VpcId"), kind, name)
    return tuple(map(str, parts)) if all(isinstance(one, str) and one for one in parts) else None


def _read_made(drafts: Iterable[Draft], creations: Mapping[str, RecordedCreation]) -> Iterator[_MadeEndpoint]:
    """What exists, and what was created and is not there any more, or was not read yet."""
    there: set[str] = set()
    for draft in drafts:
        endpoint = draft.exists or {}
        endpoint_id, created = str(endpoint.get("VpcEndpointId")), endpoint.get("CreationTimestamp")
        moment = instant(created) if isinstance(created, str) else None
        if moment is not None:
            there.add(endpoint_id)
            recorded = creations.get(endpoint_id)
            tag, asked = _tag_of(endpoint.get("Tags")), recorded and recorded.draft
            yield _MadeEndpoint(endpoint_id, datetime.fromisoformat(moment), tag, draft, asked)
    for endpoint_id, one in creations.items():
        if endpoint_id not in there:
            tag = _tag_of(_tags_of(one.draft.request.get("TagSpecifications")))
            yield _MadeEndpoint(endpoint_id, one.created, tag, one.draft, one.draft)


def _tag_of(tags: Any) -> str | None:
    return next((str(one.get("Value")) for one in tags or () if isinstance(one, dict) and one.get("Key") == TAG), None)


def _tags_of(specifications: Any) -> list[Json]:
    return [tag for one in specifications or () if isinstance(one, dict) for tag in one.get("Tags") or ()]


def _choose(
    wish: _Wish, made: Sequence[_MadeEndpoint], within: timedelta
) -> tuple[LinkCertainty | None, list[_MadeEndpoint]]:
    """The endpoint of a decision and how sure that is, or all that could be it."""
    if tagged := [one for one in made if one.tag == wish.decision_id]:
        return ("tag" if len(tagged) == 1 else None), tagged
    possible = [one for one in made if one.tag is None and wish.moment <= one.created <= wish.moment + within]
    same = [one for one in possible if one.asked is not None and not any(_find_differences(wish, one.asked))]
    if len(same) == 1:
        return "request", same
    return ("only one" if len(possible) == 1 else None), possible


def _link(
    wish: _Wish,
    certainty: LinkCertainty | None,
    found: Sequence[_MadeEndpoint],
    last: Mapping[str, str],
    over: datetime,
    at: str,
) -> DecisionLink:
    differs: tuple[str, ...] = ()
    outcome: LinkOutcome
    if wish.key is None:
        outcome = "no VPC"
    elif not found:
        outcome = "never made" if wish.moment < over else "waiting"
    elif certainty is None:
        outcome = "several possible"
    elif last[found[0].endpoint_id] != wish.decision_id:
        outcome = "decided again"
    else:
        differs = tuple(_find_differences(wish, found[0].draft))
        outcome = "differs" if differs else "as decided"
    vpc, service = wish.request.get("VpcId"), wish.request.get("ServiceName")
    return DecisionLink(
        decision_id=wish.decision_id,
        decided=wish.decided,
        vpc_id=vpc if isinstance(vpc, str) else None,
        service=service if isinstance(service, str) else None,
        outcome=outcome,
        certainty=certainty,
        endpoint_ids=tuple(sorted(one.endpoint_id for one in found)),
        differs=differs,
        linked=at,
    )


def _find_differences(wish: _Wish, draft: Draft) -> Iterator[str]:
    """The members that the endpoint has otherwise. What was asked for and is not told of it is none."""
    there, hidden = draft.request, {*wish.unknown, *draft.unknown}
    names = {*wish.request, "PolicyDocument"} & {*there, *_ALWAYS_TOLD}
    for name in sorted(names):
        if not any(pointer.startswith(f"/request/{name}") for pointer in hidden):
            asked, found = (_comparable(name, one.get(name)) for one in (wish.request, there))
            if asked != found:
                yield name


def _comparable(name: str, value: Any) -> Any:
    """A member without what makes no difference: order, the way a policy is written, tags of the product's own."""
    if name == "PolicyDocument" and is_default_policy(value):
        return None
    if name == "PolicyDocument" and isinstance(value, str):
        try:
            return from_json(value)
        except ValueError:
            return value
    if name == "TagSpecifications":
        tags = _tags_of(value)
        return sorted((str(tag.get("Key")), str(tag.get("Value"))) for tag in tags if tag.get("Key") != TAG)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return sorted(value)
    return value


def _tell(one: _MadeEndpoint) -> UndecidedEndpoint:
    def text(value: object) -> str | None:
        return value if isinstance(value, str) else None

    return UndecidedEndpoint(
        endpoint_id=one.endpoint_id,
        account=text(one.draft.context.get("AccountId")),
        region=text(one.draft.context.get("Region")),
        vpc_id=text(one.draft.request.get("VpcId")),
        service=text(one.draft.request.get("ServiceName")),
        created=one.created.isoformat().replace("+00:00", "Z"),
    )
