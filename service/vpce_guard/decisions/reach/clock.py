"""How long a question about a policy may take."""

from __future__ import annotations

import time

_BETWEEN = 1_000  # steps between two looks at the time


class OutOfTimeError(Exception):
    """The time for a question is used up."""


class Clock:
    """How long a question may take: in seconds from now, or in steps, which are the same each time.

    A step is about a microsecond of work. Whoever loops tells the steps of what it does, before it does it.
    """

    def __init__(self, seconds: float, steps: int | None = None) -> None:
        self.used = 0
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._most = steps
        self._next = _BETWEEN

    @property
    def why_over(self) -> str:
        """What to say of a question that took too long."""
        if self._most is not None:
            return "it takes more than a decision has for it"
        return f"the time of {self._seconds * 1000:g} ms was used up"

    def check(self, steps: int = 1) -> None:
        """Raises OutOfTimeError where steps that are about to be made take too long."""
        self.used += steps
        if self._most is not None:
            is_over = self.used > self._most
        elif self.used < self._next:
            return
        else:
            self._next = self.used + _BETWEEN
            is_over = time.monotonic() > self._end
        if is_over:
            raise OutOfTimeError
