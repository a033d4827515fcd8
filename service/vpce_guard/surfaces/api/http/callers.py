"""Callers: who holds which API key, and what each may do."""

from __future__ import annotations

import hashlib
import hmac
import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol, get_args

from vpce_guard.errors import CredentialsError, SettingsError
from vpce_guard.instants import instant
from vpce_guard.logs import Logger
from vpce_guard.reloading import ReloadedFiles

log = Logger("vpce_guard.callers")

Scope = Literal["decide", "read", "author", "admin"]
SCOPES: frozenset[str] = frozenset(get_args(Scope))
_DEFAULT = frozenset({"decide", "read"})
MOST_NAME = 200  # bytes of a name: what the decision log keeps of it


@dataclass(frozen=True)
class Caller:
    """Someone known, by name, and what it may do."""

    name: str
    scopes: frozenset[str] = field(default=SCOPES)

    def has_scope(self, scope: str) -> bool:
        """Whether a scope is granted; admin grants every one."""
        return scope in self.scopes or "admin" in self.scopes


class TokenSource(Protocol):
    """Something other than a file of keys that knows callers by their tokens."""

    async def caller(self, token: str) -> Caller | None:
        """Whose token it is; None for nobody's. Raises ProviderError where that cannot be told."""


@dataclass(frozen=True)
class _Key:
    """One line of the keys file; `expires` in seconds since 1970, None for never."""

    caller: Caller
    digest: bytes
    expires: float | None


class KeyFile:
    """API keys from a file of `name:sha256 in hex [scopes=decide,read] [expires=RFC 3339]` lines.

    Several lines may have one name: that is how a key is rotated. A changed file is taken up within a second; one that
    cannot be read is not, and the keys before stay; `error` says why. Raises SettingsError at first.
    """

    name = "API keys"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._keys = ReloadedFiles([path], lambda: _parse_keys(_read_lines(path), str(path)))
        self._shared: tuple[_Key, ...] | None = None

    def read_files(self) -> bytes | None:
        """What the file says; None where it cannot be used."""
        try:
            lines = _read_lines(self._path)
            _parse_keys(lines, str(self._path))
        except SettingsError:
            return None
        return "\n".join(lines).encode()

    def take(self, content: bytes) -> None:
        """Put the keys in force that all replicas have. Raises SettingsError for what are none."""
        self._shared = _parse_keys(content.decode(errors="replace").split("\n"), "the API keys of the other replicas")

    def caller(self, token: str) -> Caller | None:
        """Whose key this is; None for nobody's, or one that has expired."""
        digest = hashlib.sha256(token.encode()).hexdigest().encode()
        found = None
        for key in self._shared or self._keys.current:  # all of them, so that the time taken tells nothing
            if hmac.compare_digest(digest, key.digest) and (key.expires is None or time.time() < key.expires):
                found = key.caller
        return found

    @property
    def error(self) -> str | None:
        """Why a newer file is not used, if it is not."""
        return self._keys.error


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The API keys file {path} cannot be read: {error}.") from None


def _parse_keys(lines: Sequence[str], place: str) -> tuple[_Key, ...]:
    told = [(number, line.split("#")[0].strip()) for number, line in enumerate(lines, start=1)]
    keys = [_key(text, f"{place}:{number}") for number, text in told if text]
    if not keys:
        raise SettingsError(f"There are no keys in the API keys file {place}.")
    return tuple(keys)


def _key(text: str, place: str) -> _Key:
    identity, *options = text.split()
    name, _, digest = identity.rpartition(":")
    if not name or len(name.encode()) > MOST_NAME or len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise SettingsError(f"{place} is not `name:sha256 of the key in hex`.")
    scopes, expires = _DEFAULT, None
    for option in options:
        what, _, value = option.partition("=")
        if what == "scopes" and value and set(value.split(",")) <= SCOPES:
            scopes = frozenset(value.split(","))
        elif what == "expires" and (moment := instant(value)) is not None:
            expires = datetime.fromisoformat(moment).timestamp()
        else:
            known = f"scopes={','.join(sorted(SCOPES))} and expires=RFC 3339"
            raise SettingsError(f"{place}: {option} is not one of {known}.")
    return _Key(Caller(name, scopes), digest.encode(), expires)


CallerSource = KeyFile | TokenSource


class Pace:
    """How often each caller may ask: a bucket of `burst` requests, filled at `rate` a second.

    `counts` tells what was let in. What other replicas let in is charged, so that a bucket may be in debt for a while.
    """

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = burst
        self._left: dict[str, tuple[float, float]] = {}
        self._taken: dict[str, int] = {}
        self._lock = threading.Lock()

    @property
    def counts(self) -> dict[str, int]:
        """How many requests of each caller were let in."""
        with self._lock:
            return dict(self._taken)

    def charge(self, name: str, requests: int) -> None:
        """Count requests that a caller made elsewhere."""
        with self._lock:
            left, now = self._fill(name)
            self._left[name] = (left - requests, now)

    @property
    def policy(self) -> str:
        """The limit as RateLimit-Policy tells it: requests, and seconds (draft-ietf-httpapi-ratelimit-headers)."""
        return f'"caller";q={self._burst};w={math.ceil(self._burst / self._rate)}'

    def tell(self, name: str) -> str:
        """What is left for a caller as RateLimit tells it: requests, and seconds until all of them are there again."""
        with self._lock:
            left, _ = self._fill(name)
        return f'"caller";r={max(0, int(left))};t={math.ceil((self._burst - left) / self._rate)}'

    def wait(self, name: str) -> float:
        """Seconds until the caller may ask again; 0 if it may now, which is counted."""
        with self._lock:
            left, now = self._fill(name)
            if left < 1:
                self._left[name] = (left, now)
                return (1 - left) / self._rate
            self._left[name] = (left - 1, now)
            self._taken[name] = self._taken.get(name, 0) + 1
            return 0.0

    def _fill(self, name: str) -> tuple[float, float]:
        """What is left for a caller now, and when that is."""
        now = time.monotonic()
        left, when = self._left.get(name, (float(self._burst), now))
        return min(float(self._burst), left + (now - when) * self._rate), now


def refusal(*, open_to_local: bool) -> CredentialsError:
    """What somebody unknown is told."""
    if open_to_local:
        return CredentialsError("Only callers on this machine are allowed.", advice="Use http://127.0.0.1.")
    return CredentialsError("The credentials are missing or unknown.", advice="Send `Authorization: Bearer KEY`.")
