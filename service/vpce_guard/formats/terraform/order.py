"""What is still there when an endpoint of a plan is made: Terraform deletes and creates in an order of its own.

Only a replacement that is not create_before_destroy surely deletes first. Anything else that the plan deletes may go
at the same time or later: a resource that has got another key, or another name, without a `moved` block. An endpoint
that gives up its private DNS names or route tables may do so before or after, but for what depends on it.
Source: https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle and
https://developer.hashicorp.com/terraform/internals/graph.
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
            if changing:
                beside = (*way.beside, *(leaver.told for leaver in changing))
                apart = tuple(leaver.endpoint.change.address for leaver in changing)
                found.append(replace(way, beside=beside, apart=apart))
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
