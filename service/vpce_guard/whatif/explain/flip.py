"""The smallest change of a request that turns the answer. Everything that is told was judged; nothing is guessed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from pydantic_core import to_json

from vpce_guard.bundle.rules import Rule
from vpce_guard.decisions import fixes
from vpce_guard.decisions.judge import Terms
from vpce_guard.decisions.observer import NO_OBSERVER
from vpce_guard.decisions.verdicts import AskedProposal, judge_proposals, lower_existing
from vpce_guard.engines import Engine
from vpce_guard.model import Json, Proposal, Verdict
from vpce_guard.whatif.explain.changes import propose_changes
from vpce_guard.whatif.explain.types import Flip

Patch = tuple[Json, ...]
_BATCH = 20  # changes judged in one call of the engine
_FIXES = 3  # so many fixes of rules are tried together
_STEPS = 8  # longest change that is built step by step
_PAIRED = 24  # single edits that are tried in pairs


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How many changes are judged at most, and for how many seconds."""

    changes: int = 600
    seconds: float = 5.0


async def smallest_flip(
    proposal: Proposal,
    verdict: Verdict,
    *,
    terms: Terms,
    engine: Engine,
    services: Json,
    strict: bool = False,
    budget: Budget | None = None,
) -> Flip:
    """The smallest change that was tried: the fewest operations, then the fewest values lost, then the shortest.

    First the fixes of the rules that deny, alone and together, then single edits of what the rules read, then pairs,
    then edit upon edit while fewer rules deny. Raises EngineError.
    """
    search = _Search(proposal, verdict, terms=terms, engine=engine, strict=strict, budget=budget or Budget())
    ready = _fixes(verdict)
    rules = [
        r for r in terms.rules.values() if verdict.allowed or r.id in _denying_rules(verdict, strict=search.strict)
    ]
    single: list[Patch] = [(edit,) for edit in propose_changes(proposal, _members_read(rules), services)]
    stages: list[Iterable[Patch]] = [
        [p for p in [*ready, *single] if len(p) == 1],
        [p for p in _combine_fixes(ready) if len(p) == 2],
    ]
    found = await search.find_first(stages)
    if found is None:
        better = search.find_better(single)[:_PAIRED] if not verdict.allowed else single[:_PAIRED]
        found = await search.find_first([[(*a, *b) for a, b in combinations(better, 2)], _combine_fixes(ready)])
        if found is None and not verdict.allowed:
            found = await search.step_by_step([*ready, *better])
    return search.as_flip(found)


class _Search:
    """Judges changes of one proposal until the budget is spent."""

    def __init__(
        self, proposal: Proposal, verdict: Verdict, *, terms: Terms, engine: Engine, strict: bool, budget: Budget
    ) -> None:
        self._proposal, self._verdict, self._terms, self._engine = proposal, verdict, terms, engine
        self.strict = strict or terms.org.effective_for(proposal.context).strict
        self._budget = budget
        self._until = time.monotonic() + budget.seconds
        self._tried: dict[bytes, tuple[Patch, Verdict | None]] = {}
        self._spent = False

    async def find_first(self, stages: Iterable[Iterable[Patch]]) -> Patch | None:
        """The shortest change of the first stage that has one that turns the answer."""
        for stage in stages:
            turning = [patch for patch, verdict in await self._judge_all(list(stage)) if self._changes_answer(verdict)]
            if turning:
                return min(turning, key=self._size)
        return None

    def find_better(self, patches: Sequence[Patch]) -> list[Patch]:
        """Those that leave fewer violations that deny, best first."""
        before = self._count_denying(self._verdict)
        found = [
            (self._count_denying(v), self._size(p), p)
            for p in patches
            if (v := self._known_verdict(p)) and self._count_denying(v) < before
        ]
        return [patch for _, _, patch in sorted(found, key=lambda each: each[:2])]

    async def step_by_step(self, parts: Sequence[Patch]) -> Patch | None:
        """The change that grows by the part that leaves the fewest violations, until nothing denies."""
        chosen: Patch = ()
        wrong = self._count_denying(self._verdict)
        while len(chosen) < _STEPS:
            longer = [(*chosen, *part) for part in parts if not _is_part_of(part, chosen)]
            judged = [
                (self._count_denying(v), self._size(p), p) for p, v in await self._judge_all(longer) if v is not None
            ]
            if not judged or min(judged, key=lambda each: each[:2])[0] >= wrong:
                return None
            wrong, _, chosen = min(judged, key=lambda each: each[:2])
            if self._changes_answer(self._known_verdict(chosen)):
                return chosen
        return None

    def as_flip(self, found: Patch | None) -> Flip:
        """What the search came to."""
        to: Literal["allowed", "denied"] = "denied" if self._verdict.allowed else "allowed"
        verdict = self._known_verdict(found) if found else None
        by = tuple(sorted(_denying_rules(verdict, strict=self.strict))) if verdict and to == "denied" else ()
        tried = sum(verdict is not None for _, verdict in self._tried.values())
        if found is None:
            limit = " within the budget" if self._spent else ""
            words = f"None of {tried} changes tried{limit} makes it {to}."
        else:
            changes = "; ".join(_describe(op) for op in found)
            words = f"It would be {to} with: {changes}." + (f" Then {', '.join(by)} would deny." if by else "")
        applied = fixes.fit_patch(found, self._proposal)[0] if found else None
        return Flip(to=to, patch=applied, denied_by=by, tried=tried, exhausted=not self._spent, words=words)

    async def _judge_all(self, patches: Sequence[Patch]) -> list[tuple[Patch, Verdict | None]]:
        new = {key: patch for patch in patches if (key := to_json(patch)) not in self._tried}
        keys = list(new)
        for start in range(0, len(keys), _BATCH):
            if len(self._tried) >= self._budget.changes or time.monotonic() > self._until:
                self._spent = True
                break
            await self._judge([new[key] for key in keys[start : start + _BATCH]])
        return [self._tried[key] for patch in patches if (key := to_json(patch)) in self._tried]

    async def _judge(self, patches: Sequence[Patch]) -> None:
        changed = [(patch, fixes.fit_patch(patch, self._proposal)[1]) for patch in patches]
        whole = [(patch, proposal) for patch, proposal in changed if proposal is not None and _differs(proposal, self)]
        asked = [AskedProposal(one, self._terms.org.effective_for(one.context), self.strict) for _, one in whole]
        options: Any = {"engine": self._engine, "terms": self._terms, "observer": NO_OBSERVER}
        judged = await lower_existing(asked, await judge_proposals(asked, **options), **options)
        self._tried.update({to_json(patch): (patch, None) for patch, _ in changed})
        self._tried.update(
            {to_json(patch): (patch, verdict) for (patch, _), verdict in zip(whole, judged.verdicts, strict=True)}
        )

    def _known_verdict(self, patch: Patch) -> Verdict | None:
        return self._tried.get(to_json(patch), (patch, None))[1]

    def _changes_answer(self, verdict: Verdict | None) -> bool:
        """Whether the answer is the other one; for a denial one that a rule gives, not what is not known."""
        if verdict is None or verdict.allowed == self._verdict.allowed:
            return False
        return verdict.allowed or any(v.enforcement_action == "deny" for v in verdict.violations)

    def _size(self, patch: Patch) -> tuple[int, int, int]:
        """Operations, values of the request that are lost, and length: one subnet is less than the list of all."""
        changed = fixes.fit_patch(patch, self._proposal)[1]
        lost = Counter(_values(self.request))
        lost -= Counter(_values(changed.request if changed else self.request))
        operations, length = _length(patch)
        return operations, lost.total(), length

    def _count_denying(self, verdict: Verdict) -> int:
        denying = sum(v.enforcement_action == "deny" for v in verdict.violations)
        return denying + (len(verdict.undetermined) if self.strict else 0)

    @property
    def request(self) -> Json:
        """The request as it was."""
        return self._proposal.request


def _differs(proposal: Proposal, search: _Search) -> bool:
    return proposal.request != search.request


def _denying_rules(verdict: Verdict, *, strict: bool) -> set[str]:
    unsure = {u.rule_id for u in verdict.undetermined} if strict else set()
    return {v.rule_id for v in verdict.violations if v.enforcement_action == "deny"} | unsure


def _fixes(verdict: Verdict) -> list[Patch]:
    """The fixes that rules propose, of those that deny first."""
    ordered = sorted(verdict.violations, key=lambda v: v.enforcement_action != "deny")
    return list({to_json(v.fix): tuple(v.fix) for v in ordered if v.fix}.values())


def _combine_fixes(patches: Sequence[Patch]) -> list[Patch]:
    """The fixes alone and together, shortest first; of a list the last item is removed first."""
    joined = [
        tuple(sorted((op for patch in chosen for op in patch), key=_removal_order, reverse=True))
        if len(chosen) > 1
        else chosen[0]
        for number in range(1, min(_FIXES, len(patches)) + 1)
        for chosen in combinations(patches, number)
    ]
    everything = tuple(sorted((op for patch in patches for op in patch), key=_removal_order, reverse=True))
    return sorted([*joined, *([everything] if len(patches) > _FIXES else [])], key=_length)


def _removal_order(op: Json) -> tuple[bool, list[tuple[int, str]]]:
    parts = [(int(part), "") if part.isdecimal() else (-1, part) for part in op["path"].split("/")[1:]]
    return op["op"] == "remove", parts


def _is_part_of(part: Patch, chosen: Patch) -> bool:
    return all(op in chosen for op in part)


def _length(patch: Patch) -> tuple[int, int]:
    return len(patch), len(to_json(patch))


def _values(request: Any) -> Iterator[str]:
    """Each single value of a request, at any depth."""
    if isinstance(request, dict | list):
        for item in request.values() if isinstance(request, dict) else request:
            yield from _values(item)
    else:
        yield repr(request)


def _members_read(rules: Iterable[Rule]) -> list[str]:
    """The members of the request that rules read, each once."""
    return list(dict.fromkeys(r for rule in rules for r in rule.reads if r.startswith("/request/")))


def _describe(op: Json) -> str:
    value = f" {to_json(op['value']).decode()}" if "value" in op else ""
    verb = {"add": "add", "remove": "remove", "replace": "set"}.get(op["op"], op["op"])
    joined = " to" if op["op"] == "replace" else ":" if value else ""
    return f"{verb} {op['path']}{joined}{value}"
