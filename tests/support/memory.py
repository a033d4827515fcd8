"""Temporary folders in memory, where there is much: on a disk, making and removing files takes most of their time."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import suppress

_MEMORY = "/dev/shm"  # noqa: S108 - what is made in it has random names
_LEAST = 8 << 30  # bytes that are free; a whole run takes less than two


def use_memory() -> None:
    """Make temporary folders in memory from now on, here and in processes, and remove all at the end.

    Not where TMPDIR says another place, which keeps the folders of tests that failed.
    """
    with suppress(OSError):
        found = os.statvfs(_MEMORY)
        if found.f_bavail * found.f_frsize > _LEAST and not found.f_flag & os.ST_NOEXEC and "TMPDIR" not in os.environ:
            folder = tempfile.mkdtemp(prefix="vpce-", dir=_MEMORY)
            os.chmod(folder, 0o755)  # noqa: S103 - the tests' PostgreSQL is another user
            atexit.register(_remove, folder, os.getpid())
            os.environ["TMPDIR"] = tempfile.tempdir = folder


def _remove(folder: str, owner: int) -> None:
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
