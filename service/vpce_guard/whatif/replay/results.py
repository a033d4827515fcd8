"""What comes of a replay: of a window, of all of it so far, and as it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from vpce_guard import DOCUMENTATION
from vpce_guard.model import Json
from vpce_guard.whatif.compare import DecisionRef, Tally

Reason = Literal["bundle_not_kept", "org_data_not_kept", "erased", "differs", "no_decision", "engine", "unreadable"]
REASONS: tuple[Reason, ...] = get_args(Reason)
WORDS: Mapping[Reason, str] = {
    "bundle_not_kept": "the bundle it was made under is not kept",
    "org_data_not_kept": "the org data it was made under are not kept",
    "erased": "rules read what was erased from the record",
    "differs": "made again, it comes out otherwise",
    "no_decision": "no decision could be made then",
    "engine": "the engine gave no answer now",
    "unreadable": "the record cannot be read: it is of another version",
}
MOST_LISTED = 20  # decisions listed for each reason


@dataclass(frozen=True)
class LeftOutDecision:
    """A decision that could not be made again, and why; the id is None where the record cannot be read."""

    decision_id: str | None
    timestamp: str | None
    address: str | None
    detail: str


@dataclass
class Part:
    """What came of some records, in order. Its size is bounded."""

    read: int = 0
    tally: Tally = field(default_factory=Tally)
    reasons: dict[Reason, int] = field(default_factory=dict)
    listed: dict[Reason, list[LeftOutDecision]] = field(default_factory=dict)
    first: str | None = None
    last: str | None = None

    def note_time(self, timestamp: str) -> None:
        """Note the time of a decision that was judged."""
        self.first = min(self.first or timestamp, timestamp)
        self.last = max(self.last or timestamp, timestamp)

    def leave_out(self, reason: Reason, what: DecisionRef | None, detail: str) -> None:
        """Count and list one that could not be made again."""
        self.reasons[reason] = self.reasons.get(reason, 0) + 1
        listed = self.listed.setdefault(reason, [])
        if len(listed) < MOST_LISTED:
            listed.append(
                LeftOutDecision(
                    decision_id=what.decision_id if what else None,
                    timestamp=what.timestamp if what else None,
                    address=what.address if what else None,
                    detail=detail[:500],
                )
            )

    def merge(self, later: Part) -> None:
        """Add what came of the records after these."""
        self.read += later.read
        self.tally.merge(later.tally)
        for reason, number in later.reasons.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + number
            listed = self.listed.setdefault(reason, [])
            listed += later.listed[reason][: MOST_LISTED - len(listed)]
        for timestamp in (later.first, later.last):
            if timestamp is not None:
                self.note_time(timestamp)

    def as_json(self) -> Json:
        """The same as JSON values."""
        return {
            "read": self.read,
            "tally": self.tally.as_json(),
            "reasons": self.reasons,
            "listed": {reason: [vars(one) for one in listed] for reason, listed in self.listed.items()},
            "first": self.first,
            "last": self.last,
        }

    @classmethod
    def from_json(cls, values: Json) -> Part:
        """What as_json() gave. Raises KeyError, TypeError or ValueError for anything else."""
        listed = {reason: [LeftOutDecision(**one) for one in ones] for reason, ones in values["listed"].items()}
        return cls(**{**values, "tally": Tally.from_json(values["tally"]), "listed": listed})


def sum_parts(parts: Iterable[Part]) -> Part:
    """What came of parts that follow each other."""
    whole = Part()
    for part in parts:
        whole.merge(part)
    return whole


@dataclass(frozen=True, kw_only=True)
class ReplayResult:
    """A finished replay, as reports tell it.

    `selection` is what was asked for, in words; `docs_url` is where the pages about rules are.
    """

    candidate: str
    bundle_revision: str | None
    org_data: str | None
    source: str
    selection: Mapping[str, str]
    part: Part
    docs_url: str = DOCUMENTATION

    @property
    def tally(self) -> Tally:
        """The comparisons."""
        return self.part.tally

    @property
    def not_reproduced(self) -> int:
        """How many decisions could not be made again."""
        return sum(self.part.reasons.values())

    @property
    def newly_denied(self) -> int:
        """How many decisions the candidate would have refused that were allowed."""
        return self.tally.kinds["newly_denied"]

    @property
    def newly_allowed(self) -> int:
        """How many decisions the candidate would have allowed that were refused."""
        return self.tally.kinds["newly_allowed"]
