"""Folders outside of what is installed: where there are none, as in a container, what to set instead."""

from __future__ import annotations

import tempfile
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

from vpce_guard.errors import SettingsError

_NAME = "vpce-guard"


def cache_folder() -> Path | None:
    """The user's cache; None for a user without a home, whom it costs time and nothing else."""
    try:
        return user_cache_path(_NAME)
    except RuntimeError:
        return None


def data_folder() -> Path:
    """Where the user's data are kept. Raises SettingsError for a user without a home."""
    try:
        return user_data_path(_NAME)
    except RuntimeError:
        raise SettingsError(
            "There is no folder to keep decisions in: this user has no home directory.",
            advice="Set VPCE_GUARD_DATABASE_URL, for example to sqlite:////data/decisions.db, or HOME.",
        ) from None


def make_temporary_folder(prefix: str = "vpce-guard-") -> tempfile.TemporaryDirectory[str]:
    """A folder that goes away after the block. Raises SettingsError where none can be made."""
    try:
        return tempfile.TemporaryDirectory(prefix=prefix)
    except OSError as error:
        raise SettingsError(
            f"No temporary folder can be made: {error.strerror or error}.",
            advice="Set TMPDIR to a folder that can be written to.",
        ) from None
