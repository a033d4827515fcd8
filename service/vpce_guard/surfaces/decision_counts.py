"""Decisions counted, in one pass over them: an audit reads each from a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vpce_guard.model import Decision


@dataclass(frozen=True, kw_only=True)
class DecisionCounts:
    """How many decisions there are, and how many of each kind.

    `warned` are those in which a rule warns, `fine_but_warned` those of them that are allowed. `waived` counts
    violations, everything else decisions.
    """

    all: int = 0
    allowed: int = 0
    failed: int = 0
    denied: int = 0
    warned: int = 0
    fine_but_warned: int = 0
    unsure: int = 0
    waived: int = 0

    @classmethod
    def count(cls, decisions: Iterable[Decision]) -> DecisionCounts:
        """The counts of decisions; one that could not be made is not allowed, and not denied either."""
        counts = dict.fromkeys(cls.__dataclass_fields__, 0)
        for one in decisions:
            is_warned = any(violation.enforcement_action == "warn" for violation in one.violations)
            counts["all"] += 1
            counts["allowed"] += one.allowed
            counts["failed"] += one.error is not None
            counts["denied"] += not one.allowed and one.error is None
            counts["warned"] += is_warned
            counts["fine_but_warned"] += is_warned and one.allowed
            counts["unsure"] += bool(one.undetermined)
            counts["waived"] += len(one.waived)
        return cls(**counts)
