"""What lint has to say: a finding with its check, file and line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Finding:
    """One thing a check found."""

    check: str
    path: Path
    line: int
    message: str
