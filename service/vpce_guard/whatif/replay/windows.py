"""Judges a window of records: first as they were made, which must give what was recorded, then under the candidate.

Runs in worker processes. Nothing of what is compared is decided here: inputs, judge and compare do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic_core import from_json

from vpce_guard.decisions.existing import as_before
from vpce_guard.decisions.inputs import read_recorded
from vpce_guard.decisions.judge import Terms
from vpce_guard.model import Json, Profile
from vpce_guard.org.data import EffectiveOrg, OrgData
from vpce_guard.whatif.compare import ComparedViolation, Outcome, compare, decision_ref
from vpce_guard.whatif.replay.affected import merge_answers
from vpce_guard.whatif.replay.alike import OutcomePair, ProposalKey, SeenProposals, key_of
from vpce_guard.whatif.replay.asking import CandidateQuestion, ask_engine
from vpce_guard.whatif.replay.candidate import Candidate
from vpce_guard.whatif.replay.cases import (
    UNREADABLE,
    CaseTerms,
    LeftOutError,
    ReplayCase,
    WindowResult,
    unreadable_error,
)
from vpce_guard.whatif.replay.erased import find_reader
from vpce_guard.whatif.replay.library import Library, OpenBundle, org_under, profile_under
from vpce_guard.whatif.replay.moments import moments
from vpce_guard.whatif.replay.results import Part
from vpce_guard.whatif.replay.sources import ParsedRecord, Record

_MOST_TERMS = 64  # kept at hand
_NOTHING: Json = {"violations": [], "undetermined": []}
ENGINE = "(engine)"  # the "rule" of a candidate that gives no answer: what it would refuse


_Reads = dict[int, tuple[ParsedRecord, tuple[ProposalKey, str] | None]]  # records by number, with key and instant


@dataclass
class Judge:
    """Judges windows, with everything it has opened and judged before at hand."""

    library: Library
    candidate: Candidate
    reuse: bool = True
    _candidate: OpenBundle | None = None
    _candidate_orgs: dict[str, OrgData] = field(default_factory=dict)
    _terms: dict[tuple[str, str, Profile], CaseTerms] = field(default_factory=dict)
    _alike: SeenProposals = field(default_factory=SeenProposals)

    def __post_init__(self) -> None:
        if self.candidate.bundle is not None:
            self._candidate = OpenBundle(self.candidate.bundle, self.library.workspace)

    def judge(self, records: Sequence[Record]) -> Part:
        """What came of a window. Raises SettingsError where the candidate and recorded org data do not go together."""
        told = WindowResult()
        first: _Reads = {}
        later: _Reads = {}
        seen: set[ProposalKey] = set()
        for number, record in enumerate(records):
            try:
                read = record.read()
                alike = key_of(read) if self.reuse else None
                known = alike is not None and self._reuse(number, read, alike, told)
            except UNREADABLE as error:
                told.left_out[number] = unreadable_error(error)
                continue
            if alike is not None and alike[0] in seen:
                later[number] = (read, alike)  # what comes of the first is known then
            elif not known:
                first[number] = (read, alike)
                seen |= {alike[0]} if alike else set()
        self._judge(first, told)
        rest = {n: (read, alike) for n, (read, alike) in later.items() if not self._reuse(n, read, alike, told)}
        self._judge(rest, told)
        return told.as_part(len(records))

    def _reuse(
        self, number: int, read: ParsedRecord, alike: tuple[ProposalKey, str] | None, told: WindowResult
    ) -> bool:
        """Whether what came of a record is known from one that is alike; where it is, it is told."""
        found = self._alike.find(*alike) if alike else None
        if found is None or found[1].before != Outcome.from_recorded(read.result):
            return False
        told.compared[number] = (decision_ref(read.result, found[0]), found[1])
        return True

    def _judge(self, reads: _Reads, told: WindowResult) -> None:
        cases = []
        for number, (read, alike) in reads.items():
            try:
                cases.append(self._case(number, read, alike))
            except LeftOutError as reason:
                told.left_out[number] = reason
        self._reproduce(cases)
        same = []
        for case in cases:
            if case.answer is None:
                told.left_out[case.number] = LeftOutError("engine", case.what, case.problem)
                continue
            found = _judge_change(case, case.answer, case.terms, case.effective)
            if found != case.before:
                told.left_out[case.number] = LeftOutError("differs", case.what, _difference(case.before, found))
            else:
                same.append(case)
        after = self._under_candidate(same)
        for case in same:
            both = OutcomePair(case.before, after[case.number])
            told.compared[case.number] = (case.what, both)
            if case.alike is not None and case.after is not None and self._can_ignore_time(case):
                named = moments(case.effective, case.after)
                grouped = {
                    "context": {"AccountId": case.proposal.context.get("AccountId")},
                    "labels": case.proposal.labels,
                }
                self._alike.keep(*case.alike, both, moments=named, grouped=grouped)

    def _can_ignore_time(self, case: ReplayCase) -> bool:
        """Whether neither bundle does more with the time than compare it."""
        candidate = self._candidate or case.terms.opened
        return case.terms.opened.only_compares_time and candidate.only_compares_time

    def _case(self, number: int, read: ParsedRecord, alike: tuple[ProposalKey, str] | None) -> ReplayCase:
        """A record with all it takes to judge it. Raises LeftOutError where something is missing."""
        try:
            given = from_json(read.text)
            what = decision_ref(read.result, given)
            before = Outcome.from_recorded(read.result)
            revision, profile = read.result["bundle"]["revision"], given["profile"]
            org_revision = (read.result["org"] or {"revision": ""})["revision"]
            proposal = read_recorded(given)
        except UNREADABLE as error:
            raise unreadable_error(error) from None
        if read.result.get("error") is not None:
            raise LeftOutError("no_decision", what, read.result["error"])
        opened = self.library.bundle(revision)
        if opened is None:
            raise LeftOutError("bundle_not_kept", what, f"bundle {revision[:12]}")
        org = self.library.org(org_revision, opened)
        if org is None:
            raise LeftOutError("org_data_not_kept", what, f"org data {org_revision[:12]}")
        if read.erased and (reader := self._reader(read, opened)):
            raise LeftOutError("erased", what, reader)
        terms = self._terms_under(opened, org, profile)
        return ReplayCase(
            number=number,
            what=what,
            proposal=proposal,
            before=before,
            strict=read.result.get("strict", False),
            terms=terms,
            effective=terms.terms.org.effective_for(proposal.context),
            alike=alike,
        )

    def _reader(self, read: ParsedRecord, opened: OpenBundle) -> str | None:
        bundles = [opened.bundle, *([self._candidate.bundle] if self._candidate else [])]
        return next((why for bundle in bundles if (why := find_reader(read.erased, bundle))), None)

    def _terms_under(self, opened: OpenBundle, org: OrgData, profile: Profile) -> CaseTerms:
        key = (opened.bundle.revision, org.revision, profile)
        if key not in self._terms:
            if len(self._terms) >= _MOST_TERMS:
                self._terms.clear()
            bundle = opened.bundle
            self._terms[key] = CaseTerms(
                Terms(rules=bundle.rules, revision=bundle.revision, profile=profile, org=org), opened
            )
        return self._terms[key]

    def _reproduce(self, cases: Sequence[ReplayCase]) -> None:
        """Ask each recorded bundle about the proposals that were judged under it."""
        groups: dict[str, list[ReplayCase]] = defaultdict(list)
        for case in cases:
            groups[case.terms.opened.bundle.revision].append(case)
        for group in groups.values():
            asks = [CandidateQuestion(case.proposal, case.terms.terms.profile, case.effective) for case in group]
            for case, answer in zip(group, ask_engine(asks, group[0].terms.opened), strict=True):
                case.answer, case.problem = (answer, "") if isinstance(answer, dict) else (None, answer)

    def _under_candidate(self, cases: Sequence[ReplayCase]) -> dict[int, Outcome]:
        """The outcome of each case under the candidate, by its number; one without an answer is refused."""
        groups: dict[tuple[str, str, bool], list[ReplayCase]] = defaultdict(list)
        outcomes: dict[int, Outcome] = {}
        for case in cases:
            case.candidate = terms = self._candidate_terms(case)
            case.after = terms.terms.org.effective_for(case.proposal.context)
            old = case.terms
            same_org = case.after.rules == case.effective.rules and terms.terms.profile == old.terms.profile
            groups[old.opened.bundle.revision, terms.opened.bundle.revision, not same_org].append(case)
        for (before, after, other_org), group in groups.items():
            same = before == after and not other_org
            found = [case.answer or "" for case in group] if same else self._ask_candidate(group, other_org=other_org)
            for case, answer in zip(group, found, strict=True):
                assert case.candidate is not None  # noqa: S101 - set above
                assert case.after is not None  # noqa: S101 - set above
                outcomes[case.number] = (
                    _judge_change(case, answer, case.candidate, case.after)
                    if isinstance(answer, dict)
                    else _refusal(answer)
                )
        return outcomes

    def _candidate_terms(self, case: ReplayCase) -> CaseTerms:
        opened = self._candidate or case.terms.opened
        old = case.terms.terms.org
        if self.candidate.org is not None:
            org = self._candidate_org(opened)
        elif opened is case.terms.opened:
            org = old
        else:
            found = self.library.org(old.revision, opened)
            org = found if found is not None else old
        return self._terms_under(opened, org, profile_under(case.terms.terms.profile, old, org))

    def _candidate_org(self, opened: OpenBundle) -> OrgData:
        assert self.candidate.org is not None  # noqa: S101 - its caller looked
        revision = opened.bundle.revision
        if revision not in self._candidate_orgs:
            self._candidate_orgs[revision] = org_under(self.candidate.org, opened.bundle)
        return self._candidate_orgs[revision]

    def _ask_candidate(self, cases: Sequence[ReplayCase], *, other_org: bool) -> list[Json | str]:
        """The candidate's answers: from the rules that may answer otherwise, where that can be told, else from all."""
        candidate = cases[0].candidate
        assert candidate is not None  # noqa: S101 - its caller set it
        recorded_bundle, opened = cases[0].terms.opened, candidate.opened
        again = self.library.candidate_run(recorded_bundle, opened, org=other_org, count=len(cases))
        before, there = [case.answer or {} for case in cases], opened.bundle.rules
        if again.what is not None and not again.what.rules and not again.what.others_too:
            return [merge_answers(old, {**old, **_NOTHING}, frozenset(), there) for old in before]
        asks = [
            CandidateQuestion(c.proposal, c.candidate.terms.profile, c.after) for c in cases if c.candidate and c.after
        ]
        if again.what is None or again.short is None:
            return ask_engine(asks, opened)
        return [
            merge_answers(old, new, again.what.rules, there) if isinstance(new, dict) else new
            for old, new in zip(before, ask_engine(asks, again.short), strict=True)
        ]


def _judge_change(case: ReplayCase, answer: Json, terms: CaseTerms, effective: EffectiveOrg) -> Outcome:
    """The outcome of an answer, without denying an update for what was wrong before it, where that is told."""
    outcome = terms.judge(answer, effective, strict=case.strict)
    if outcome.allowed or case.proposal.before is None:
        return outcome
    ask = CandidateQuestion(as_before(case.proposal), terms.terms.profile, effective)
    (existing,) = ask_engine([ask], terms.opened)
    if not isinstance(existing, dict):
        return _refusal(existing)
    return terms.judge(answer, effective, strict=case.strict, existing=existing)


def _refusal(why: str) -> Outcome:
    """What comes of no answer."""
    return Outcome(False, frozenset({ComparedViolation(ENGINE, "", why, "deny")}), frozenset(), frozenset())


def _difference(before: Outcome, found: Outcome) -> str:
    difference = compare(before, found)
    return f"{difference.kind.replace('_', ' ')}: {', '.join(difference.rules) or 'no rule'}"
