"""Endpoints that exist as findings of what is worth doing look at them."""

from __future__ import annotations

from typing import Any

from tests.support.audits import decision
from vpce_guard.formats.document import Draft
from vpce_guard.model import Cost
from vpce_guard.whatif.audit.worth.endpoint import ExistingPair, Facts

SERVICES = {
    "date": "2026-11-29",
    "services": {
        "sqs": {"policy": True, "iam": ["sqs"]},
        "sns": {"policy": True, "iam": ["sns"]},
        "s3": {"policy": True, "iam": ["s3"]},
        "rekognition": {"policy": False},
        "qldb.session": {"policy": True, "retired": True},
    },
}
FACTS = Facts(services=SERVICES)


def cost(monthly: float | None) -> Cost:
    """What an endpoint costs a month in USD."""
    return Cost(
        currency="USD",
        monthly=monthly,
        difference=None,
        with_data=False,
        unknown=(),
        prices_of="2026-09-17",
        prices_from="a list",
    )


def pair(endpoint: dict[str, Any], monthly: float | None = 14.6, **context: Any) -> ExistingPair:
    """An endpoint of its owner's account in us-east-1; the tag `owner` says whose it is."""
    around = {"Region": "us-east-1", "AccountId": endpoint["OwnerId"], **context}
    found = decision(endpoint["VpcEndpointId"]).model_copy(update={"cost": cost(monthly)})
    owner = next((tag["Value"] for tag in endpoint["Tags"] if tag["Key"] == "owner"), None)
    return ExistingPair(found, Draft(operation="create", context=around, exists=endpoint), owner)
