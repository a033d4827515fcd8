"""Brings seals to places outside the database: what is new there, a moment after it holds, and nobody waits for it.

How far each chain was brought is kept in decision_cursors, as for a sink. The last seal of a chain covers all before
it, so those between are passed over.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sqlalchemy import Connection, and_, func, select
from sqlalchemy import Engine as Database

from vpce_guard.answers import read_answer
from vpce_guard.decision_log.anchor import anchor_line
from vpce_guard.decision_log.register import RegisterHead, register_head
from vpce_guard.decision_log.sending import Sender, advance_cursors
from vpce_guard.decision_log.tables import CHAINS, CURSORS
from vpce_guard.errors import LogError, TooLargeError
from vpce_guard.model import Json

if TYPE_CHECKING:
    import httpx2

_MOST = 200  # chains of one step
MOST_ANSWER = 1 << 20  # bytes of an answer that are read


class Seals(NamedTuple):
    """Rows of chains that have grown, each with its seal, and the register's head as it was with them."""

    chains: Sequence[Json]
    register: RegisterHead


class SealPlace(Protocol):
    """Somewhere outside that takes seals."""

    kind: str
    url: str

    def put(self, client: httpx2.Client, connection: Connection, seals: Seals) -> None:
        """Return once they are there. Raises LogError; what was taken already may come again."""


class SealSender(Sender):
    """Brings seals to one place. To be watched beside what every sender has: `sent`, seals, and `lag_seconds`."""

    event = "seals_not_sent"

    def __init__(self, database: Database, place: SealPlace, *, token: str | None, delay: float) -> None:
        super().__init__(database, name=f"{place.kind} {place.url}", token=token, delay=delay)
        self.place = place
        self.sent = 0
        self._since: float | None = None

    @property
    def lag_seconds(self) -> float:
        """For how long there has been a seal that is not there yet; 0 if all are."""
        since = self._since
        return 0.0 if since is None else time.monotonic() - since

    def _step(self, connection: Connection, client: httpx2.Client) -> float:
        seals = self._read_new(connection)
        if not seals.chains:
            self._since = None
            return self._delay
        if self._since is None:
            self._since = time.monotonic()
        try:
            self.place.put(client, connection, seals)
        except LogError as failure:
            self._note_failure(failure)
            return self._pause()
        advance_cursors(connection, self._name, {chain["chain"]: chain["last"] for chain in seals.chains})
        self._note_success()
        self.sent += len(seals.chains)
        if len(seals.chains) == _MOST:
            return 0.0
        self._since = None
        return self._delay

    def _forget_lag(self) -> None:
        self._since = None

    def _read_new(self, connection: Connection) -> Seals:
        """The chains that hold more than was brought there, oldest first."""
        joined = CHAINS.outerjoin(CURSORS, and_(CURSORS.c.chain == CHAINS.c.chain, CURSORS.c.sink == self._name))
        grown = CHAINS.c.last > func.coalesce(CURSORS.c.number, 0)
        chosen = select(CHAINS).select_from(joined).where(grown).order_by(CHAINS.c.started, CHAINS.c.chain)
        with connection.begin():
            rows = connection.execute(chosen.limit(_MOST)).mappings().all()
            return Seals([dict(row) for row in rows], register_head(connection))


class HttpAnchor:
    """An address that takes each seal as JSON, the line of an anchor file, and gives all of them back, a line each."""

    kind = "anchor"

    def __init__(self, url: str) -> None:
        self.url = url

    def put(self, client: httpx2.Client, connection: Connection, seals: Seals) -> None:  # noqa: ARG002 - keeps nothing
        """POST each. Raises LogError unless each answer is 2xx."""
        for chain in seals.chains:
            post(client, self.url, anchor_line(chain, seals.register), "application/json")


def post(client: httpx2.Client, url: str, content: bytes, media_type: str) -> bytes:
    """The answer to some bytes. Raises LogError unless it is 2xx and of a bearable size."""
    import httpx2

    try:
        with client.stream("POST", url, content=content, headers={"content-type": media_type}) as response:
            answer = read_answer(response, most=MOST_ANSWER, what=f"The answer of {url}")
    except TooLargeError as error:
        raise LogError(str(error)) from None
    except httpx2.HTTPError as error:
        raise LogError(f"{url} cannot be reached: {type(error).__name__} {error}.") from None
    if not response.is_success:
        raise LogError(f"{url} answered {response.status_code}.")
    return answer
