"""Endpoints of services that AWS has ended, or that the service catalogue does not know.

Source: the service catalogue of the bundle, which has its date and the sources of its facts.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from vpce_guard.formats.aws.iam.endpoints import service_part
from vpce_guard.whatif.audit.types import WorthDoing
from vpce_guard.whatif.audit.worth.endpoint import ExistingPair, Facts, cost_of, owners_of

_OF_AWS = re.compile(r"(?:com\.amazonaws|cn\.com\.amazonaws|aws\.[a-z]+)\.[a-z]{2,}(?:-[a-z]+)+-\d+\..+")


def find(endpoints: Sequence[ExistingPair], facts: Facts) -> Iterator[WorthDoing]:
    """A finding for the endpoints of each such service in an account; none where AWS itself lists the service."""
    groups: defaultdict[tuple[object, str], list[ExistingPair]] = defaultdict(list)
    for one in endpoints:
        name = one.member("ServiceName")
        if isinstance(name, str) and _OF_AWS.fullmatch(name) and one.service_detail() is None:
            groups[one.account, name].append(one)
    for (_, name), alike in groups.items():
        part, told = service_part(name), alike[0].facts_of_service(facts)
        if told is not None and told.get("retired"):
            yield WorthDoing(
                kind="retired-service",
                endpoint_ids=tuple(one.endpoint_id for one in alike),
                **cost_of(alike),
                do="Move its clients to another service, and delete it.",
                why=f"AWS has ended the service {part}: its SDKs no longer carry the API.",
                owners=owners_of(alike),
            )
        elif told is None and part not in facts.newer_services:
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
