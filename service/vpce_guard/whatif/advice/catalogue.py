"""What the bundle's service catalogue tells of the service of a need: its entry, and its full name in a Region."""

from __future__ import annotations

from datetime import UTC, date, datetime
from difflib import get_close_matches

from vpce_guard.errors import NotFoundError
from vpce_guard.formats.aws.iam.endpoints import without_cell
from vpce_guard.model import Json

_STARTS = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "eusc-": "aws-eusc",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
}


def entry(part: str, catalogue: Json) -> Json | None:
    """What the catalogue tells of a service by the part of its name after the Region; None where it has no such name.

    AWS numbers some names by cell (transfer.server.c-0001); the catalogue has them without the number.
    """
    services: Json = catalogue["services"]
    if part in services:
        return dict(services[part])
    whole = services.get(without_cell(part), {})
    return dict(whole) if whole.get("cells") else None


def find_service(name: str, catalogue: Json) -> Json:
    """What the catalogue tells of a service. Raises NotFoundError with the names that may be meant."""
    facts = entry(name, catalogue)
    if facts is not None:
        return facts
    near = catalogue.get("aliases", {}).get(name.lower()) or get_close_matches(
        name.lower(), catalogue["services"], n=2, cutoff=0.75
    )
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    raise NotFoundError(
        f"The service catalogue of {catalogue['date']} does not know {name!r}.{meant}",
        advice="`vpce-guard services` and GET /v1/services list the names; "
        "give ServiceDetails in the context for others.",
    )


def age_in_days(catalogue: Json) -> int:
    """How many days ago the catalogue was made."""
    return (datetime.now(UTC).date() - date.fromisoformat(catalogue["date"])).days


def full_name(part: str, region: str, catalogue: Json, *, gateway: bool) -> str:
    """The name to ask for in a Region: some start otherwise than com.amazonaws, which the catalogue lists."""
    told = (entry(part, catalogue) or {}).get("prefix", ())
    if told:
        return f"{told if isinstance(told, str) else told[0]}.{region}.{part}"
    partition = partition_of(region)
    own = catalogue.get("partitions", {}).get(partition, {}).get("prefix", "com.amazonaws")
    names = catalogue.get("prefixes", {}).get(own, {}).get(region, ())
    return f"{own if part.removesuffix('.cn') in names and not gateway else 'com.amazonaws'}.{region}.{part}"


def partition_of(region: str) -> str:
    """The partition of a Region by the start of its name."""
    return next((name for start, name in _STARTS.items() if region.startswith(start)), "aws")


def missing(part: str, catalogue: Json) -> str:
    """That the catalogue has no such name, in words."""
    return f"the service catalogue of {catalogue.get('date', 'no day')} does not know {part}"
