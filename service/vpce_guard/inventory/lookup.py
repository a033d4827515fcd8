"""What the inventory tells of the surroundings of an endpoint, as context that document and caller overrule.

One indexed read finds what is kept of a VPC; what was read before is kept in memory until the inventory has a newer
snapshot. What is older than it may be is left out, and the context says so (FROM_INVENTORY), so that it is recorded.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Engine as Database
from sqlalchemy.exc import SQLAlchemyError

from vpce_guard.formats.assemble import FROM_INVENTORY
from vpce_guard.formats.document import Document, Draft
from vpce_guard.inventory.kinds import KINDS
from vpce_guard.inventory.relevant import choose_relevant
from vpce_guard.inventory.store import NO_VPC, Slice, find_slices, newest_of, read_contents
from vpce_guard.logs import Logger
from vpce_guard.model import Json

log = Logger("vpce_guard.inventory")
_MOST_KEPT = 2000  # slices, of a VPC or a Region, that stay in memory
_VPC = "vpc-"
_LONGEST = 40  # characters of what a document calls an id
_SYNC = "Run `vpce-guard inventory sync`."


class Surroundings(NamedTuple):
    """What is known of a VPC: things by kind, where it is, when the oldest was read, and why some was left out."""

    things: Mapping[str, list[Json]]
    account: str
    region: str
    taken: str | None
    note: str | None


class InventoryLookup:
    """The inventory as proposals are given it; what is older than `max_age` seconds is not."""

    def __init__(
        self, open_database: Callable[[], Database], *, max_age: float, clock: Callable[[], datetime] | None = None
    ) -> None:
        """The database is opened when it is first asked."""
        self._open = open_database
        self._database: Database | None = None
        self._max_age = max_age
        self._clock = clock or (lambda: datetime.now(UTC))
        self._contents: OrderedDict[Slice, list[Json]] = OrderedDict()
        self._lock = threading.Lock()  # requests are read on threads

    def add_to(self, document: Document, context: Json) -> Document:
        """The document with what is known around each endpoint; `context` is what the caller gives for all.

        Where the inventory cannot be read, nothing is known from it, and that is said. Never raises.
        """
        found: dict[object, Surroundings | Json] = {}
        told = {one.get("VpcEndpointId") for one in document.neighbours} - {None}
        return replace(document, drafts=tuple(self._add(draft, context, found, told) for draft in document.drafts))

    def _add(self, draft: Draft, context: Json, found: dict[object, Surroundings | Json], told: set[object]) -> Draft:
        if (named := _name_of(draft)) is None:
            return draft
        given = {} if draft.is_elsewhere else context
        account, region = (draft.context.get(name) or given.get(name) for name in ("AccountId", "Region"))
        key = named, account, region
        if key not in found:
            found[key] = self._find(named, account, region, told)
        surroundings = found[key]
        if not isinstance(surroundings, Surroundings):
            return replace(draft, inventory=surroundings)
        return replace(draft, inventory=_as_context(surroundings, draft))

    def _find(self, named: str, account: object, region: object, told: set[object]) -> Surroundings | Json:
        try:
            vpc = named if named.startswith(_VPC) else self._vpc_of(named)
            known = self._read(vpc, account, region) if vpc is not None else None
        except SQLAlchemyError as error:
            log.warning("inventory_unreadable", error=str(getattr(error, "orig", None) or error).splitlines()[0])
            return _nothing("The inventory could not be read.")
        if known is None:
            return _nothing(f"The inventory does not know {named[:_LONGEST]}. {_SYNC}")
        if "VpcEndpoints" not in known.things:
            return known
        listed = [one for one in known.things["VpcEndpoints"] if one.get("VpcEndpointId") not in told]
        return known._replace(things={**known.things, "VpcEndpoints": listed})

    def _vpc_of(self, endpoint: str) -> str | None:
        """The VPC of an endpoint, by its id."""
        own = (one for one in newest_of(find_slices(self.database, endpoint)) if one.vpc_id == endpoint)
        told = [one["VpcId"] for things in self._contents_of(own).values() for one in things]
        return told[0] if told else None

    @property
    def database(self) -> Database:
        """The database, opened when it is first asked. Raises LogError where it cannot be."""
        if self._database is None:
            self._database = self._open()
        return self._database

    def _read(self, vpc: str, account: object, region: object) -> Surroundings | None:
        slices = [one for one in newest_of(find_slices(self.database, vpc)) if one.unit.kind in KINDS]
        where = {one.unit[:2] for one in slices if one.vpc_id != NO_VPC}
        places = sorted(place for place in where if account in (None, place[0]) and region in (None, place[1]))
        contents = self._contents_of(one for one in slices if one.unit[:2] in places)
        place = _owner_of(contents, places)
        if place is None:
            return None
        here = {one: told for one, told in contents.items() if one.unit[:2] == place}
        return self._surroundings(vpc, place, here)

    def _contents_of(self, slices: Iterable[Slice]) -> dict[Slice, list[Json]]:
        """What slices hold, from memory where it is there."""
        wanted = list(slices)
        with self._lock:
            kept = {one: self._contents[one] for one in wanted if one in self._contents}
        if len(kept) < len(wanted):
            kept |= read_contents(self.database, (one for one in wanted if one not in kept))
        with self._lock:
            for one, told in kept.items():
                self._contents[one] = told
                self._contents.move_to_end(one)
            while len(self._contents) > _MOST_KEPT:
                self._contents.popitem(last=False)
        return kept

    def _surroundings(self, vpc: str, place: tuple[str, str], contents: Mapping[Slice, list[Json]]) -> Surroundings:
        ages = {one.unit.kind: self._age(one.taken) for one in contents}
        fresh = {kind for kind, age in ages.items() if age <= self._max_age}
        by_kind: dict[str, dict[str, list[Json]]] = {kind: {} for kind in sorted(fresh)}
        for one, told in contents.items():
            if one.unit.kind in fresh:
                by_kind[one.unit.kind][one.vpc_id] = told
        things = {kind: list(_things_of(kind, vpc, by_vpc)) for kind, by_vpc in by_kind.items()}
        old = [age for kind, age in ages.items() if kind not in fresh]
        note = None
        if old:
            what = "What" if not fresh else "Some of what"
            note = (
                f"{what} the inventory tells of {vpc} is {in_words(max(old))} old, more than "
                f"{in_words(self._max_age)}, and was left out. {_SYNC}"
            )
        taken = min((one.taken for one in contents if one.unit.kind in fresh), default=None)
        return Surroundings(things, *place, taken, note)

    def _age(self, taken: str) -> float:
        return (self._clock() - datetime.fromisoformat(taken)).total_seconds()


def in_words(seconds: float) -> str:
    """A time span in one unit, cut."""
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            number = int(seconds // size)
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{int(seconds)} s"


def _nothing(note: str) -> Json:
    """Context that tells nothing but why."""
    return {FROM_INVENTORY: {"taken": None, "note": note}}


def _name_of(draft: Draft) -> str | None:
    """The VPC of a draft, or else the endpoint that it is about, by id."""
    parts = (draft.request, draft.current or {})
    for member, start in (("VpcId", _VPC), ("VpcEndpointId", "vpce-")):
        for part in parts:
            value = part.get(member)
            if isinstance(value, str) and value.startswith(start):
                return value
    return None


def _owner_of(contents: Mapping[Slice, list[Json]], places: list[tuple[str, str]]) -> tuple[str, str] | None:
    """Where a VPC is: of several accounts that tell of it, that of its owner."""
    if len(places) < 2:
        return places[0] if places else None
    owners = {
        (vpc.get("OwnerId"), one.unit.region)
        for one, told in contents.items()
        if one.unit.kind == "Vpcs" and one.vpc_id != NO_VPC
        for vpc in told
    }
    return next((place for place in places if place in owners), None)


def _things_of(kind: str, vpc: str, by_vpc: Mapping[str, list[Json]]) -> Iterable[Json]:
    """The things of a kind that matter to a VPC: its own, and of no VPC; of other VPCs there are gateway endpoints."""
    yield from by_vpc.get(vpc, ())
    for one in by_vpc.get(NO_VPC, ()):
        if kind != "VpcEndpoints" or one.get("VpcId") != vpc:
            yield one


def _as_context(known: Surroundings, draft: Draft) -> Json:
    """The context of a draft: of what there is that which rules may look at."""
    context: Json = {"AccountId": known.account, "Region": known.region}
    context |= choose_relevant(known.things, draft)
    context[FROM_INVENTORY] = {"taken": known.taken, "note": known.note}
    return context
