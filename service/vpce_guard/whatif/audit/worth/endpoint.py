"""An endpoint that exists as findings look at it, and what they know beside it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from vpce_guard.formats.aws.iam.endpoints import service_part
from vpce_guard.formats.document import Draft
from vpce_guard.formats.existing.inventory import Traffic
from vpce_guard.model import Decision, Json
from vpce_guard.whatif.advice import catalogue


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What findings know beside endpoints.

    `services` is the service catalogue of the bundle, `newer_services` what org data know besides, and `traffic` what
    is told of the data of endpoints, by their ids.
    """

    services: Json
    newer_services: frozenset[str] = frozenset()
    traffic: Mapping[str, Traffic] = field(default_factory=dict)


class KeptEndpoint(NamedTuple):
    """What is kept of an endpoint until all were seen; `monthly` and `currency` are what is saved, if that is known."""

    endpoint_id: str
    endpoint_type: object
    owner: str | None
    created: object
    has_private_dns: bool
    is_for_inbound_resolvers: bool
    monthly: float | None
    currency: str | None


Sorted = tuple[Hashable, KeptEndpoint] | None
"""The group that an endpoint goes to, and what is kept of it there; None where it has nothing to do with the kind."""


class ExistingPair(NamedTuple):
    """The decision on an endpoint that exists, the draft of it, and whose it is as far as that is told."""

    decision: Decision
    draft: Draft
    owner: str | None

    @property
    def endpoint(self) -> Json:
        """The endpoint in DescribeVpcEndpoints shape."""
        return self.draft.exists or {}

    @property
    def endpoint_id(self) -> str:
        """Its id."""
        return str(self.endpoint.get("VpcEndpointId"))

    @property
    def account(self) -> object:
        """The account that it is in, if that is told."""
        return self.draft.context.get("AccountId")

    @property
    def region(self) -> object:
        """The Region that it is in, if that is told."""
        return self.draft.context.get("Region")

    @property
    def may_change(self) -> bool:
        """Whether it is available and of its owner's making."""
        state = str(self.endpoint.get("State") or "available").lower()
        return state == "available" and self.endpoint.get("RequesterManaged") is not True

    def member(self, name: str) -> object:
        """A member of the endpoint."""
        return self.endpoint.get(name)

    def keep(self) -> KeptEndpoint:
        """What findings keep of it, with its own cost."""
        endpoint, cost = self.endpoint, self.decision.cost
        options = endpoint.get("DnsOptions") or {}
        return KeptEndpoint(
            endpoint_id=self.endpoint_id,
            endpoint_type=endpoint.get("VpcEndpointType"),
            owner=self.owner,
            created=endpoint.get("CreationTimestamp"),
            has_private_dns=endpoint.get("PrivateDnsEnabled") is True,
            is_for_inbound_resolvers=options.get("PrivateDnsOnlyForInboundResolverEndpoint") is True,
            monthly=cost.monthly if cost is not None else None,
            currency=cost.currency if cost is not None else None,
        )

    def service_detail(self) -> Json | None:
        """What AWS tells of its service (ServiceDetails), if that is given."""
        listed = self.draft.context.get("ServiceDetails")
        name = self.member("ServiceName")
        found = (one for one in listed or () if isinstance(one, dict) and one.get("ServiceName") == name)
        return next(found, None)

    def facts_of_service(self, facts: Facts) -> Json | None:
        """What the catalogue tells of its service; None where it does not know it."""
        name = self.member("ServiceName")
        return catalogue.entry(service_part(name), facts.services) if isinstance(name, str) else None


def owners_of(endpoints: Iterable[KeptEndpoint]) -> tuple[str, ...]:
    """Whose endpoints are, each owner once."""
    return tuple(dict.fromkeys(one.owner for one in endpoints if one.owner))


def cost_of(endpoints: Sequence[KeptEndpoint]) -> dict[str, Any]:
    """What they cost a month together, and in which currency; None where that is not known of each."""
    known = [Decimal(str(one.monthly)) for one in endpoints if one.monthly is not None]
    currencies = {one.currency for one in endpoints if one.currency is not None}
    if len(known) < len(endpoints) or len(currencies) != 1:
        return {"monthly": None, "currency": None}
    return {"monthly": float(sum(known)), "currency": currencies.pop()}
