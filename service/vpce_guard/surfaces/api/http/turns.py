"""What is done at the same time, shared out between callers: bodies that arrive, the bytes held, and turns at work.

Where there is no more room, the caller that has most of it gives way: the one of its bodies that arrives most slowly,
or else the request that came last of those that wait. So whatever some callers send, others get in.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request, Response

from vpce_guard.decisions.fair_queue import Caller, FairQueue
from vpce_guard.errors import EncodingError, OverloadedError, SlowError, TooLargeError
from vpce_guard.settings import Settings

Respond = Callable[[Request], Coroutine[Any, Any, Response]]
_READERS = 1  # large bodies read at the same time: more would only keep each other, and the event loop, waiting
_LIGHT = 4  # requests of a few endpoints judged at the same time
_HEAVY = 1  # large ones: the other processor is for the rest
_UNKNOWN = 16  # those without credentials have one part of so many of the connections
_UNKNOWN_SECONDS = 5.0  # longest time their bodies may take
_SLOW = 1.0  # seconds after which a body that still arrives is slow


@dataclass(eq=False)
class Visit:
    """One request from the end of its head to its answer: whose it is, what it holds, and how far it is.

    It can be made to leave until it is `settled`: its turn has begun, or it changes something.
    """

    caller: Caller
    began: float
    limit: asyncio.Timeout
    held: int = 0
    arriving: bool = True
    settled: bool = False
    refusal: OverloadedError | None = None

    def wait(self, seconds: float) -> None:
        """Wait for its turn so long at most."""
        self.refusal = OverloadedError(f"The turn of the request did not come within {seconds:g} s.", retry_after=1)
        self.limit.reschedule(asyncio.get_running_loop().time() + seconds)

    def settle(self) -> None:
        """Its turn has come: it need not leave any more."""
        self.settled = True
        self.limit.reschedule(None)

    def leave(self, refusal: OverloadedError) -> None:
        """Have it answered with a refusal."""
        self.refusal = refusal
        self.limit.reschedule(self.began)


@dataclass
class _Room:
    """What there is of something, how much of it each caller has, and what to say when there is no more."""

    most: int
    full: str
    taken: int = 0
    by: Counter[Caller] = field(default_factory=Counter)

    def add(self, caller: Caller, amount: int) -> None:
        self.taken += amount
        self.by[caller] += amount
        if not self.by[caller]:
            del self.by[caller]

    def refusal(self) -> OverloadedError:
        return OverloadedError(self.full, retry_after=1)


class Turns:
    """Bounds what is done at the same time, over all callers and for each."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.reading = FairQueue(_READERS)
        self.light, self.heavy = FairQueue(_LIGHT), FairQueue(_HEAVY)
        half = max(1, settings.max_connections // 2)  # the others are for heads, health pages and answers
        self._bodies = _Room(half, "The service already receives as many request bodies as it can.")
        self._inside = _Room(
            settings.max_concurrent, f"The service already works on {settings.max_concurrent} requests."
        )
        self._bytes = _Room(settings.max_arriving, "The request bodies being received are too large together.")
        self._visits: dict[Caller, dict[Visit, None]] = {}

    async def take(
        self, request: Request, answer: Respond, *, caller: Caller, most: int | None, settled: bool
    ) -> Response:
        """Answer a request once its body is there. One that is `settled` need not leave from then on.

        Raises EncodingError, TooLargeError, SlowError and OverloadedError.
        """
        seconds = self._settings.body_timeout
        if caller is None:
            seconds = min(seconds, _UNKNOWN_SECONDS)
        limit = asyncio.timeout(seconds)
        visit = Visit(caller, asyncio.get_running_loop().time(), limit)
        request.state.visit = visit
        self._make_room(self._bodies, visit, 1)
        self._enter(visit)
        try:
            async with limit:
                request._body = await self._receive(  # noqa: SLF001 - where request.body() looks first
                    request, visit, most or self._settings.max_body
                )
                self._make_room(self._inside, visit, 1)
                self._settle_down(visit, settled=settled)
                return await answer(request)
        except TimeoutError:
            if not limit.expired():
                raise
            raise visit.refusal or SlowError(f"The body did not arrive within {seconds:g} s.") from None
        finally:
            self._forget(visit)

    def hand_over(self, visit: Visit) -> None:
        """Give back what a visit holds before it is answered: what it asks for takes a place and a turn of its own."""
        self._forget(visit)

    async def _receive(self, request: Request, visit: Visit, most: int) -> bytes:
        """The body; refused as soon as it is encoded, too large or one too many."""
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise EncodingError(
                "Compressed or otherwise encoded bodies are not supported.", advice="Send it without Content-Encoding."
            )
        declared = request.headers.get("content-length", "0")
        if len(declared) > 18 or (declared.isdecimal() and int(declared) > most):
            raise _too_large_error(most)
        chunks: list[bytes] = []
        async for chunk in request.stream():
            if visit.held + len(chunk) > most:
                raise _too_large_error(most)
            if visit.held < self._bytes.taken:  # one alone may always come
                self._make_room(self._bytes, visit, len(chunk))
            visit.held += len(chunk)
            self._bytes.add(visit.caller, len(chunk))
            chunks.append(chunk)
        return b"".join(chunks)

    def _make_room(self, room: _Room, visit: Visit, more: int) -> None:
        """See that there is room for more of a visit, if others must leave for it. Raises OverloadedError."""
        most_own = room.most // _UNKNOWN or 1 if visit.caller is None else room.most
        while (own := room.by[visit.caller] + more) > most_own or room.taken + more > room.most:
            greediest = max(room.by, key=room.by.__getitem__, default=None)
            if own > most_own or room.by[greediest] <= own:
                greediest = visit.caller
            leaving = self._choose(room, greediest, visit)
            if leaving is None:
                raise room.refusal()
            leaving.leave(room.refusal())
            self._forget(leaving)

    def _choose(self, room: _Room, caller: Caller, visit: Visit) -> Visit | None:
        """The visit of a caller that is to leave; for another of the same caller only one whose body is slow."""
        others = [v for v in self._visits.get(caller, ()) if v is not visit and not v.settled]
        arriving = [v for v in others if v.arriving and (room is not self._bytes or v.held)]
        if caller == visit.caller:
            arriving = [v for v in arriving if visit.began - v.began > _SLOW]
        if arriving and room is not self._inside:
            return arriving[0]
        waiting = [v for v in others if not v.arriving]
        return waiting[-1] if waiting and room is not self._bodies and caller != visit.caller else None

    def _enter(self, visit: Visit) -> None:
        self._visits.setdefault(visit.caller, {})[visit] = None
        self._bodies.add(visit.caller, 1)

    def _settle_down(self, visit: Visit, *, settled: bool) -> None:
        """Its body is there."""
        self._bodies.add(visit.caller, -1)
        self._inside.add(visit.caller, 1)
        visit.arriving, visit.settled = False, settled
        visit.limit.reschedule(None)

    def _forget(self, visit: Visit) -> None:
        """Give back what a visit has, once."""
        visits = self._visits.get(visit.caller, {})
        if visit not in visits:
            return
        del visits[visit]
        if not visits:
            del self._visits[visit.caller]
        (self._bodies if visit.arriving else self._inside).add(visit.caller, -1)
        self._bytes.add(visit.caller, -visit.held)


class LargeError(Exception):
    """A request that is to be answered in the process for large ones."""


def _too_large_error(limit: int) -> TooLargeError:
    return TooLargeError(
        f"The body has more than {limit} bytes.", advice="Send fewer endpoints or raise VPCE_GUARD_MAX_BODY."
    )
