"""What there is in accounts as files tell it: answers of AWS's own describe commands, and snapshots of AWS Config.

Each file must tell all there is of a kind in its account and Region. What it tells is as if it had been asked of AWS.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from vpce_guard.errors import MalformedError
from vpce_guard.formats.aws import types as shapes
from vpce_guard.formats.existing import config_items
from vpce_guard.formats.existing.drafts import region_of
from vpce_guard.formats.existing.inventory import Inventory
from vpce_guard.formats.given_context import combine
from vpce_guard.formats.terraform.providers import region_of_zone
from vpce_guard.inventory.kinds import KINDS, Kind
from vpce_guard.model import Json

_SEND = (
    "Send what `aws ec2 describe-*` prints for one account and Region, without filters, or a snapshot of AWS Config."
)
_PLACE = 'Give one --accounts and one --regions, or put "AccountId" and "Region" beside the lists.'


class _FileContent(NamedTuple):
    """What a document tells: things by kind, and where they are as far as it says so."""

    file: str
    account: str | None
    region: str | None
    things: Mapping[str, list[Json]]
    is_of_config: bool = False


class Files:
    """Documents by the names of their files; `account` and `region` are of those that do not say where they are."""

    def __init__(
        self, documents: Iterable[tuple[str, Any]], *, account: str | None = None, region: str | None = None
    ) -> None:
        """Raises MalformedError for what cannot be read, is not all there is, or does not say where it is."""
        told = [one for file, document in documents for one in _read(file, document)]
        found: defaultdict[tuple[str, str], defaultdict[str, list[Json]]] = defaultdict(lambda: defaultdict(list))
        account = account or _single_value(one.account for one in told)
        region = region or _single_value(one.region for one in told)
        for one in told:
            where = one.account or account, one.region or region
            if where[0] is None or where[1] is None:
                lacks = "account" if where[0] is None else "Region"
                raise MalformedError(f"{one.file} does not tell its {lacks}.", advice=_PLACE)
            for kind, things in one.things.items():
                shapes.require({"context": {kind: things}}, where=one.file)
                found[where[0], where[1]][kind] += things
        for kinds in found.values():
            if "Vpcs" in kinds:  # one document tells its attributes, another the rest
                merged = combine([{"Vpcs": kinds["Vpcs"]}])
                kinds["Vpcs"] = merged.get("Vpcs") or [merged["Vpc"]] if merged else []
        self._found = found
        self.name = "config" if any(one.is_of_config for one in told) else "files"  # which does not tell all members
        self.kinds: Mapping[str, Kind] = {
            name: kind for name, kind in KINDS.items() if any(name in things for things in found.values())
        }

    def places(self) -> list[tuple[str, str]]:
        """The accounts and Regions that are told of."""
        return sorted(self._found)

    def place(self, account: str, region: str) -> _FilesPlace:
        """See sync.Source."""
        return _FilesPlace(self._found[account, region])


class _FilesPlace:
    def __init__(self, things: Mapping[str, list[Json]]) -> None:
        self._things = things

    def read(self, kind: Kind) -> list[Json] | None:
        """See aws.RegionalAccount."""
        return self._things.get(kind.name)


def _read(file: str, document: Any) -> Iterator[_FileContent]:
    if isinstance(document, list):
        for one in document:
            yield from _read(file, one)
    elif config_items.detect(document):
        yield from _read_snapshot(file, document)
    elif isinstance(document, dict):
        yield _read_answer(file, document)
    else:
        raise MalformedError(f"{file} tells of nothing in an account.", advice=_SEND)


def _read_answer(file: str, document: Json) -> _FileContent:
    if document.get("NextToken"):
        raise MalformedError(f"{file} was cut off (NextToken).", advice="Fetch it without --max-items.")
    context = combine([document])
    if isinstance(vpc := context.pop("Vpc", None), dict):
        context["Vpcs"] = [vpc]
    things = {name: context[name] for name in KINDS if isinstance(context.get(name), list)}
    if not things:
        raise MalformedError(f"{file} tells of nothing that rules look at.", advice=_SEND)
    each = [one for listed in things.values() for one in listed if isinstance(one, dict)]
    account = context.get("AccountId") or _single_value(one.get("OwnerId") for one in each if one.get("VpcId"))
    region = context.get("Region") or _single_value(_regions(things))
    return _FileContent(file, account, region, things)


def _regions(things: Mapping[str, list[Json]]) -> Iterator[str | None]:
    for subnet in things.get("Subnets", ()):
        yield region_of_zone(subnet.get("AvailabilityZone"))
    for endpoint in things.get("VpcEndpoints", ()):
        yield region_of(endpoint, {})


def things_of(items: Sequence[Json]) -> dict[str, list[Json]]:
    """What configuration items tell, for each kind that AWS Config records. Raises VpceGuardError."""
    found = Inventory()
    config_items.read({"configurationItems": items}, found)
    things: dict[str, list[Json]] = {name: [] for name, kind in KINDS.items() if kind.config_type}
    for part in found.parts:
        for name, listed in part.items():
            things[name] += listed
    things["VpcEndpoints"] = [one.endpoint for one in found.endpoints.values()]
    return things


def _read_snapshot(file: str, document: Json) -> Iterator[_FileContent]:
    if "configSnapshotId" not in document:
        raise MalformedError(f"{file} holds single configuration items, and not all there is.", advice=_SEND)
    by_place: defaultdict[tuple[str, str], list[Json]] = defaultdict(list)
    for item in document.get("configurationItems") or ():
        if isinstance(item, dict):
            by_place[str(item.get("awsAccountId")), str(item.get("awsRegion"))].append(item)
    for (account, region), items in by_place.items():
        yield _FileContent(file, account, region, things_of(items), is_of_config=True)


def _single_value(values: Iterable[Any]) -> str | None:
    """The one value that there is; None where there are several, or none."""
    found: Sequence[Any] = list({value for value in values if isinstance(value, str) and value})
    return found[0] if len(found) == 1 else None
