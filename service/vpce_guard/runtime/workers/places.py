"""Places of workers: what each is given by its parent, and what the parent knows of each."""

from __future__ import annotations

import os
import socket
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

LEAVE = b"l"  # what a worker is told that has been replaced; where it can read no more it is to stop
STARTED = b"s"  # what a worker tells


class Place(NamedTuple):
    """What one worker is given: its number, its listening sockets, where it hears its parent, and where it tells."""

    number: int
    listening: Sequence[Sequence[socket.socket]]
    hears: int
    tells: int

    def tell_started(self) -> None:
        """Say that it answers requests from now on."""
        with suppress(BrokenPipeError):  # the parent is gone, which it hears in a moment
            os.write(self.tells, STARTED)


@dataclass(eq=False)
class ForkedWorker:
    """A process that was forked, and the parent's ends of its pipes."""

    pid: int
    slot: Slot
    orders: int | None
    reports: int
    has_started: bool = False
    leaves: bool = False

    def close(self) -> None:
        """Close the parent's ends."""
        for each in (self.orders, self.reports):
            if each is not None:
                os.close(each)
        self.orders = None


@dataclass(eq=False)
class Slot:
    """The place of a worker: its sockets stay open while it is empty, so that who connects waits and is not refused.

    `due` is when (on the monotonic clock) the next one is to be started; None where none is.
    """

    number: int
    listening: Sequence[Sequence[socket.socket]]
    due: float | None = None
    worker: ForkedWorker | None = None
    incoming: ForkedWorker | None = None  # started to take over from `worker`
    ends: deque[float] = field(default_factory=deque)

    @property
    def workers(self) -> Iterator[ForkedWorker]:
        """Those that are there, also the next one beside the one it takes over from."""
        return (each for each in (self.worker, self.incoming) if each is not None)

    def close(self) -> None:
        """Close its sockets in this process."""
        for sockets in self.listening:
            for each in sockets:
                each.close()
