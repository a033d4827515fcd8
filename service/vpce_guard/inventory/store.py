"""The inventory in the database: one kind of thing in one account and Region is written, or not, as a whole."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json
from sqlalchemy import Engine as Database
from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, union_all, update

from vpce_guard.decision_log.tables import INVENTORY_SLICES as SLICES
from vpce_guard.decision_log.tables import INVENTORY_SYNCS as SYNCS
from vpce_guard.instants import now, seconds_ago
from vpce_guard.model import Json

NO_VPC = ""
_KEPT_SYNCS = 20
_A_DAY = 86_400.0


class Unit(NamedTuple):
    """What is read at once: one kind of thing in one account and Region."""

    account: str
    region: str
    kind: str


class Slice(NamedTuple):
    """What there is of one kind in one VPC, or of no VPC. `taken` and `snapshot` are RFC 3339; `source` is who told."""

    vpc_id: str
    unit: Unit
    snapshot: str
    taken: str
    source: str
    things: int


def begin_sync(database: Database, scope: str, *, anew: bool = False) -> str:
    """The snapshot to write: that of the last run with the same scope if it did not end, else a new one.

    What a run of more than a day ago had read is too old to go on with.
    """
    newest = select(SYNCS).order_by(SYNCS.c.snapshot.desc())
    with database.begin() as connection:
        last = connection.execute(newest.where(SYNCS.c.scope == scope).limit(1)).one_or_none()
        if last is not None and last.ended is None and not anew and last.snapshot > seconds_ago(_A_DAY):
            return str(last.snapshot)
        snapshot = now()
        connection.execute(insert(SYNCS), {"snapshot": snapshot, "scope": scope, "ended": None})
        old = list(connection.execute(newest.with_only_columns(SYNCS.c.snapshot).offset(_KEPT_SYNCS)).scalars())
        connection.execute(delete(SYNCS).where(SYNCS.c.snapshot.in_(old)))
    return snapshot


def end_sync(database: Database, snapshot: str) -> None:
    """Nothing of a run is left to read."""
    with database.begin() as connection:
        connection.execute(update(SYNCS).where(SYNCS.c.snapshot == snapshot).values(ended=now()))


def units_of(database: Database, snapshot: str) -> set[Unit]:
    """What a run has written."""
    places = (SLICES.c.account, SLICES.c.region, SLICES.c.kind)
    chosen = select(*places).where(SLICES.c.vpc_id == NO_VPC, SLICES.c.snapshot == snapshot)
    with database.connect() as connection:
        return {Unit(*row) for row in connection.execute(chosen)}


def write_unit(
    database: Database, unit: Unit, things: Sequence[Json], *, snapshot: str, source: str, keep: int = 1
) -> None:
    """Keep what there is of a unit, in the place of what was there `keep` snapshots before.

    Things that tell their VPC are kept by it, all others and gateway endpoints once more for the Region. The VPC of an
    endpoint is found by the id of the endpoint, too.
    """
    by_vpc: defaultdict[str, list[Json]] = defaultdict(list)
    by_vpc[NO_VPC] = []
    for one in things:
        vpc = one.get("VpcId")
        by_vpc[vpc if isinstance(vpc, str) and vpc else NO_VPC].append(one)
        if vpc and one.get("VpcEndpointType") == "Gateway":  # they count for the Region
            by_vpc[NO_VPC].append(one)
    taken = now()
    common = {**unit._asdict(), "snapshot": snapshot, "taken": taken, "source": source}
    rows = [
        {**common, "vpc_id": vpc, "things": len(listed), "content": zlib.compress(to_json(listed))}
        for vpc, listed in by_vpc.items()
    ]
    rows += [
        {**common, "vpc_id": one["VpcEndpointId"], "things": 0, "content": zlib.compress(to_json([{"VpcId": vpc}]))}
        for vpc, listed in by_vpc.items()
        if vpc != NO_VPC
        for one in listed
        if isinstance(one.get("VpcEndpointId"), str)
    ]
    here = and_(SLICES.c.account == unit.account, SLICES.c.region == unit.region, SLICES.c.kind == unit.kind)
    snapshots = select(SLICES.c.snapshot).where(here, SLICES.c.vpc_id == NO_VPC).order_by(SLICES.c.snapshot.desc())
    with database.begin() as connection:
        connection.execute(delete(SLICES).where(here, SLICES.c.snapshot == snapshot))
        connection.execute(insert(SLICES), rows)
        old = list(connection.execute(snapshots.offset(keep)).scalars())
        connection.execute(delete(SLICES).where(here, SLICES.c.snapshot.in_(old)))


_HEAD = [column for column in SLICES.c if column.name != "content"]
_OWN = SLICES.alias()
_PLACES = select(_OWN.c.account, _OWN.c.region).where(_OWN.c.vpc_id == bindparam("vpc")).distinct().subquery()
_FIND = union_all(  # made once, as it is asked for each decision
    select(*_HEAD).where(SLICES.c.vpc_id == bindparam("vpc")),
    select(*_HEAD)
    .join(_PLACES, and_(SLICES.c.account == _PLACES.c.account, SLICES.c.region == _PLACES.c.region))
    .where(SLICES.c.vpc_id == NO_VPC),
)
_CONTENTS = select(SLICES.c.kind, SLICES.c.snapshot, SLICES.c.content).where(
    SLICES.c.vpc_id == bindparam("vpc"),
    SLICES.c.account == bindparam("account"),
    SLICES.c.region == bindparam("region"),
)


def find_slices(database: Database, vpc_id: str) -> list[Slice]:
    """All that is kept of a VPC and of the Regions and accounts that tell of it, by one read; contents are not read."""
    with database.connect() as connection:
        return [_slice(row) for row in connection.execute(_FIND, {"vpc": vpc_id})]


def read_contents(database: Database, slices: Iterable[Slice]) -> dict[Slice, list[Json]]:
    """What slices hold; one that was replaced meanwhile is left out."""
    wanted = {_key(one): one for one in slices}
    found: dict[Slice, list[Json]] = {}
    with database.connect() as connection:
        for place in dict.fromkeys(key[:3] for key in wanted):
            told = dict(zip(("vpc", "account", "region"), place, strict=True))
            for kind, snapshot, content in connection.execute(_CONTENTS, told):
                if (one := wanted.get((*place, kind, snapshot))) is not None:
                    found[one] = unpack(content)
    return found


def read_place(database: Database, account: str, region: str) -> dict[Slice, list[Json]]:
    """The newest of everything in one account and Region."""
    is_index = SLICES.c.vpc_id.like("vpce-%")  # in which VPC an endpoint is, which that VPC tells, too
    here = and_(SLICES.c.account == account, SLICES.c.region == region, ~is_index)
    with database.connect() as connection:
        rows = connection.execute(select(SLICES).where(here)).all()
    newest = newest_of(_slice(row) for row in rows)
    return {one: unpack(row.content) for row in rows if (one := _slice(row)) in newest}


def list_units(database: Database) -> list[Slice]:
    """The newest of each unit, with the number of its things, in order."""
    total = func.sum(SLICES.c.things).filter(or_(SLICES.c.vpc_id != NO_VPC, SLICES.c.kind != "VpcEndpoints"))
    keys = (SLICES.c.account, SLICES.c.region, SLICES.c.kind, SLICES.c.snapshot, SLICES.c.taken, SLICES.c.source)
    chosen = select(*keys, total.label("things")).group_by(*keys).order_by(*keys)
    with database.connect() as connection:
        rows = connection.execute(chosen).all()
    found = {Unit(row.account, row.region, row.kind): row for row in rows}  # the last is the newest
    return [
        Slice(NO_VPC, unit, row.snapshot, row.taken, row.source, int(row.things or 0)) for unit, row in found.items()
    ]


def newest_of(slices: Iterable[Slice]) -> set[Slice]:
    """Those of the newest snapshot of their unit. What an older one tells of a VPC that the newest has not is gone."""
    listed = list(slices)
    newest: dict[Unit, str] = {}
    for one in listed:
        newest[one.unit] = max(one.snapshot, newest.get(one.unit, ""))
    return {one for one in listed if newest[one.unit] == one.snapshot}


def unpack(content: bytes) -> list[Json]:
    """The things of a row."""
    found: list[Json] = from_json(zlib.decompress(content))
    return found


def _slice(row: Any) -> Slice:
    unit = Unit(row.account, row.region, row.kind)
    return Slice(row.vpc_id, unit, row.snapshot, row.taken, row.source, row.things)


def _key(one: Slice) -> tuple[str, ...]:
    return one.vpc_id, *one.unit, one.snapshot
