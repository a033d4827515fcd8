"""Writes the log: one thread, one transaction for all that waits, so that durability does not set the pace."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Engine as Database
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, SQLAlchemyError

from vpce_guard.decision_log.anchor import AnchorFile
from vpce_guard.decision_log.appending import Appender
from vpce_guard.decision_log.dictionaries import Dictionaries, InputAhead, key_of
from vpce_guard.decision_log.keys import LogKeys
from vpce_guard.decision_log.mask import Mask
from vpce_guard.decision_log.packing import Packer, Packing
from vpce_guard.decision_log.sharing import SharedInput, SharedInputs
from vpce_guard.errors import DecidedError, LogError, VpceGuardError
from vpce_guard.logs import Logger
from vpce_guard.model import Entry, Json

log = Logger("vpce_guard.decision_log")
_MOST_AT_ONCE = 1000
_MOST_WAITING = 20_000
_GOOD = 1.0  # seconds for which it is taken as known that the log can be written


class _WaitingEntries:
    """Entries of one request and the future of who waits for them; none where nobody does."""

    def __init__(self, entries: Sequence[Entry], future: asyncio.Future[None] | None) -> None:
        self.entries = entries
        self.future = future
        self.since = time.monotonic()
        self.abandoned = False

    def answer(self, error: VpceGuardError | None) -> None:
        """Wake who waits, in the loop it waits in."""
        if self.future is not None and not self.abandoned:
            self.future.get_loop().call_soon_threadsafe(self._wake, error)

    def _wake(self, error: VpceGuardError | None) -> None:
        assert self.future is not None  # noqa: S101 - answer() looked
        if not self.future.done():
            self.future.set_result(None) if error is None else self.future.set_exception(error)


class Writer:
    """The log of this process. Where it is `required`, a record that cannot be written costs the answer.

    To be watched: `waiting`, `lag_seconds`, `written`, `lost`, `commits`, `failures` and `last_error`, which is None
    once writing works again. `timeout` is how long, in seconds, an answer waits for its record.
    """

    def __init__(
        self,
        database: Database,
        *,
        erase: Sequence[str],
        keys: LogKeys,
        required: bool,
        timeout: float = 5.0,
        anchor: AnchorFile | None = None,
        turn: Path | None = None,
    ) -> None:
        self.database = database
        self.keys = keys
        self.required = required
        self.timeout = timeout
        self.waiting = self.written = self.lost = self.commits = self.failures = 0
        self.last_error: str | None = None
        self._good = float("-inf")  # when something was written last
        self._probe: asyncio.Task[None] | None = None
        self._packer = Packer()
        self._anchor = anchor
        self._dictionaries = Dictionaries()
        self._appender = Appender(
            database, mask=Mask(erase), keys=keys, anchor=anchor, dictionaries=self._dictionaries, turn=turn
        )
        self._queue: deque[_WaitingEntries] = deque()
        self._change = threading.Condition()
        self._closing = False
        self._writing: Sequence[_WaitingEntries] = ()
        self._began: float | None = None
        self._thread = threading.Thread(target=self._run, name="decision-log", daemon=True)
        self._thread.start()

    @property
    def lag_seconds(self) -> float:
        """How long the record that waits longest has waited; 0 where none does."""
        try:
            oldest = (self._writing or self._queue)[0].since
        except IndexError:
            return 0.0
        return time.monotonic() - oldest

    def prepare(self, inputs: Sequence[Json]) -> Sequence[Packing]:
        """Begin to pack the inputs of one request that will be written; each gives its text."""
        if len(inputs) < 2:
            find = self._dictionaries.find
            return self._packer.begin([InputAhead(one, find(key_of(one, is_cut=False))) for one in inputs])
        shared = SharedInputs(inputs)
        return self._packer.begin([SharedInput(shared, number) for number in range(len(inputs))])

    async def write(self, entries: Sequence[Entry]) -> None:
        """Return once the entries are durable. Raises LogError when they are not and must be.

        Raises DecidedError where the key of their request is in the log already.

        What was given up before its turn came is not written; what was being written then may be in the log.
        """
        if not entries:
            return
        waiting = _WaitingEntries(entries, asyncio.get_running_loop().create_future() if self.required else None)
        with self._change:
            if (problem := self._why_full(len(entries))) is not None:
                self.lost += len(entries)
            else:
                self.waiting += len(entries)
                self._queue.append(waiting)
                self._change.notify()
        if problem is not None and self.required:
            raise LogError(problem, advice="Nothing was allowed; try again.")
        if problem is None and waiting.future is not None:
            await self._wait(waiting)

    async def probe(self) -> None:
        """See whether a decision that is made now could be kept. Raises LogError, where it must be and could not.

        Asked again within a second, it says the same.
        """
        if not self.required or (self.last_error is None and time.monotonic() - self._good < _GOOD):
            return
        if self._probe is None:
            self._probe = asyncio.create_task(self._write_probe())
            self._probe.add_done_callback(self._forget_probe)
        await asyncio.shield(self._probe)

    async def _write_probe(self) -> None:
        waiting = _WaitingEntries((), asyncio.get_running_loop().create_future())
        with self._change:
            self._queue.append(waiting)
            self._change.notify()
        await self._wait(waiting)

    def _forget_probe(self, probe: asyncio.Task[None]) -> None:
        self._probe = None
        if not probe.cancelled():
            probe.exception()  # told to who waits, if anybody still does

    async def close(self) -> None:
        """Write what waits and stop; a database that hangs is not waited for longer than for an answer."""
        with self._change:
            self._closing = True
            self._change.notify()
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join, self.timeout)
        self._packer.close()
        if self._thread.is_alive():
            log.error("decision_log_not_written", records=self.waiting, error=self._late_message())

    async def _wait(self, waiting: _WaitingEntries) -> None:
        assert waiting.future is not None  # noqa: S101 - who waits has one
        try:
            async with asyncio.timeout(self.timeout):
                await waiting.future
        except TimeoutError:
            waiting.abandoned = True
            raise LogError(self._late_message(), advice="Nothing was allowed; try again.") from None

    def _why_full(self, count: int) -> str | None:
        """Why no more may wait: too much does, or the database has hung for as long as an answer may take."""
        if self.waiting + count > _MOST_WAITING:
            return "Too many decisions are waiting to be written."
        began = self._began
        if self.required and began is not None and time.monotonic() - began > self.timeout:
            return self._late_message()
        return None

    def _late_message(self) -> str:
        return f"The decision log did not answer within {self.timeout:g} s."

    def _run(self) -> None:
        while together := self._next_batch():
            self._writing, self._began = together, time.monotonic()
            self._write(together)
            self._writing, self._began = (), None
        self._appender.close()
        if self._anchor is not None:
            self._anchor.close()

    def _next_batch(self) -> list[_WaitingEntries]:
        """What is written together now; nothing at the end. What nobody waits for any more is dropped."""
        together: list[_WaitingEntries] = []
        count = 0
        with self._change:
            while not together:
                self._change.wait_for(lambda: self._queue or self._closing)
                if not self._queue:
                    return together
                while self._queue and count < _MOST_AT_ONCE:
                    waiting = self._queue.popleft()
                    if waiting.abandoned:
                        self.waiting -= len(waiting.entries)
                        self.lost += len(waiting.entries)
                    else:
                        together.append(waiting)
                        count += len(waiting.entries)
        return together

    def _write(self, together: Sequence[_WaitingEntries]) -> None:
        entries = [entry for waiting in together for entry in waiting.entries]
        error: VpceGuardError | None = None
        try:
            if entries:
                self._appender.append(entries)
            else:
                self._appender.probe()
        except Exception as failure:  # whatever it is, nobody may be told that it was written
            if len(together) > 1 and not isinstance(failure, OperationalError | InterfaceError | OSError):
                for waiting in together:  # a record the database does not take costs its own request only
                    self._write([waiting])
                return
            if isinstance(failure, IntegrityError) and self._appender.is_decided(entries):
                error = DecidedError("The Idempotency-Key was given to another request at the same time.")
            else:
                error = self._note_failure(failure, len(entries))
        else:
            self.commits += 1
            self._good = time.monotonic()
            self.written += len(entries)
            self.last_error = None
        with self._change:
            self.waiting -= len(entries)
            self.lost += len(entries) if isinstance(error, LogError) else 0
        for waiting in together:
            waiting.answer(error)

    def _note_failure(self, failure: Exception, count: int) -> LogError:
        if not isinstance(failure, SQLAlchemyError | OSError):
            log.error("decision_log_failed", exc_info=failure)
        told = (str(getattr(failure, "orig", None) or failure) or type(failure).__name__).splitlines()[0]
        log.error("decision_log_not_written", records=count, error=told)
        self.failures += 1
        self.last_error = told
        return LogError(f"The decision log cannot be written: {told}.", advice="Nothing was allowed.")
