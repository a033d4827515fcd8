"""What documents together tell of endpoints that are there, and of what stands around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vpce_guard.errors import MalformedError
from vpce_guard.formats.given_context import combine
from vpce_guard.model import Json, Location

DELETED = "deleted"


@dataclass(frozen=True, kw_only=True)
class ExistingEndpoint:
    """An endpoint that is there, in DescribeVpcEndpoints shape.

    `context` is what only its own document tells of its surroundings, `region` and `account` are where it is, as far as
    that is told. `unknown` are the members that the document leaves out though the endpoint may have them. `listed`
    says that the document lists all endpoints of its VPC. `address` is how its document calls it, `sensitive` are texts
    that nobody is shown.
    """

    endpoint: Json
    region: str | None = None
    account: str | None = None
    address: str | None = None
    unknown: tuple[str, ...] = ()
    listed: bool = False
    context: Json = field(default_factory=dict)
    sensitive: tuple[str, ...] = field(default=(), repr=False)
    source: Location | None = None

    @property
    def endpoint_id(self) -> str:
        """The id of the endpoint."""
        return str(self.endpoint["VpcEndpointId"])

    @property
    def state(self) -> str | None:
        """Its state in small letters, as AWS's own tools print it; None where it is not told."""
        state = self.endpoint.get("State")
        return state.lower() if isinstance(state, str) and state else None


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """What went through an endpoint in both directions in a time, in GB of 2^30 bytes; times are RFC 3339 in UTC."""

    gigabytes: float
    since: str
    until: str


@dataclass
class Inventory:
    """Endpoints by id and the context of all of them; readers put into it what they find.

    `file` is the one that is being read. `deleted` are the ids of endpoints that are no more, `parts` the contexts that
    documents tell, and `notes` say what was not read. `tells_endpoints` once a document says which endpoints there
    are, even if there are none. `traffic` is by the id of an endpoint.
    """

    file: str | None = None
    endpoints: dict[str, ExistingEndpoint] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    parts: list[Json] = field(default_factory=list)
    tells_endpoints: bool = False
    notes: list[str] = field(default_factory=list)
    traffic: dict[str, Traffic] = field(default_factory=dict)

    def add(self, found: ExistingEndpoint) -> None:
        """Take up an endpoint; of one that is told twice the last counts. Raises MalformedError for one without id."""
        identity = found.endpoint.get("VpcEndpointId")
        if not isinstance(identity, str) or not identity:
            raise MalformedError("An endpoint has no VpcEndpointId.", advice="Send the answer as AWS gave it.")
        if found.state == DELETED:
            self.drop(identity)
            return
        self.deleted.discard(identity)
        self.endpoints[identity] = found

    def drop(self, identity: str) -> None:
        """Take an endpoint for deleted."""
        self.endpoints.pop(identity, None)
        self.deleted.add(identity)

    def combined_context(self, given: Iterable[Json]) -> Json:
        """The context that the documents tell, over what is given beside them; VPCs are under `Vpcs`."""
        context = combine([*given, *self.parts])
        if isinstance(vpc := context.pop("Vpc", None), dict):
            context["Vpcs"] = [vpc, *context.get("Vpcs", [])]
        return context


def capitalise(value: Any, *, but: Mapping[str, str] | None = None) -> Any:
    """JSON with the members of its objects as the EC2 API spells them; `but` holds those that are called otherwise."""
    names = but or {}
    if isinstance(value, dict):
        return {names.get(key, key[:1].upper() + key[1:]): capitalise(item, but=names) for key, item in value.items()}
    return [capitalise(item, but=names) for item in value] if isinstance(value, list) else value
