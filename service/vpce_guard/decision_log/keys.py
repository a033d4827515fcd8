"""Keys of the log by id: the current one makes hashes and seals, the others still verify what they made.

A hash that a key with an id made is `ID:HEX`, so that each names its key. One without an id is that of the key without
an id, or plain SHA-256 where there is no key at all. Where there are keys, plain SHA-256 counts for nothing: anyone can
make it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from vpce_guard.errors import LogError
from vpce_guard.settings import Settings


class MissingKeyError(LogError):
    """A hash cannot be verified, because the key that it names is not there; None for the key without an id."""

    def __init__(self, key_id: str | None) -> None:
        super().__init__(f"The decision log's key {describe(key_id)} is missing.", advice=_advice(key_id))
        self.key_id = key_id


@dataclass(frozen=True)
class LogKeys:
    """The key without an id, those with one, and the id of the one that makes hashes; None for that without an id."""

    unnamed: bytes | None = field(default=None, repr=False)
    named: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    current: str | None = None

    @classmethod
    def read_settings(cls, settings: Settings) -> LogKeys:
        """The keys that the settings name."""
        return cls(
            unnamed=settings.log_key.encode() if settings.log_key else None,
            named={key_id: key.encode() for key_id, key in settings.log_keys.items()},
            current=settings.log_key_id,
        )

    def __bool__(self) -> bool:
        """Whether there is a key at all."""
        return self.unnamed is not None or bool(self.named)

    def hash(self, content: bytes) -> str:
        """SHA-256, or HMAC-SHA-256 with the current key, in hex after the key's id."""
        if self.current is None:
            return _hex(content, self.unnamed)
        return f"{self.current}:{_hex(content, self.named[self.current])}"

    def holds(self, content: bytes, told: str) -> bool:
        """Whether a hash is that of some bytes, by the key that it names. Raises MissingKeyError."""
        key_id, _, digest = told.rpartition(":")
        key = self.named.get(key_id) if key_id else self.unnamed
        if key is None and (key_id or self.named):
            raise MissingKeyError(key_id or None)
        return hmac.compare_digest(_hex(content, key).encode(), digest.encode())


NO_KEYS = LogKeys()


class HashCheck:
    """The hashes of one verification. Those of keys that are not there are counted, and pass until the end."""

    def __init__(self, keys: LogKeys) -> None:
        self._keys = keys
        self.missing: Counter[str | None] = Counter()

    def holds(self, content: bytes, told: str) -> bool:
        """Whether a hash is that of some bytes, or may be."""
        try:
            return self._keys.holds(content, told)
        except MissingKeyError as error:
            self.missing[error.key_id] += 1
            return True


def describe_missing(missing: Mapping[str | None, int]) -> list[str]:
    """A sentence on each key that was missing, and how many hashes name it."""
    return [
        f"The key {describe(key_id)} is missing: {count} hashes that name it were not verified. {_advice(key_id)}"
        for key_id, count in sorted(missing.items(), key=lambda one: one[0] or "")
    ]


def describe(key_id: str | None) -> str:
    """A key by its id, which anyone who writes to the database may have made up."""
    return "without an id" if key_id is None else repr(key_id[:40])


def _advice(key_id: str | None) -> str:
    return "Set VPCE_GUARD_LOG_KEY." if key_id is None else "Add it to VPCE_GUARD_LOG_KEYS."


def _hex(content: bytes, key: bytes | None) -> str:
    if key is None:
        return hashlib.sha256(content).hexdigest()
    return hmac.new(key, content, hashlib.sha256).hexdigest()
