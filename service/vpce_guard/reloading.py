"""What stands in files that may change while the process runs: keys, certificates, tokens."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from vpce_guard.errors import SettingsError
from vpce_guard.logs import Logger

log = Logger("vpce_guard.watched")
Content = TypeVar("Content")
_LOOK_EVERY = 1.0  # seconds


class ReloadedFiles(Generic[Content]):
    """The content of files, read anew when it is asked for and they changed, a second later at most.

    `read` raises SettingsError for what cannot be used, and so does this at first; later it logs, keeps what it has
    and says why in `error`.
    """

    def __init__(self, paths: Sequence[Path], read: Callable[[], Content]) -> None:
        self._paths = tuple(paths)
        self._read = read
        self._stamp = self._read_stamps()
        self._content = read()
        self.error: str | None = None
        self._looked = time.monotonic()

    @property
    def current(self) -> Content:
        """The content now."""
        now = time.monotonic()
        if self._paths and now - self._looked >= _LOOK_EVERY:
            self._looked = now
            self._refresh()
        return self._content

    def _refresh(self) -> None:
        stamp = self._read_stamps()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        names = [str(path) for path in self._paths]
        try:
            self._content, self.error = self._read(), None
            log.info("files_read", files=names)
        except SettingsError as error:
            self.error = str(error)
            log.error("files_refused", files=names, error=str(error))

    def _read_stamps(self) -> tuple[tuple[int, int, int] | None, ...]:
        return tuple(_stamp_of(path) for path in self._paths)


def _stamp_of(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
