"""How often each caller asked at all workers, so that its limit holds over them; as replicas do by the database."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from pydantic_core import from_json, to_json

from vpce_guard.runtime.replicas.counts import SharedPace


class PaceFiles:
    """Tells other workers what was let in here, and counts what was let in there. Blocks."""

    def __init__(self, pace: SharedPace, folder: Path) -> None:
        self._pace, self._folder = pace, folder
        self._path = folder / f"{os.getpid()}.pace"
        self._told: dict[str, int] = {}
        self._seen: dict[tuple[str, str], int] | None = None

    def exchange(self) -> None:
        """Do both once. Raises OSError."""
        mine = dict(self._pace.counts)
        if mine != self._told:
            new = self._path.with_suffix(".new-pace")
            new.write_bytes(to_json(mine))
            new.replace(self._path)
            self._told = mine
        found: dict[tuple[str, str], int] = {}
        for path in self._folder.glob("*.pace"):
            if path != self._path:
                with suppress(FileNotFoundError):  # its worker has ended
                    found |= {(path.name, name): taken for name, taken in from_json(path.read_bytes()).items()}
        for key, taken in found.items() if self._seen is not None else ():
            if (more := taken - (self._seen or {}).get(key, 0)) > 0:
                self._pace.charge(key[1], more)
        self._seen = found
