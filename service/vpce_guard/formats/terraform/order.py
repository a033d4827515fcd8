"""What is still there when an endpoint of a plan is made: Terraform deletes and creates in an order of its own.

Only a replacement that is not create_before_destroy surely deletes first. Anything else that the plan deletes may go
at the same time or later: a resource that has got another key, or another name, without a `moved` block.
Source: https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from vpce_guard.formats.terraform.attributes import describe_endpoint
from vpce_guard.formats.terraform.changes import PlannedEndpoint
from vpce_guard.model import Json


class Leaving:
    """The endpoints that a plan deletes, by VPC and service."""

    def __init__(self, endpoints: Sequence[PlannedEndpoint]) -> None:
        self._by_claim: defaultdict[tuple[object, object], list[tuple[PlannedEndpoint, Json]]] = defaultdict(list)
        for endpoint in endpoints:
            if "delete" in endpoint.actions and endpoint.before is not None:
                told = describe_endpoint(endpoint.before)
                told["address"] = f"{endpoint.change.address} (which this plan deletes)"
                self._by_claim[told.get("VpcId"), told.get("ServiceName")].append((endpoint, told))

    def beside(self, endpoint: PlannedEndpoint, request: Json) -> tuple[Json, ...]:
        """Those of the same VPC and service that may still be there when an endpoint is created."""
        claims = self._by_claim.get((request.get("VpcId"), request.get("ServiceName")), ())
        return tuple(told for other, told in claims if other is not endpoint or endpoint.actions[0] == "create")
