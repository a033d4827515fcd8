"""An anchor: each seal is also appended to a file outside the database, so that an older state of it is found.

Each line is a JSON object: the row of a chain in decision_chains with its seal, and the register's last entry.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pydantic_core import from_json, to_json

from vpce_guard.decision_log.chain import seal_holds
from vpce_guard.decision_log.faults import LogFault
from vpce_guard.decision_log.keys import HashCheck, LogKeys
from vpce_guard.decision_log.register import NO_ENTRY, RegisterHead
from vpce_guard.errors import LogError, NotFoundError, SettingsError
from vpce_guard.instants import now
from vpce_guard.model import Json

_SECONDS = 30.0  # that an address may be silent


class AnchorFile:
    """The file while it is appended to. For one thread only; several processes may share a file."""

    def __init__(self, path: Path) -> None:
        """Raises SettingsError where it cannot be opened."""
        self._path = path.absolute()
        self._waiting = b""
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            if os.name != "nt":
                with suppress(PermissionError):  # somebody else's file
                    os.fchmod(self._file, 0o600)
            size = os.fstat(self._file).st_size
            if size and os.lseek(self._file, size - 1, os.SEEK_SET) >= 0 and os.read(self._file, 1) != b"\n":
                self._waiting = b"\n"  # ends a line that a crash left unfinished
        except OSError as error:
            raise SettingsError(
                f"The anchor file {path} cannot be opened: {error.strerror}.",
                advice="Set VPCE_GUARD_LOG_ANCHOR_FILE to a file that can be written to.",
            ) from None

    def check(self) -> None:
        """Raise OSError where the file is gone, or where what could not be appended before still cannot."""
        try:
            there = os.path.samestat(self._path.stat(), os.fstat(self._file))
        except FileNotFoundError:
            there = False
        if not there:
            raise OSError(f"the anchor file {self._path} was moved, removed or replaced: put it back, or restart")
        self._flush()

    def append(self, chain: Json, sealed: str, register: RegisterHead) -> None:
        """Return once the line is durable. Raises OSError; then check() tries again."""
        self._waiting += anchor_line({**chain, "seal": sealed}, register) + b"\n"
        self._flush()

    def close(self) -> None:
        """Give the file up."""
        os.close(self._file)

    def _flush(self) -> None:
        if not self._waiting:
            return
        while self._waiting:
            self._waiting = self._waiting[os.write(self._file, self._waiting) :]
        os.fsync(self._file)


def anchor_line(chain: Json, register: RegisterHead) -> bytes:
    """A chain's row with its seal as a line, which may also be sent elsewhere."""
    return to_json({"timestamp": now(), **chain, "register": register._asdict()})


@dataclass
class AnchoredState:
    """The furthest that a place outside tells: of each chain its last number and head, and the register's head.

    `by` is how findings call the place, `seals` how much it told, from `first` to `latest`, and `unverified` how much
    could not be taken.
    """

    by: str = "the anchor"
    chains: dict[str, tuple[int, str]] = field(default_factory=dict)
    register: RegisterHead = NO_ENTRY
    seals: int = 0
    unverified: int = 0
    first: str | None = None
    latest: str | None = None
    faults: list[LogFault] = field(default_factory=list)
    missing: Counter[str | None] = field(default_factory=Counter)  # hashes, by the id of a key that is not there

    def take(self, chains: Mapping[str, tuple[int, str]], register: RegisterHead, when: str) -> None:
        """Take up what one seal or timestamp tells."""
        self.seals += 1
        self.first, self.latest = self.first or when, when
        for chain, (last, head) in chains.items():
            if last >= self.chains.get(chain, (0, ""))[0]:
                self.chains[chain] = (last, head)
        if register.number >= self.register.number:
            self.register = register


def read_anchor(path: Path, keys: LogKeys) -> AnchoredState:
    """Read an anchor file, but for lines that a crash left unfinished. Raises NotFoundError without the file."""
    try:
        with path.open("rb") as file:
            return _take_lines(file, keys)
    except OSError as error:
        raise NotFoundError(
            f"The anchor file {path} cannot be read: {error.strerror}.",
            advice="Give --anchor FILE or set VPCE_GUARD_LOG_ANCHOR_FILE.",
        ) from None


def fetch_anchor(url: str, token: str | None, keys: LogKeys) -> AnchoredState:
    """Read the lines that an address gives. Raises LogError where it does not."""
    import httpx2

    headers = {"authorization": f"Bearer {token}"} if token else {}
    advice = "Save what it holds, a seal on each line, and give --anchor FILE."
    try:
        with httpx2.stream("GET", url, headers=headers, timeout=_SECONDS) as response:
            if response.is_success:
                return _take_lines((line.encode() for line in response.iter_lines()), keys)
            problem = f"it answered {response.status_code}"
    except httpx2.HTTPError as error:
        problem = f"{type(error).__name__} {error}"
    raise LogError(f"The anchor at {url} cannot be read: {problem}.", advice=advice)


def _take_lines(lines: Iterable[bytes], keys: LogKeys) -> AnchoredState:
    check = HashCheck(keys)
    state = AnchoredState(missing=check.missing)
    for number, line in enumerate(lines, 1):
        _take_line(state, number, line, check)
    return state


def _take_line(state: AnchoredState, number: int, line: bytes, check: HashCheck) -> None:
    try:
        row = from_json(line)
    except ValueError:
        return
    try:
        holds = seal_holds(row, check)
        register = RegisterHead(**row["register"])
        chains = {row["chain"]: (row["last"] + 0, row["head"] + "")}
    except (KeyError, TypeError, AttributeError):
        state.faults.append(LogFault(f"line {number} of the anchor", "it is no seal of a log"))
        return
    if not holds:
        state.faults.append(LogFault(f"line {number} of the anchor", "it was changed, or the key is another"))
        return
    state.take(chains, register, str(row.get("timestamp", "")))
