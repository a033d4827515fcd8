"""Sends the log on to an HTTP sink as OPA's decision-log events: from the database, in order, each at least once.

How far each chain was sent is kept in decision_cursors, by number and not by time: within a chain numbers are written
in their order, while times of several chains are not. Where the sink does not take a batch, it is sent again, later
and later; nothing is passed over.
"""

from __future__ import annotations

import gzip
import time
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import to_json
from sqlalchemy import Connection, and_, func, select
from sqlalchemy import Engine as Database

from vpce_guard.decision_log.parts import read_whole
from vpce_guard.decision_log.records import event
from vpce_guard.decision_log.sending import LONGEST_PAUSE, Sender, advance_cursors
from vpce_guard.decision_log.tables import CHAINS, CURSORS, DECISIONS
from vpce_guard.logs import Logger
from vpce_guard.model import Json

if TYPE_CHECKING:
    import httpx2

log = Logger("vpce_guard.decision_log.forward")
_BYTES = 4 << 20  # of a batch before it is compressed: memory does not grow with what waits
_READ = 50  # records read at once


class SinkError(Exception):
    """The sink did not take a batch; `final` if sending the same again cannot be expected to help."""

    def __init__(self, told: str, *, final: bool, too_large: bool = False, wait: float = 0.0) -> None:
        super().__init__(told)
        self.final = final
        self.too_large = too_large
        self.wait = wait


class Batch(NamedTuple):
    """Events as one compressed JSON array, and how far it brings each chain."""

    body: bytes
    records: int
    reached: dict[str, int]


class Forwarder(Sender):
    """Sends what the log holds to one sink.

    To be watched beside what every sender has: `lag_records` and `lag_seconds` (what waits, and for how long the
    oldest has), `forwarded`, `refused` (attempts that the sink refused for good) and `missed` (records taken out of
    the log before they were sent).
    """

    event = "decisions_not_forwarded"

    def __init__(self, database: Database, *, url: str, token: str | None, batch: int, delay: float) -> None:
        super().__init__(database, name=url, token=token, delay=delay)
        self.sink = url
        self.lag_records = self.forwarded = self.refused = self.missed = 0
        self._most = self._batch = batch
        self._oldest: float | None = None

    @property
    def lag_seconds(self) -> float:
        """The age of the oldest decision that was not sent yet; 0 if all were."""
        oldest = self._oldest
        return 0.0 if oldest is None else max(0.0, time.time() - oldest)

    def _forget_lag(self) -> None:
        self.lag_records, self._oldest = 0, None

    def _step(self, connection: Connection, client: httpx2.Client) -> float:
        pending = self._pending_chains(connection)
        batch = self._read(connection, pending)
        if batch is None:
            return self._delay
        try:
            _send(client, self.sink, batch)
        except SinkError as failure:
            return self._note_refusal(failure, batch)
        advance_cursors(connection, self.sink, batch.reached)
        self._note_success()
        self.forwarded += batch.records
        self.lag_records -= batch.records
        self._batch = min(self._most, self._batch + 1 + self._most // 20)
        if self.lag_records > 0:
            return 0.0
        self._oldest = None
        return self._delay

    def _pending_chains(self, connection: Connection) -> list[Json]:
        """The chains that hold more than was sent, oldest first, and from which number on."""
        sent = func.coalesce(CURSORS.c.number, 0)
        joined = CHAINS.outerjoin(CURSORS, and_(CURSORS.c.chain == CHAINS.c.chain, CURSORS.c.sink == self.sink))
        chosen = select(CHAINS.c.chain, CHAINS.c.first, CHAINS.c.last, sent.label("sent")).select_from(joined)
        with connection.begin():
            rows = connection.execute(chosen.where(CHAINS.c.last > sent).order_by(CHAINS.c.started)).mappings().all()
        pending = [dict(row) for row in rows]
        for chain in pending:
            if (gone := chain["first"] - 1 - chain["sent"]) > 0:
                self.missed += gone
                log.error("decisions_gone_before_forwarded", sink=self.sink, chain=chain["chain"], decisions=gone)
                chain["sent"] = chain["first"] - 1
                advance_cursors(connection, self.sink, {chain["chain"]: chain["sent"]})
        self.lag_records = sum(chain["last"] - chain["sent"] for chain in pending)
        return [chain for chain in pending if chain["last"] > chain["sent"]]

    def _read(self, connection: Connection, pending: Sequence[Json]) -> Batch | None:
        """The next batch, in which each chain has its share, so that none waits for another."""
        share = max(1, self._batch // max(1, len(pending)))
        events: list[bytes] = []
        reached: dict[str, int] = {}
        size, oldest = 0, None
        for chain in pending[: self._batch]:
            number, until = chain["sent"], len(events) + share
            while len(events) < until and size < _BYTES:
                most = min(_READ, until - len(events))
                rows = _rows_after(connection, chain["chain"], number, most)
                for row in rows:
                    events.append(to_json(opa_event(event(row))))
                    size += len(events[-1])
                    number = reached[chain["chain"]] = row["number"]
                    oldest = min(oldest or row["timestamp"], row["timestamp"])
                if len(rows) < most:
                    break
        self._oldest = datetime.fromisoformat(oldest).timestamp() if oldest else None
        if not events:
            return None
        return Batch(gzip.compress(b"[" + b",".join(events) + b"]", 6), len(events), reached)

    def _note_refusal(self, failure: SinkError, batch: Batch) -> float:
        self._note_failure(failure)
        if failure.too_large and batch.records > 1:
            self._batch = batch.records // 2
            return 0.0
        if failure.final:
            self.refused += 1
            log.error("decisions_refused_by_sink", sink=self.sink, decisions=batch.records, error=str(failure))
        return max(self._pause(), failure.wait)


def opa_event(event: Json) -> Json:
    """An event with the members and types of OPA's own; what OPA has no member for is under `custom`."""
    milliseconds = event["metrics"].get("evaluate_ms")
    told = {
        name: event[name]
        for name in ("labels", "decision_id", "bundles", "path", "input", "result", "requested_by", "timestamp")
        if event[name] is not None
    }
    told |= {name: event[name] for name in ("erased", "masked") if event[name]}
    if event["error"] is not None:
        told["error"] = {"message": event["error"]}
    if milliseconds is not None:
        told["metrics"] = {"timer_rego_query_eval_ns": round(milliseconds * 1_000_000)}
    return {**told, "custom": {"request_id": event["req_id"], **{name: event[name] for name in _LINKS}}}


_LINKS = ("chain", "number", "previous", "hash")


def _rows_after(connection: Connection, chain: str, number: int, limit: int) -> Sequence[Any]:
    chosen = select(DECISIONS).where(DECISIONS.c.chain == chain, DECISIONS.c.number > number)
    with connection.begin():
        rows = connection.execute(chosen.order_by(DECISIONS.c.number).limit(limit)).mappings().all()
        return read_whole(connection, rows)


def _send(client: httpx2.Client, sink: str, batch: Batch) -> None:
    """POST a batch. Raises SinkError unless the sink answers with 2xx."""
    import httpx2

    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    try:
        answer = client.post(f"{sink.rstrip('/')}/logs", content=batch.body, headers=headers)
    except httpx2.HTTPError as error:
        raise SinkError(f"{type(error).__name__}: {error}", final=False) from None
    if answer.is_success:
        return
    again = answer.headers.get("retry-after", "")
    raise SinkError(
        f"the sink answered {answer.status_code}",
        final=answer.status_code not in (408, 429) and answer.status_code < 500,
        too_large=answer.status_code == 413,
        wait=min(float(again), LONGEST_PAUSE) if again.isdecimal() else 0.0,
    )
