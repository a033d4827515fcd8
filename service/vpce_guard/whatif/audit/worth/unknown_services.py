"""Endpoints of services that AWS has ended, or that the service catalogue does not know.

Source: the service catalogue of the bundle, which has its date and the sources of its facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from vpce_guard.formats.aws.iam.endpoints import service_part
from vpce_guard.whatif.audit.types import WorthDoing
from vpce_guard.whatif.audit.worth.endpoint import ExistingPair, Facts, KeptEndpoint, Sorted, cost_of, owners_of

_OF_AWS = re.compile(r"(?:com\.amazonaws|cn\.com\.amazonaws|aws\.[a-z]+)\.[a-z]{2,}(?:-[a-z]+)+-\d+\..+")


def sort_out(one: ExistingPair, kept: KeptEndpoint, facts: Facts) -> Sorted:
    """Endpoints of such a service by their account; none where AWS itself lists the service."""
    name = one.member("ServiceName")
    if not isinstance(name, str) or not _OF_AWS.fullmatch(name) or one.service_detail() is not None:
        return None
    told = one.facts_of_service(facts)
    is_retired = told is not None and bool(told.get("retired"))
    if not is_retired and (told is not None or service_part(name) in facts.newer_services):
        return None
    return (one.account, name, is_retired), kept


def tell(key: Any, alike: Sequence[KeptEndpoint], facts: Facts) -> Iterator[WorthDoing]:
    """A finding for the endpoints of the service."""
    _, name, is_retired = key
    part = service_part(name)
    if is_retired:
        yield WorthDoing(
            kind="retired-service",
            endpoint_ids=tuple(one.endpoint_id for one in alike),
            **cost_of(alike),
            do="Move its clients to another service, and delete it.",
            why=f"AWS has ended the service {part}: its SDKs no longer carry the API.",
            owners=owners_of(alike),
        )
    else:
        yield WorthDoing(
            kind="unknown-service",
            endpoint_ids=tuple(one.endpoint_id for one in alike),
            monthly=None,
            currency=None,
            do="Look whether `aws ec2 describe-vpc-endpoint-services` lists the name. If so, add it to "
            "known_names of the org data.",
            why=f"The service catalogue of {facts.services.get('date')} does not know {part}: it is newer, or AWS "
            "has renamed or ended it.",
            owners=owners_of(alike),
        )
