"""Timestamps of seals by an authority outside (RFC 3161): that a chain had its end at a time. No key of ours makes one.

Each is kept in log_timestamps as what was stamped and what the authority answered. What is stamped names the answer
before, so that none can be taken out between two others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, insert, select
from sqlalchemy import Engine as Database

from vpce_guard import installation
from vpce_guard.decision_log.anchor import AnchoredState
from vpce_guard.decision_log.faults import LogFault
from vpce_guard.decision_log.hashes import START
from vpce_guard.decision_log.register import RegisterHead
from vpce_guard.decision_log.seals import Seals, post
from vpce_guard.decision_log.tables import TIMESTAMPS
from vpce_guard.errors import LogError, SettingsError
from vpce_guard.instants import format_milliseconds

if TYPE_CHECKING:
    import httpx2

BY = "a timestamp"


class Certificates:
    """The certificates that a timestamp must lead to."""

    def __init__(self, path: Path) -> None:
        """Raises SettingsError where they cannot be read, or where the extra is not installed."""
        from cryptography.x509 import load_pem_x509_certificates

        try:
            import rfc3161_client
        except ModuleNotFoundError:
            raise SettingsError("For timestamps rfc3161_client is needed.", advice=installation("timestamps")) from None
        try:
            self._trusted = load_pem_x509_certificates(path.read_bytes())
        except (OSError, ValueError) as error:
            raise SettingsError(
                f"The certificates in {path} cannot be read: {error}.",
                advice="Set VPCE_GUARD_LOG_TIMESTAMP_CA_FILE to a PEM file of the authority's CA.",
            ) from None
        self._library = rfc3161_client

    def request(self, content: bytes) -> tuple[bytes, int]:
        """What to ask an authority about some bytes, and the number that its answer must repeat."""
        builder = self._library.TimestampRequestBuilder(content, self._library.base.HashAlgorithm.SHA256)
        request = builder.build()
        return request.as_bytes(), int(request.nonce or 0)

    def check(self, answer: bytes, content: bytes, *, nonce: int | None = None) -> datetime:
        """When an answer says that some bytes were there. Raises LogError for one that does not say so.

        Certificates need to be valid at that time, not now.
        """
        verifier = self._library.VerifierBuilder(roots=self._trusted, nonce=nonce).build()
        try:
            response = self._library.decode_timestamp_response(answer)
            verifier.verify_message(response, content)
            when: datetime = response.tst_info.gen_time
        except Exception as error:  # the library has many, for bytes that anybody may have sent
            told = (str(error).splitlines() or [type(error).__name__])[0]
            raise LogError(f"it is no timestamp that holds: {told[:200]}") from None
        return when


class TimestampAuthority:
    """A place that stamps seals; what it answers is checked before it is kept."""

    kind = "timestamps"

    def __init__(self, url: str, certificates: Certificates) -> None:
        self.url = url
        self._certificates = certificates

    def put(self, client: httpx2.Client, connection: Connection, seals: Seals) -> None:
        """Have the ends of chains stamped together, and keep that. Raises LogError."""
        with connection.begin():
            last = (
                connection.execute(select(TIMESTAMPS).order_by(TIMESTAMPS.c.number.desc()).limit(1)).mappings().first()
            )
        number, previous = (last["number"] + 1, _digest(last["token"])) if last is not None else (1, START)
        chains = {chain["chain"]: [chain["last"], chain["head"]] for chain in seals.chains}
        register = seals.register._asdict()
        content = to_json({"number": number, "previous": previous, "chains": chains, "register": register})
        request, nonce = self._certificates.request(content)
        token = post(client, self.url, request, "application/timestamp-query")
        try:
            when = self._certificates.check(token, content, nonce=nonce)
        except LogError as error:
            raise LogError(f"{self.url} answered, and {error.detail}.") from None
        row = {"number": number, "timestamp": format_milliseconds(when), "content": content, "token": token}
        with connection.begin():
            connection.execute(insert(TIMESTAMPS), row)


class _LogState(NamedTuple):
    """What was stamped."""

    number: int
    previous: str
    chains: dict[str, tuple[int, str]]
    register: RegisterHead


def read_timestamps(database: Database, certificates: Certificates | None) -> AnchoredState:
    """What the timestamps tell; without certificates only how many there are to be verified."""
    state = AnchoredState(by=BY)
    expected, previous = 1, START
    for row in _rows(database):
        if certificates is None:
            state.unverified += 1
            continue
        place = f"timestamp {row['number']}"
        try:
            when = certificates.check(row["token"], row["content"])
            stamped = _parse(row["content"])
        except LogError as error:
            state.faults.append(LogFault(place, error.detail))
        except (ValueError, KeyError, TypeError):
            state.faults.append(LogFault(place, "what it stamps is no state of a log"))
        else:
            if (stamped.number, stamped.previous, row["number"]) != (expected, previous, stamped.number):
                state.faults.append(LogFault(place, "the timestamp before it is missing"))
            state.take(stamped.chains, stamped.register, format_milliseconds(when))
        expected, previous = row["number"] + 1, _digest(row["token"])
    return state


def _parse(content: bytes) -> _LogState:
    told = from_json(content)
    chains = {chain: (last + 0, head + "") for chain, (last, head) in told["chains"].items()}
    return _LogState(told["number"], told["previous"], chains, RegisterHead(**told["register"]))


def _rows(database: Database) -> Iterator[Any]:
    with database.connect() as connection:
        ordered = select(TIMESTAMPS).order_by(TIMESTAMPS.c.number).execution_options(yield_per=100)
        yield from connection.execute(ordered).mappings()


def _digest(token: bytes) -> str:
    return hashlib.sha256(token).hexdigest()
