"""What is still there when an endpoint of a plan is made: Terraform deletes and creates in an order of its own.

Only a replacement that is not create_before_destroy surely deletes first. Anything else that the plan deletes may go
at the same time or later: a resource that has got another key, or another name, without a `moved` block. An endpoint
that gives up its private DNS names or route tables may do so before or after, but for what depends on it. Of those that
take route tables from each other in a circle none can go first: the provider adds and removes in one call of
ModifyVpcEndpoint, which AWS refuses while another endpoint has the table; that a refused call changes nothing is taken
for granted.
Source: https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle,
https://developer.hashicorp.com/terraform/internals/graph and
https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/vpc_endpoint.go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from vpce_guard.formats.document import MOST_POSSIBILITIES, Possibility
from vpce_guard.formats.terraform.attributes import describe_endpoint
from vpce_guard.formats.terraform.changes import PlannedEndpoint
from vpce_guard.model import Json


def predecessor(endpoint: PlannedEndpoint) -> Json:
    """The context's member for the endpoint that a replacement is made in the place of; empty where there is none.

    Its State is `deleted` where it surely goes first.
    """
    if "delete" not in endpoint.actions or endpoint.before is None:
        return {}
    told = describe_endpoint(endpoint.before)
    return {"predecessor": {**told, "State": "deleted"} if endpoint.actions[0] == "delete" else told}


class _Leaver(NamedTuple):
    """An endpoint that goes or gives something up, and how it is told while it does."""

    endpoint: PlannedEndpoint
    told: Json
    stays: bool


class Leaving:
    """The endpoints that a plan deletes, or that give something up, by VPC and service."""

    def __init__(self, endpoints: Sequence[PlannedEndpoint]) -> None:
        self._by_claim: defaultdict[tuple[object, object], list[_Leaver]] = defaultdict(list)
        for endpoint in endpoints:
            if "delete" in endpoint.actions and endpoint.before is not None:
                self._add(endpoint, describe_endpoint(endpoint.before), "deletes", stays=False)
            elif (changing := _while_changing(endpoint)) is not None:
                self._add(endpoint, describe_endpoint(changing), "changes", stays=True)
        self._stuck = {id(one) for leavers in self._by_claim.values() for one in _in_a_circle(leavers)}

    def _add(self, endpoint: PlannedEndpoint, told: Json, verb: str, *, stays: bool) -> None:
        told["address"] = f"{endpoint.change.address} (which this plan {verb})"
        self._by_claim[told.get("VpcId"), told.get("ServiceName")].append(_Leaver(endpoint, told, stays))

    def beside(self, endpoint: PlannedEndpoint, claimed: Json, first: Sequence[str] = ()) -> tuple[Json, ...]:
        """Those of the same VPC and service that the plan deletes when an endpoint is created or updated.

        `claimed` tells VpcId and ServiceName, `first` what is surely done before.
        """
        return tuple(leaver.told for leaver in self._find(endpoint, claimed, first) if not leaver.stays)

    def in_either_order(
        self, outcomes: Sequence[Possibility], endpoint: PlannedEndpoint, claimed: Json | None, first: Sequence[str]
    ) -> list[Possibility]:
        """The outcomes, each where other endpoints still have what they give up and where they no longer do.

        As beside(); without `claimed` each outcome claims what it requests.
        """
        as_it_stands, *ways = outcomes
        if not ways or 2 * len(ways) > MOST_POSSIBILITIES:
            ways = [as_it_stands]
        found = [as_it_stands]
        for way in ways:
            changing = [e for e in self._find(endpoint, claimed or way.request, first) if e.stays]
            stuck = [leaver for leaver in changing if id(leaver.endpoint) in self._stuck]
            found += [_beside(way, there) for there in (changing, stuck) if there]
            if not stuck:
                found.append(way)
        return found if any(way.apart for way in found) else list(outcomes)

    def _find(self, endpoint: PlannedEndpoint, claimed: Json, first: Sequence[str]) -> list[_Leaver]:
        claims = self._by_claim.get((claimed.get("VpcId"), claimed.get("ServiceName")), ())
        found = []
        for leaver in claims:
            is_own = leaver.endpoint is endpoint
            if (
                is_own and (leaver.stays or endpoint.actions[0] != "create")
            ) or leaver.endpoint.change.address in first:
                continue
            found.append(leaver)
        return found


def _beside(way: Possibility, there: Sequence[_Leaver]) -> Possibility:
    """A way in which some endpoints still have what they give up."""
    told = tuple(leaver.told for leaver in there)
    addresses = tuple(leaver.endpoint.change.address for leaver in there)
    return replace(way, beside=(*way.beside, *told), apart=addresses)


def _in_a_circle(leavers: Sequence[_Leaver]) -> list[PlannedEndpoint]:
    """Those of one VPC and service that never give up their route tables, as they wait for each other's."""
    waiting = [leaver.endpoint for leaver in leavers if leaver.stays]
    while True:
        held = [table for endpoint in waiting for table in _tables(endpoint.before) - _tables(endpoint.after)]
        still = [endpoint for endpoint in waiting if (_tables(endpoint.after) - _tables(endpoint.before)) & set(held)]
        if len(still) == len(waiting):
            return still
        waiting = still


def _tables(values: Json | None) -> set[str]:
    tables = (values or {}).get("route_table_ids")
    return {table for table in tables if isinstance(table, str)} if isinstance(tables, list) else set()


def _while_changing(endpoint: PlannedEndpoint) -> Json | None:
    """An updated endpoint with what it has and what it gets; None where it gives nothing up."""
    before, after = endpoint.before, endpoint.after
    if endpoint.actions != ("update",) or endpoint.elsewhere or before is None or after is None:
        return None
    tables, kept = before.get("route_table_ids") or [], after.get("route_table_ids")
    gives_names_up = before.get("private_dns_enabled") is True and after.get("private_dns_enabled") is False
    if not gives_names_up and not (isinstance(kept, list) and set(tables) - set(kept)):
        return None
    both = list(dict.fromkeys([*tables, *(table for table in kept or () if isinstance(table, str))]))
    named = before.get("private_dns_enabled") is True or after.get("private_dns_enabled")
    return {**before, **after, "id": before.get("id"), "route_table_ids": both, "private_dns_enabled": named}
