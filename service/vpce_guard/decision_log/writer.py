"""Writes the log: one thread, one transaction for all that waits, so that durability does not set the pace."""

from __future__ import annotations

import asyncio
import queue
import threading
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from vpce_guard.decision_log.chain import START, digest, seal
from vpce_guard.decision_log.records import kept_text, row, rules
from vpce_guard.decision_log.tables import CHAINS, DECISIONS, LABELS, RULES
from vpce_guard.errors import LogError
from vpce_guard.logs import Logger
from vpce_guard.model import Entry

log = Logger("vpce_guard.decision_log")
_MOST_AT_ONCE = 1000
_MOST_WAITING = 20_000


class _Waiting:
    """Entries of one request and the future of who waits for them; none where nobody does."""

    def __init__(self, entries: Sequence[Entry], future: asyncio.Future[None] | None) -> None:
        self.entries = entries
        self.future = future

    def answer(self, error: LogError | None) -> None:
        """Wake who waits, in the loop it waits in."""
        if self.future is not None:
            self.future.get_loop().call_soon_threadsafe(self._wake, error)

    def _wake(self, error: LogError | None) -> None:
        assert self.future is not None  # noqa: S101 - answer() looked
        if not self.future.done():
            self.future.set_result(None) if error is None else self.future.set_exception(error)


class Writer:
    """The log of this process. Where it is `required`, a record that cannot be written costs the answer."""

    def __init__(self, engine: Engine, *, erase: Sequence[str], key: bytes | None, required: bool) -> None:
        self.engine = engine
        self.key = key
        self.required = required
        self.lost = 0
        self._erase = tuple(erase)
        self._waiting: queue.Queue[_Waiting | None] = queue.Queue()
        self._size = 0
        self._chain: dict[str, Any] | None = None
        self._thread = threading.Thread(target=self._run, name="decision-log", daemon=True)
        self._thread.start()

    async def write(self, entries: Sequence[Entry]) -> None:
        """Return once the entries are durable. Raises LogError when they are not and must be."""
        if not entries:
            return
        if self._size + len(entries) > _MOST_WAITING:
            if self.required:
                raise LogError("Too many decisions wait to be written.", advice="Try again.")
            self.lost += len(entries)
            return
        future = asyncio.get_running_loop().create_future() if self.required else None
        self._size += len(entries)
        self._waiting.put(_Waiting(entries, future))
        if future is not None:
            await future

    async def close(self) -> None:
        """Write what waits and stop."""
        self._waiting.put(None)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join)

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            together, last = [first], False
            count = len(first.entries)
            while count < _MOST_AT_ONCE:
                try:
                    more = self._waiting.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    last = True
                    break
                together.append(more)
                count += len(more.entries)
            self._write(together, count)
            if last:
                return

    def _write(self, together: Sequence[_Waiting], count: int) -> None:
        error: LogError | None = None
        try:
            self._commit([entry for waiting in together for entry in waiting.entries])
        except Exception as failure:  # whatever it is, nobody may be told that it was written
            if not isinstance(failure, SQLAlchemyError | OSError):
                log.error("decision_log_failed", exc_info=failure)
            told = str(getattr(failure, "orig", None) or failure).splitlines()[0]
            log.error("decision_log_not_written", records=count, error=told)
            error = LogError(f"The decision log cannot be written: {told}.", advice="Nothing was allowed.")
            self.lost += count
        self._size -= count
        for waiting in together:
            waiting.answer(error)

    def _commit(self, entries: Sequence[Entry]) -> None:
        """One transaction. The chain in memory moves on only when it is committed; in doubt a new one is begun."""
        chain, begins = (self._chain, False) if self._chain else (_begun(), True)
        records: list[dict[str, Any]] = []
        head, number = chain["head"], chain["last"]
        for entry in entries:
            number += 1
            record = {**row(entry, self._erase), "chain": chain["chain"], "number": number, "previous": head}
            record["hash"] = head = digest(record, self.key)
            records.append(record)
        chain = {**chain, "last": number, "head": head}
        self._chain = None
        with self.engine.begin() as connection:
            connection.execute(insert(DECISIONS), records)
            if named := [named for entry in entries for named in _rules(entry)]:
                connection.execute(insert(RULES), named)
            if labelled := [label for entry in entries for label in _labels(entry)]:
                connection.execute(insert(LABELS), labelled)
            of_chain = CHAINS.c.chain == chain["chain"]
            if begins:
                connection.execute(insert(CHAINS), {**chain, "seal": seal(chain, self.key)})
            else:  # old records may have been taken away meanwhile
                start = select(CHAINS.c.first, CHAINS.c.first_previous).where(of_chain).with_for_update()
                chain = {**chain, **connection.execute(start).mappings().one()}
                connection.execute(update(CHAINS).where(of_chain), {**chain, "seal": seal(chain, self.key)})
        self._chain = chain


def _begun() -> dict[str, Any]:
    started = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "chain": uuid.uuid4().hex,
        "started": started,
        "first": 1,
        "first_previous": START,
        "last": 0,
        "head": START,
    }


def _rules(entry: Entry) -> list[dict[str, Any]]:
    decision = entry.decision
    common = {"decision_id": decision.decision_id, "timestamp": decision.timestamp}
    return [{**common, "rule_id": rule_id} for rule_id in sorted(rules(decision))]


def _labels(entry: Entry) -> list[dict[str, Any]]:
    common = {"decision_id": entry.decision.decision_id, "timestamp": entry.decision.timestamp}
    labels = {kept_text(name, 200): kept_text(value, 500) for name, value in entry.input.get("labels", {}).items()}
    return [{**common, "name": name, "value": value} for name, value in labels.items()]
