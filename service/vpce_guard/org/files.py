"""Org data files that may change while the service runs: new content is taken up as a whole or not at all.

Replicas of a service take the same org data, whoever's files changed first; see runtime/replicas.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from vpce_guard.bundle.rules import Rule
from vpce_guard.errors import SettingsError
from vpce_guard.logs import Logger
from vpce_guard.model import Json
from vpce_guard.org.data import OrgData, no_org_data

log = Logger("vpce_guard.org")
_Stamp = tuple[tuple[int, int, int], ...]


class OrgFiles:
    """The org data in force. Raises SettingsError at first where the files are wrong; later keeps what it has.

    `local` is what the files say, `shared` the document that replicas have in force, if they share one.
    """

    name = "org data"

    def __init__(
        self, paths: Sequence[Path], rules: Mapping[str, Rule], own_sections: Mapping[str, Json] | None = None
    ) -> None:
        self._paths = tuple(paths)
        self._rules = rules
        self._own_sections = own_sections or {}
        self._stamp = self._read_stamp()
        self.current = self.local = self._load()
        self.shared: Json | None = None
        self.since = datetime.now(UTC)
        self.error: str | None = None

    def refresh(self) -> bool:
        """Take up the files if they changed; whether they did. What is wrong is logged and kept in `error`."""
        stamp = self._read_stamp()
        if stamp == self._stamp:
            return False
        try:
            loaded = self._load()
        except SettingsError as error:
            if self.error != str(error):
                log.error("org_data_refused", error=str(error), kept=self.current.revision)
            self.error = str(error)
        else:
            self.local, self.error = loaded, None
            self._put_in_force(loaded)
        self._stamp = stamp
        return True

    def take(self, document: Json) -> None:
        """Put a document in force that replicas share. Raises SettingsError for one that is none."""
        from vpce_guard.org.load import read_org_data

        try:
            taken = read_org_data(document, {rule.id: rule for rule in self._rules.values()})
        except ValueError as error:
            raise SettingsError(f"The org data of the other replicas cannot be used: {error}") from None
        self.shared = document
        self._put_in_force(taken)

    def _put_in_force(self, loaded: OrgData) -> None:
        changed = loaded.revision != self.current.revision
        self.current = loaded
        if changed:
            self.since = datetime.now(UTC)
            log.info("org_data_changed", revision=loaded.revision, warnings=loaded.warnings)

    def _load(self) -> OrgData:
        if not self._paths:
            return no_org_data({rule.id: rule for rule in self._rules.values()})
        from vpce_guard.org.load import load  # a service without org data reads no YAML

        return load(self._paths, self._rules, self._own_sections)

    def _read_stamp(self) -> _Stamp:
        """What tells changed files apart; a missing one is a change that cannot be read."""
        return tuple(
            (found.st_mtime_ns, found.st_size, found.st_ino) if (found := _status(path)) else (0, 0, 0)
            for path in self._paths
        )


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
