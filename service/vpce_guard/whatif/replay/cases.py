"""What a window of records is made of: each record as a case, the terms it is judged under, and what came of it."""

from __future__ import annotations

import hashlib
import zlib
from collections import OrderedDict
from dataclasses import dataclass, field

from pydantic_core import to_json

from vpce_guard.decisions.existing import rules_of_endpoints, without_existing
from vpce_guard.decisions.judge import Terms, judge
from vpce_guard.engines import check_answer
from vpce_guard.model import Json, Proposal, Verdict
from vpce_guard.org.data import EffectiveOrg
from vpce_guard.whatif.compare import DecisionRef, Outcome, compare
from vpce_guard.whatif.replay.alike import OutcomePair, ProposalKey
from vpce_guard.whatif.replay.library import OpenBundle
from vpce_guard.whatif.replay.results import Part, Reason

_MOST_OUTCOMES = 4000  # kept at hand for each
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, zlib.error)  # of a record that is damaged


@dataclass(frozen=True)
class CaseTerms:
    """Terms, what runs their bundle, and the outcomes of answers under them by effective org data and strictness.

    The org data of the terms hold all their effective org data, so that the identity of one tells it apart.
    """

    terms: Terms
    opened: OpenBundle
    outcomes: OrderedDict[tuple[bytes, bytes, int, bool], Outcome] = field(default_factory=OrderedDict)

    def judge(self, answer: Json, effective: EffectiveOrg, *, strict: bool, existing: Json | None = None) -> Outcome:
        """What is decided from an engine's answer; the same answer under the same terms is judged once.

        `existing` is the answer about the endpoint before an update that is judged for what it changes.
        """
        key = (_digest(answer), _digest(existing) if existing is not None else b"", id(effective), strict)
        outcome = self.outcomes.get(key)
        if outcome is None:
            verdict = self._verdict(answer, effective, strict=strict)
            if existing is not None:
                before = self._verdict(existing, effective, strict=strict)
                lowered, deny_unsure = rules_of_endpoints(self.terms.rules.values()), strict or effective.strict
                verdict = without_existing(verdict, before, lowered=lowered, strict=deny_unsure)
            outcome = self.outcomes[key] = Outcome.from_decision(verdict)
            if len(self.outcomes) > _MOST_OUTCOMES:
                self.outcomes.popitem(last=False)
        return outcome

    def _verdict(self, answer: Json, effective: EffectiveOrg, *, strict: bool) -> Verdict:
        (evaluation,) = check_answer([answer], count=1, engine="embedded").evaluations
        return judge(evaluation, self.terms, effective, strict=strict)


def _digest(answer: Json) -> bytes:
    return hashlib.blake2b(to_json(answer), digest_size=16).digest()


class LeftOutError(Exception):
    """Why a record cannot be made again."""

    def __init__(self, code: Reason, what: DecisionRef | None, detail: str) -> None:
        super().__init__(detail)
        self.code: Reason = code
        self.what = what
        self.detail = detail


@dataclass
class ReplayCase:
    """A record on its way: what it is about, its proposal, under what it was judged, and what came of it.

    `alike` is its key and instant where others may be alike; `candidate` and `after` are the terms and the effective
    org data under the candidate.
    """

    number: int
    what: DecisionRef
    proposal: Proposal
    before: Outcome
    strict: bool
    terms: CaseTerms
    effective: EffectiveOrg
    alike: tuple[ProposalKey, str] | None
    answer: Json | None = None
    problem: str = ""
    candidate: CaseTerms | None = None
    after: EffectiveOrg | None = None


@dataclass
class WindowResult:
    """What came of the records of a window, by their number: comparisons, and why others were left out."""

    compared: dict[int, tuple[DecisionRef, OutcomePair]] = field(default_factory=dict)
    left_out: dict[int, LeftOutError] = field(default_factory=dict)

    def as_part(self, read: int) -> Part:
        """The same added up, in the order of the records."""
        part = Part(read=read)
        for number in sorted([*self.compared, *self.left_out]):
            if number in self.left_out:
                reason = self.left_out[number]
                part.leave_out(reason.code, reason.what, reason.detail)
                continue
            what, both = self.compared[number]
            part.note_time(what.timestamp)
            part.tally.add(what, compare(both.before, both.after), before=both.before, after=both.after)
        return part


def unreadable_error(error: Exception) -> LeftOutError:
    """Why a record that cannot be read is left out."""
    return LeftOutError("unreadable", None, f"{type(error).__name__}: {error}")
