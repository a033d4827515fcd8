"""How far a replay has come, in a file, so that one that was stopped goes on where it was.

The file is replaced as a whole; what was judged after it was last written is judged again.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json

from vpce_guard.errors import SettingsError
from vpce_guard.model import Json
from vpce_guard.whatif.replay.results import Part

_VERSION = 1


@dataclass
class Checkpoint:
    """What has come of a replay up to a place in its source. `until` is the moment the log is read up to."""

    until: str
    resume_at: Json | None
    part: Part


def identity(*told: Any) -> str:
    """What tells one replay from another: a hash of what it is of."""
    return hashlib.sha256(to_json([_VERSION, *told])).hexdigest()


def read_checkpoint(path: Path, of: str) -> Checkpoint | None:
    """The state in a file; None where there is no file. Raises SettingsError for that of another replay."""
    try:
        values = from_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _unusable_error(path, f"it cannot be read: {error}") from None
    if not isinstance(values, dict) or values.get("of") != of:
        raise _unusable_error(path, "it is of another replay: another candidate, source or choice of decisions")
    try:
        return Checkpoint(until=values["until"], resume_at=values["place"], part=Part.from_json(values["part"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unusable_error(path, f"{type(error).__name__}: {error}") from None


def write_checkpoint(path: Path, of: str, checkpoint: Checkpoint) -> None:
    """Write the file as a whole. Raises SettingsError where that is not possible."""
    values = {"of": of, "until": checkpoint.until, "place": checkpoint.resume_at, "part": checkpoint.part.as_json()}
    partial = path.with_name(f".{path.name}.new")
    try:
        with partial.open("wb") as file:
            file.write(to_json(values))
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError as error:
        raise _unusable_error(path, f"it cannot be written: {error.strerror}") from None


def _unusable_error(path: Path, why: str) -> SettingsError:
    return SettingsError(f"The state file {path} cannot be used: {why}.", advice="Give another file with --resume.")
