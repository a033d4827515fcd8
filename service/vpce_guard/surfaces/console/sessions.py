"""Sessions of the console: a cookie that only the service can read, and that holds the key its caller signed in with.

Nothing is kept here but which sessions have been signed out. Who may do what is asked of the key at each request, as
the API does, so that a key that is taken back ends its sessions too. Sealed with AES-256-GCM.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from pydantic_core import from_json, to_json

MOST_COOKIE = 4000  # bytes: browsers keep no longer ones
_NONCE = 12
_ABOUT = b"vpce-guard console session 1"
_RENEW = 30.0  # seconds after which the time of the last request is written anew


@dataclass(frozen=True)
class Session:
    """One visit: its id, the key or token of who signed in (None where nobody did), and its times since 1970."""

    session_id: str
    token: str | None
    begun: float
    seen: float


class Sessions:
    """Begins, seals and opens sessions. They end `idle` seconds after the last request, and `life` after the first."""

    def __init__(self, key: bytes, *, idle: float, life: float, clock: Callable[[], float] = time.time) -> None:
        self._key = hashlib.sha256(_ABOUT + key).digest()
        self._idle = idle
        self._life = life
        self._clock = clock
        self._ended: dict[str, float] = {}

    def begin(self, token: str | None = None) -> Session:
        """A new session."""
        now = self._clock()
        return Session(secrets.token_urlsafe(24), token, now, now)

    def seal(self, session: Session) -> str:
        """The session as the text of a cookie, good from now on. Longer than MOST_COOKIE it cannot be kept."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        content = to_json([session.session_id, session.token, session.begun, self._clock()])
        nonce = os.urandom(_NONCE)
        sealed = nonce + AESGCM(self._key).encrypt(nonce, content, _ABOUT)
        return base64.urlsafe_b64encode(sealed).decode()

    def open(self, cookie: str) -> Session | None:
        """The session that a cookie holds; None for one that has ended, or that was not sealed here."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            sealed = base64.urlsafe_b64decode(cookie.encode("ascii"))
            session = Session(*from_json(AESGCM(self._key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _ABOUT)))
        except (ValueError, binascii.Error, InvalidTag, TypeError):
            return None
        now = self._clock()
        is_over = now - session.seen > self._idle or now - session.begun > self._life
        return None if is_over or session.session_id in self._ended else session

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
        return hmac.new(self._key, b"form " + session.session_id.encode(), hashlib.sha256).hexdigest()


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

    def sign_out(self) -> None:
        """End the session."""
        self._sessions.end(self.session)
        self.session, self._is_changed = self._sessions.begin(), True

    def cookie(self) -> str | None:
        """The cookie to set; None where that of the request is good."""
        if self._is_changed or self._sessions.is_stale(self.session):
            return self._sessions.seal(self.session)
        return None
