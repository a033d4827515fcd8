"""The parent of workers: starts them, puts another in the place of one that ends, and stops them in order.

It has one thread, opens no database and answers nothing, so that it can fork at any time and has little to fail at.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from vpce_guard.logs import Logger
from vpce_guard.runtime.workers.places import LEAVE, STARTED, ForkedWorker, Place, Slot

log = Logger("vpce_guard.workers")
_PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0)  # seconds before a worker that ended is replaced, by how many of its place did
_WITHIN = 60.0  # seconds in which so many ends are one too many
_MARGIN = 5.0  # seconds beyond those for stopping after which workers are killed
_STOPS = (signal.SIGTERM, signal.SIGINT)
_HEARD = (*_STOPS, signal.SIGHUP, signal.SIGCHLD)
_FAILED = 3


class Workers:
    """The workers of one service, from their start to their end.

    The first one starts alone: what it refuses, the service refuses. `told` is called with the number of workers that
    run and of those that ended unasked, whenever one changes; `ended` with the id of each process that ended.
    """

    def __init__(
        self,
        listening: Sequence[Sequence[Sequence[socket.socket]]],
        *,
        seconds: float,
        told: Callable[[int, int], None],
        ended: Callable[[int], None],
        pauses: Sequence[float] = _PAUSES,
    ) -> None:
        """`listening` are the sockets of each worker; `seconds` how long stopping may take."""
        self._slots = [Slot(number, sockets) for number, sockets in enumerate(listening)]
        self._seconds = seconds
        self._told, self._on_end = told, ended
        self._pauses = pauses
        self._leaving: set[ForkedWorker] = set()
        self._renewing: deque[Slot] = deque()
        self._ends = 0
        self._has_begun = False
        self._code = 0
        self._is_stopping = False
        self._until: float | None = None  # when those that have not stopped are killed
        self._selector = selectors.DefaultSelector()

    def run(self) -> Place | int:
        """In each worker its place, in the parent the exit code, once all have ended."""
        gc.collect()
        gc.freeze()  # what is imported is not written to in each worker
        heard, told = os.pipe()
        for end in (heard, told):
            os.set_blocking(end, False)
        before = {sent: signal.signal(sent, lambda *_: None) for sent in _HEARD}
        signal.set_wakeup_fd(told, warn_on_full_buffer=False)
        self._selector.register(heard, selectors.EVENT_READ)
        self._slots[0].due = time.monotonic()
        place = self._go_on(heard)
        signal.set_wakeup_fd(-1)
        for sent, action in before.items():
            signal.signal(sent, action)
        self._selector.close()
        for end in (heard, told):
            os.close(end)
        return place if place is not None else self._code

    def _go_on(self, heard: int) -> Place | None:
        """Until nothing is to be watched any more; in a worker its place."""
        while not self._is_stopping or any(self._list_workers()):
            now = time.monotonic()
            for slot in self._slots:
                if slot.due is not None and slot.due <= now and (place := self._fork(slot)) is not None:
                    return place
            self._wait(heard)
        return None

    def _list_workers(self) -> Iterator[ForkedWorker]:
        for slot in self._slots:
            yield from slot.workers
        yield from self._leaving

    def _fork(self, slot: Slot) -> Place | None:
        """Start a worker of a slot; there its place, here None."""
        slot.due = None
        (hears, orders), (reports, tells) = os.pipe(), os.pipe()
        pid = os.fork()
        if pid == 0:
            os.setsid()  # a signal from the terminal is for the parent, which stops them in order
            for worker in self._list_workers():
                worker.close()
            os.close(orders)
            os.close(reports)
            for other in self._slots:
                if other is not slot:
                    other.close()
            return Place(slot.number, slot.listening, hears, tells)
        os.close(hears)
        os.close(tells)
        worker = ForkedWorker(pid, slot, orders, reports)
        if slot.worker is None:
            slot.worker = worker
        else:
            slot.incoming = worker
        self._selector.register(reports, selectors.EVENT_READ, worker)
        log.info("worker_started", worker=slot.number, process=pid)
        return None

    def _wait(self, heard: int) -> None:
        """Wait for whatever comes next, and act on it."""
        times = [slot.due for slot in self._slots if slot.due is not None]
        times += [self._until] if self._until is not None else []
        left = max(0.0, min(times) - time.monotonic()) if times else None
        told = [key.data for key, _ in self._selector.select(left)]
        for worker in filter(None, told):
            self._hear(worker)
        if None in told:  # last, for it may close what was heard
            for sent in os.read(heard, 1 << 10):
                self._obey(signal.Signals(sent))
        if self._until is not None and time.monotonic() >= self._until:
            self._kill()

    def _hear(self, worker: ForkedWorker) -> None:
        if os.read(worker.reports, 1) == STARTED:
            self._note_started(worker)
        else:  # it has ended, which SIGCHLD tells
            self._selector.unregister(worker.reports)

    def _note_started(self, worker: ForkedWorker) -> None:
        worker.has_started = True
        slot = worker.slot
        if not self._has_begun:
            self._has_begun = True
            for other in self._slots[1:]:
                other.due = time.monotonic()
        if worker is slot.incoming and slot.worker is not None:
            self._leaving.add(slot.worker)
            slot.worker.leaves = True
            if slot.worker.orders is not None:
                os.write(slot.worker.orders, LEAVE)
            slot.worker, slot.incoming = worker, None
        self._renew_next()
        self._tell()

    def _obey(self, sent: signal.Signals) -> None:
        if sent == signal.SIGCHLD:
            self._reap()
        elif sent == signal.SIGHUP and not os.isatty(0):  # a terminal that is closed sends it too
            self._renew()
        elif not self._is_stopping:
            log.info("stopping_workers", workers=sum(1 for _ in self._list_workers()))
            self._stop(0)
        else:  # it was told before
            self._kill()

    def _renew(self) -> None:
        """Replace each worker by a new one, one after the other."""
        if self._is_stopping:
            return
        log.info("renewing_workers")
        self._renewing = deque(self._slots)
        self._renew_next()

    def _renew_next(self) -> None:
        is_starting = any(slot.due is not None or slot.incoming is not None for slot in self._slots)
        while self._renewing and not is_starting:
            slot = self._renewing.popleft()
            if slot.worker is not None and slot.worker.has_started:
                slot.due = time.monotonic()
                return

    def _reap(self) -> None:
        for worker in list(self._list_workers()):
            pid, status = os.waitpid(worker.pid, os.WNOHANG)
            if pid:
                self._note_end(worker, os.waitstatus_to_exitcode(status))
        self._tell()

    def _note_end(self, worker: ForkedWorker, code: int) -> None:
        slot = worker.slot
        with suppress(KeyError):
            self._selector.unregister(worker.reports)
        worker.close()
        self._leaving.discard(worker)
        self._on_end(worker.pid)
        is_asked = worker.leaves or self._is_stopping
        (log.info if is_asked else log.error)("worker_ended", worker=slot.number, process=worker.pid, **_explain(code))
        if self._is_stopping:
            self._code = self._code or (_FAILED if code else 0)
        if worker is slot.incoming:
            slot.incoming = None
            self._renewing.clear()
            log.error("workers_not_renewed", worker=slot.number)
        elif worker is slot.worker:
            slot.worker = None
            if not self._is_stopping:
                self._replace(slot, code)

    def _replace(self, slot: Slot, code: int) -> None:
        """Start another worker in the place of one that ended, soon; or stop where too many did."""
        self._ends += 1
        if not self._has_begun:
            self._stop(code if code > 0 else _FAILED)
            return
        if slot.incoming is not None:
            slot.worker, slot.incoming = slot.incoming, None
            return
        now = time.monotonic()
        slot.ends.append(now)
        while slot.ends[0] < now - _WITHIN:
            slot.ends.popleft()
        if len(slot.ends) > len(self._pauses):
            log.error("workers_keep_ending", worker=slot.number, ends=len(slot.ends), seconds=_WITHIN)
            self._stop(_FAILED)
            return
        slot.due = now + self._pauses[len(slot.ends) - 1]

    def _stop(self, code: int) -> None:
        """Have every worker stop: it can read no more from its parent."""
        self._is_stopping = True
        self._code, self._until = code, time.monotonic() + self._seconds + _MARGIN
        for slot in self._slots:
            slot.due = None
            slot.close()
        for worker in self._list_workers():
            if worker.orders is not None:
                os.close(worker.orders)
                worker.orders = None

    def _kill(self) -> None:
        for worker in self._list_workers():
            self._code = _FAILED
            with suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGKILL)
        self._until = None

    def _tell(self) -> None:
        self._told(sum(1 for worker in self._list_workers() if worker.has_started), self._ends)


def _explain(code: int) -> dict[str, object]:
    return {"code": code} if code >= 0 else {"signal": signal.Signals(-code).name}
