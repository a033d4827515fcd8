"""Sessions of the console: a cookie that only the service can read, with the key or the name of who signed in.

Nothing is kept here but which sessions have been signed out. Who may do what is asked of the key at each request, as
the API does, so that a key that is taken back ends its sessions too. Whom an identity provider named stays that until
the provider's word ends.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from vpce_guard.surfaces.api.http.callers import Caller
from vpce_guard.surfaces.console.sealing import Sealing

if TYPE_CHECKING:
    from pydantic import TypeAdapter

MOST_COOKIE = 4000  # bytes: browsers keep no longer ones
_ABOUT = b"vpce-guard console session 2"
_RENEW = 30.0  # seconds after which the time of the last request is written anew


@dataclass(frozen=True)
class Session:
    """One visit: its id, the key or token of who signed in, and its times since 1970.

    Where an identity provider told who that is there is that `caller`, and `until` when its word ends. Where nobody
    signed in there is neither.
    """

    session_id: str
    token: str | None
    begun: float
    seen: float
    caller: Caller | None = None
    until: float | None = None

    @property
    def is_signed_in(self) -> bool:
        """Whether it is somebody's."""
        return self.token is not None or self.caller is not None


class Sessions:
    """Begins, seals and opens sessions. They end `idle` seconds after the last request, and `life` after the first."""

    def __init__(self, key: bytes, *, idle: float, life: float, clock: Callable[[], float] = time.time) -> None:
        self._sealing = Sealing(key, _ABOUT)
        self._idle = idle
        self._life = life
        self._clock = clock
        self._ended: dict[str, float] = {}

    def begin(self, token: str | None = None, *, caller: Caller | None = None, until: float | None = None) -> Session:
        """A new session."""
        now = self._clock()
        return Session(secrets.token_urlsafe(24), token, now, now, caller, until)

    def seal(self, session: Session) -> str:
        """The session as the text of a cookie, good from now on. Longer than MOST_COOKIE it cannot be kept."""
        values = [session.session_id, session.token, session.begun, self._clock(), session.caller, session.until]
        return self._sealing.seal(values)

    def open(self, cookie: str) -> Session | None:
        """The session that a cookie holds; None for one that has ended, or that was not sealed here."""
        values = self._sealing.open(cookie)
        if values is None:
            return None
        session_id, token, begun, seen, caller, until = values
        session = Session(session_id, token, begun, seen, _callers().validate_python(caller), until)
        now = self._clock()
        is_over = now - seen > self._idle or now - begun > self._life or (until is not None and now >= until)
        return None if is_over or session_id in self._ended else session

    def is_stale(self, session: Session) -> bool:
        """Whether the cookie should be sealed again, so that the session does not end while it is used."""
        return self._clock() - session.seen > min(_RENEW, self._idle / 4)

    def end(self, session: Session) -> None:
        """Refuse a session from now on, whoever has a copy of its cookie."""
        now = self._clock()
        self._ended = {one: until for one, until in self._ended.items() if until > now}
        self._ended[session.session_id] = session.begun + self._life

    def form_token(self, session: Session) -> str:
        """What every form of a session sends back, and no other page can know."""
        return hmac.new(self._sealing.key, b"form " + session.session_id.encode(), hashlib.sha256).hexdigest()


@cache
def _callers() -> TypeAdapter[Caller | None]:
    """What reads callers, whatever fields they have."""
    from pydantic import TypeAdapter

    return TypeAdapter(Caller | None)


class Visitor:
    """The session of one request, which its page may replace or end."""

    def __init__(self, sessions: Sessions, session: Session | None) -> None:
        self.session = session or sessions.begin()
        self._sessions = sessions
        self._is_changed = session is None

    @property
    def form_token(self) -> str:
        """What forms on the page must send back."""
        return self._sessions.form_token(self.session)

    def sign_in(self, token: str) -> int:
        """Go on in a session of this key or token; how many bytes its cookie has."""
        self.session, self._is_changed = self._sessions.begin(token), True
        return len(self._sessions.seal(self.session))

    def sign_in_as(self, caller: Caller, *, until: float) -> None:
        """Go on in a session of somebody whom an identity provider named, until its word ends (seconds since 1970)."""
        self.session, self._is_changed = self._sessions.begin(caller=caller, until=until), True

    def sign_out(self) -> None:
        """End the session."""
        self._sessions.end(self.session)
        self.session, self._is_changed = self._sessions.begin(), True

    def cookie(self) -> str | None:
        """The cookie to set; None where that of the request is good."""
        if self._is_changed or self._sessions.is_stale(self.session):
            return self._sessions.seal(self.session)
        return None
