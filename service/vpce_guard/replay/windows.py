"""Judges a window of records: first as they were made, which must give what was recorded, then under the candidate.

Runs in worker processes. Nothing of what is compared is decided here: inputs, judge and compare do.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic_core import to_json

from vpce_guard.compare import About, Found, Outcome, about, compare
from vpce_guard.engines import checked
from vpce_guard.errors import BundleError, EngineError
from vpce_guard.inputs import recorded, rego_input
from vpce_guard.judge import Terms, judge
from vpce_guard.model import Json, Profile, Proposal
from vpce_guard.org.data import Effective, OrgData
from vpce_guard.replay.affected import merged
from vpce_guard.replay.candidate import Candidate
from vpce_guard.replay.erased import read_by
from vpce_guard.replay.kept import Library, Opened, org_under, profile_under
from vpce_guard.replay.results import Part, Reason
from vpce_guard.replay.sources import Record, Recorded

_BATCH = 40  # proposals of one call: more would share more and leave more garbage behind
_MOST_TERMS = 64  # kept at hand
_MOST_OUTCOMES = 4000  # kept at hand for each
_NOTHING: Json = {"violations": [], "undetermined": []}
ENGINE = "(engine)"  # the "rule" of a candidate that gives no answer: what it would refuse


@dataclass(frozen=True)
class _Terms:
    """Terms, what runs their bundle, and the outcomes of answers under them by effective org data and strictness.

    The org data of the terms hold all their effective org data, so that the identity of one tells it apart.
    """

    terms: Terms
    opened: Opened
    outcomes: OrderedDict[tuple[bytes, int, bool], Outcome] = field(default_factory=OrderedDict)


class _LeftOutError(Exception):
    """Why a record cannot be made again."""

    def __init__(self, code: Reason, what: About | None, detail: str) -> None:
        super().__init__(detail)
        self.code: Reason = code
        self.what = what
        self.detail = detail


@dataclass
class _Case:
    """A record on its way: what it is about, its proposal, under what it was judged, and what came of it."""

    number: int
    what: About
    proposal: Proposal
    before: Outcome
    strict: bool
    terms: _Terms
    effective: Effective
    answer: Json | None = None
    problem: str = ""


@dataclass
class Judge:
    """Judges windows, with everything it has opened and judged before at hand."""

    library: Library
    candidate: Candidate
    _candidate: Opened | None = None
    _candidate_orgs: dict[str, OrgData] = field(default_factory=dict)
    _terms: dict[tuple[str, str, Profile], _Terms] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.candidate.bundle is not None:
            self._candidate = Opened(self.candidate.bundle, self.library.place)

    def judged(self, records: Sequence[Record]) -> Part:
        """What came of a window. Raises SettingsError where the candidate and recorded org data do not go together."""
        part = Part(read=len(records))
        cases = []
        for number, record in enumerate(records):
            try:
                cases.append(self._case(number, record))
            except _LeftOutError as reason:
                part.left_out(reason.code, reason.what, reason.detail)
        self._reproduce(cases)
        same = []
        for case in cases:
            part.seen(case.what.timestamp)
            if case.answer is None:
                part.left_out("engine", case.what, case.problem)
            elif (found := self._outcome(case, case.answer, case.terms, case.effective)) != case.before:
                part.left_out("differs", case.what, _difference(case.before, found))
            else:
                same.append(case)
        after = self._under_candidate(same)
        for case in same:
            outcome = after[case.number]
            part.tally.add(case.what, compare(case.before, outcome), before=case.before, after=outcome)
        return part

    def _case(self, number: int, record: Record) -> _Case:
        """A record with all it takes to judge it. Raises _LeftOutError where something is missing."""
        try:
            read = record.read()
            what = about(read.result, read.input)
            before = Outcome.of_recorded(read.result)
            revision, profile = read.result["bundle"]["revision"], read.input["profile"]
            org_revision = (read.result["org"] or {"revision": ""})["revision"]
            proposal = recorded(read.input)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _LeftOutError("unreadable", None, f"{type(error).__name__}: {error}") from None
        if read.result.get("error") is not None:
            raise _LeftOutError("no_decision", what, read.result["error"])
        opened = self.library.bundle(revision)
        if opened is None:
            raise _LeftOutError("bundle_not_kept", what, f"bundle {revision[:12]}")
        org = self.library.org(org_revision, opened)
        if org is None:
            raise _LeftOutError("org_data_not_kept", what, f"org data {org_revision[:12]}")
        if read.erased and (reader := self._reader(read, opened)):
            raise _LeftOutError("erased", what, reader)
        terms = self._under(opened, org, profile)
        return _Case(
            number=number,
            what=what,
            proposal=proposal,
            before=before,
            strict=read.result.get("strict", False),
            terms=terms,
            effective=terms.terms.org.of(proposal.context),
        )

    def _reader(self, read: Recorded, opened: Opened) -> str | None:
        bundles = [opened.bundle, *([self._candidate.bundle] if self._candidate else [])]
        return next((why for bundle in bundles if (why := read_by(read.erased, bundle))), None)

    def _under(self, opened: Opened, org: OrgData, profile: Profile) -> _Terms:
        key = (opened.bundle.revision, org.revision, profile)
        if key not in self._terms:
            if len(self._terms) >= _MOST_TERMS:
                self._terms.clear()
            bundle = opened.bundle
            self._terms[key] = _Terms(
                Terms(rules=bundle.rules, revision=bundle.revision, profile=profile, org=org), opened
            )
        return self._terms[key]

    def _reproduce(self, cases: Sequence[_Case]) -> None:
        """Ask each recorded bundle about the proposals that were judged under it."""
        groups: dict[str, list[_Case]] = defaultdict(list)
        for case in cases:
            groups[case.terms.opened.bundle.revision].append(case)
        for group in groups.values():
            asks = [_Ask(case, case.proposal, case.terms, case.effective) for case in group]
            for case, answer in zip(group, _answers(asks, group[0].terms.opened), strict=True):
                case.answer, case.problem = (answer, "") if isinstance(answer, dict) else (None, answer)

    def _under_candidate(self, cases: Sequence[_Case]) -> dict[int, Outcome]:
        """The outcome of each case under the candidate, by its number; one without an answer is refused."""
        groups: dict[tuple[str, str, bool], list[_Ask]] = defaultdict(list)
        outcomes: dict[int, Outcome] = {}
        for case in cases:
            terms = self._candidate_terms(case)
            effective = terms.terms.org.of(case.proposal.context)
            same_org = effective.rules == case.effective.rules and terms.terms.profile == case.terms.terms.profile
            if same_org and terms.opened.bundle.revision == case.terms.opened.bundle.revision:
                assert case.answer is not None  # noqa: S101 - only what was reproduced is judged again
                outcomes[case.number] = self._outcome(case, case.answer, terms, effective)
                continue
            key = (case.terms.opened.bundle.revision, terms.opened.bundle.revision, not same_org)
            groups[key].append(_Ask(case, case.proposal, terms, effective))
        for (_, _, other_org), asks in groups.items():
            for ask, answer in zip(asks, self._again(asks, other_org=other_org), strict=True):
                outcomes[ask.case.number] = (
                    self._outcome(ask.case, answer, ask.terms, ask.effective)
                    if isinstance(answer, dict)
                    else Outcome(False, frozenset({Found(ENGINE, "", answer, "deny")}), frozenset(), frozenset())
                )
        return outcomes

    def _candidate_terms(self, case: _Case) -> _Terms:
        opened = self._candidate or case.terms.opened
        old = case.terms.terms.org
        if self.candidate.org is not None:
            org = self._candidate_org(opened)
        elif opened is case.terms.opened:
            org = old
        else:
            found = self.library.org(old.revision, opened)
            org = found if found is not None else old
        return self._under(opened, org, profile_under(case.terms.terms.profile, old, org))

    def _candidate_org(self, opened: Opened) -> OrgData:
        assert self.candidate.org is not None  # noqa: S101 - its caller looked
        revision = opened.bundle.revision
        if revision not in self._candidate_orgs:
            self._candidate_orgs[revision] = org_under(self.candidate.org, opened.bundle)
        return self._candidate_orgs[revision]

    def _again(self, asks: Sequence[_Ask], *, other_org: bool) -> list[Json | str]:
        """The candidate's answers: from the rules that may answer otherwise, where that can be told, else from all."""
        recorded_bundle, candidate = asks[0].case.terms.opened, asks[0].terms.opened
        again = self.library.again(recorded_bundle, candidate, org=other_org, count=len(asks))
        before = [ask.case.answer or {} for ask in asks]
        there = candidate.bundle.rules
        if again.what is not None and not again.what.rules and not again.what.others_too:
            return [merged(old, {**old, **_NOTHING}, frozenset(), there) for old in before]
        if again.what is None or again.short is None:
            return _answers(asks, candidate)
        found = _answers(asks, again.short)
        return [
            merged(old, new, again.what.rules, there) if isinstance(new, dict) else new
            for old, new in zip(before, found, strict=True)
        ]

    def _outcome(self, case: _Case, answer: Json, terms: _Terms, effective: Effective) -> Outcome:
        """What judge() makes of an answer; the same answer under the same terms is judged once."""
        key = (hashlib.blake2b(to_json(answer), digest_size=16).digest(), id(effective), case.strict)
        kept = terms.outcomes.get(key)
        if kept is None:
            (evaluation,) = checked([answer], count=1, engine="embedded").evaluations
            kept = Outcome.of(judge(evaluation, terms.terms, effective, strict=case.strict))
            terms.outcomes[key] = kept
            if len(terms.outcomes) > _MOST_OUTCOMES:
                terms.outcomes.popitem(last=False)
        return kept


class _Ask(NamedTuple):
    """A case, and under what its proposal is to be judged."""

    case: _Case
    proposal: Proposal
    terms: _Terms
    effective: Effective

    @property
    def input(self) -> Json:
        return rego_input(self.proposal, self.terms.terms.profile, self.effective)


def _answers(asks: Sequence[_Ask], opened: Opened) -> list[Json | str]:
    """The raw answer to each, in order, or why there is none. Those of one VPC are asked together: they share a lot."""
    order = sorted(range(len(asks)), key=lambda at: _neighbourhood(asks[at].proposal))
    answers: list[Json | str] = [""] * len(asks)
    for start in range(0, len(order), _BATCH):
        together = order[start : start + _BATCH]
        found = _asked([asks[at].input for at in together], opened)
        for at, answer in zip(together, found, strict=True):
            answers[at] = answer
    return answers


def _neighbourhood(proposal: Proposal) -> tuple[str, str]:
    vpc = (proposal.endpoint or proposal.current or proposal.request).get("VpcId")
    return str(proposal.context.get("AccountId")), str(vpc)


def _asked(inputs: list[Json], opened: Opened) -> list[Json | str]:
    """The answers of one call; where it fails, of a call for each."""
    try:
        return [_of_revision(answer, opened) for answer in opened.engine.answers(inputs)]
    except EngineError as error:
        if len(inputs) == 1:
            return [str(error)]
        return [answer for one in inputs for answer in _asked([one], opened)]
    except BundleError as error:
        return [str(error)] * len(inputs)


def _of_revision(answer: Any, opened: Opened) -> Json:
    if not isinstance(answer, dict) or answer.get("revision") != opened.bundle.revision:
        raise EngineError("The engine answered under another bundle revision.")
    return answer


def _difference(before: Outcome, found: Outcome) -> str:
    difference = compare(before, found)
    return f"{difference.kind.replace('_', ' ')}: {', '.join(difference.rules) or 'no rule'}"
