"""How long a question about a policy may take."""

from __future__ import annotations

import time


class OutOfTimeError(Exception):
    """The time for a question is used up."""


class Clock:
    """How long a question may take: in seconds from now, or in looks at the clock, which are the same each time."""

    def __init__(self, seconds: float, looks: int | None = None) -> None:
        self._end = time.monotonic() + seconds
        self._looks = looks

    def check(self, looks: int = 1) -> None:
        """Raises OutOfTimeError once it took too long; `looks` is for how many this one counts."""
        if self._looks is None:
            is_over = time.monotonic() > self._end
        else:
            self._looks -= looks
            is_over = self._looks < 0
        if is_over:
            raise OutOfTimeError
