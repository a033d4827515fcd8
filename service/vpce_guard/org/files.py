"""Org data files that may change while the service runs: new content is taken up as a whole or not at all.

Replicas of a service take the same org data, whoever's files changed first; see runtime/replicas.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from vpce_guard.bundle.rules import Rule
from vpce_guard.errors import SettingsError
from vpce_guard.logs import Logger
from vpce_guard.model import Json
from vpce_guard.org.data import OrgData, no_org_data

log = Logger("vpce_guard.org")
_Stamps = dict[Path, tuple[int, int, int] | None]  # None: never looked at


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
        self._stamps = _read_stamps(self._paths)
        self.current = self.local = self._load()
        self._watch(self.local)
        self.shared: Json | None = None
        self.since = datetime.now(UTC)
        self.error: str | None = None

    def refresh(self) -> bool:
        """Take up the files if they changed; whether they did. What is wrong is logged and kept in `error`.

        While something is wrong the files are read each time: one that is missing may have come.
        """
        stamps = _read_stamps(self._stamps)
        if stamps == self._stamps and self.error is None:
            return False
        changed, self._stamps = stamps != self._stamps, stamps
        try:
            loaded = self._load()
        except SettingsError as error:
            if self.error != str(error):
                log.error("org_data_refused", error=str(error), kept=self.current.revision)
                changed = True
            self.error = str(error)
            return changed
        self.local, self.error = loaded, None
        self._watch(loaded)
        self._put_in_force(loaded)
        return True

    def _watch(self, loaded: OrgData) -> None:
        """Look at the files that the document names too; those that are new count as changed once more."""
        self._stamps = {path: self._stamps.get(path) for path in (*self._paths, *loaded.files)}

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


def _read_stamps(paths: Iterable[Path]) -> _Stamps:
    """What tells changed files apart; a missing one is a change that cannot be read."""
    return {
        path: (found.st_mtime_ns, found.st_size, found.st_ino) if (found := _status(path)) else (0, 0, 0)
        for path in paths
    }


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
