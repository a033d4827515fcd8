"""Reads accounts into the inventory: each kind of thing in each account and Region is read and kept by itself.

So a run that was ended goes on with what lacks. What cannot be read leaves the rest, and what was known of it before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from sqlalchemy import Engine as Database

from vpce_guard.inventory.aws import ReadError, RegionalAccount
from vpce_guard.inventory.kinds import Kind
from vpce_guard.inventory.store import Unit, begin_sync, end_sync, units_of, write_unit

Where = tuple[str, str]  # an account and a Region


class Source(Protocol):
    """Where what there is is read from; `kinds` are those that it tells, `name` is kept with what it told."""

    name: str
    kinds: Mapping[str, Kind]

    def place(self, account: str, region: str) -> RegionalAccount:
        """One account and Region. Raises ReadError where it cannot be read at all."""


class Failure(NamedTuple):
    """What could not be read: a kind in an account and Region, or all kinds there (None)."""

    account: str
    region: str
    kind: str | None
    error: ReadError


@dataclass
class Summary:
    """What a run did. `there` counts what an earlier part of the run had read, `read` what this one did, in units."""

    snapshot: str
    accounts: int
    places: int
    there: int = 0
    read: int = 0
    things: int = 0
    endpoints: int = 0
    failures: list[Failure] = field(default_factory=list)


def sync(
    database: Database,
    source: Source,
    places: Sequence[Where],
    *,
    scope: str,
    keep: int = 1,
    workers: int = 8,
    anew: bool = False,
    told: Callable[[], None] = lambda: None,
) -> Summary:
    """Read every kind of the source in each account and Region, so many of them at once. `told` is called after each.

    A run of the same `scope` that was ended before goes on, unless `anew`. Raises LogError where the database fails.
    """
    snapshot = begin_sync(database, scope, anew=anew)
    run = _Run(database, source, Summary(snapshot, len({account for account, _ in places}), len(places)), keep)
    there = units_of(database, snapshot)
    with ThreadPoolExecutor(workers, thread_name_prefix="inventory") as pool:
        waiting = [pool.submit(run.read_place, place, there) for place in places]
        try:
            for done in as_completed(waiting):
                done.result()
                told()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    end_sync(database, snapshot)
    run.summary.failures.sort(key=lambda one: (one.account, one.region, one.kind or ""))
    return run.summary


class _Run:
    """What the threads of one run share; one of them writes at a time."""

    def __init__(self, database: Database, source: Source, summary: Summary, keep: int) -> None:
        self.summary = summary
        self._database, self._source, self._keep = database, source, keep
        self._lock = threading.Lock()

    def read_place(self, where: Where, there: Set[Unit]) -> None:
        wanted = [kind for kind in self._source.kinds.values() if Unit(*where, kind.name) not in there]
        with self._lock:
            self.summary.there += len(self._source.kinds) - len(wanted)
        if not wanted:
            return
        try:
            place = self._source.place(*where)
        except ReadError as error:
            self._fail(Failure(*where, None, error))
            return
        for kind in wanted:
            try:
                things = place.read(kind)
            except ReadError as error:
                self._fail(Failure(*where, kind.name, error))
                continue
            if things is None:
                continue
            with self._lock:
                write_unit(
                    self._database,
                    Unit(*where, kind.name),
                    things,
                    snapshot=self.summary.snapshot,
                    source=self._source.name,
                    keep=self._keep,
                )
                self.summary.read += 1
                self.summary.things += len(things)
                self.summary.endpoints += len(things) if kind.name == "VpcEndpoints" else 0

    def _fail(self, failure: Failure) -> None:
        with self._lock:
            self.summary.failures.append(failure)
