"""A candidate beside the bundle in force: judges what was decided, after the answer, within a budget of time.

It changes nothing that anybody is told. What it would have decided otherwise is counted, and sampled with its reasons.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import Engine as Database
from sqlalchemy import delete, insert, select

from vpce_guard.decision_log.tables import SHADOW_TALLIES
from vpce_guard.decisions.judge import Terms
from vpce_guard.decisions.observer import NO_OBSERVER
from vpce_guard.decisions.question import Question
from vpce_guard.decisions.verdicts import AskedProposal, judge_proposals, lower_existing
from vpce_guard.engines import Engine
from vpce_guard.errors import VpceGuardError
from vpce_guard.instants import now
from vpce_guard.logs import Logger
from vpce_guard.model import Decision, Verdict
from vpce_guard.runtime.policy import Policy
from vpce_guard.runtime.rollout.store import RolloutStep
from vpce_guard.settings import Settings
from vpce_guard.whatif.compare import Outcome, Tally, compare, decision_ref

log = Logger("vpce_guard.shadow")
_MOST_WAITING = 500  # requests
_SAVE_EVERY = 2.0  # seconds


@dataclass
class ShadowCounts:
    """Decisions that were judged beside, left out for want of time (or by `shadow_share`), and that failed."""

    judged: int = 0
    skipped: int = 0
    failed: int = 0
    tally: Tally = field(default_factory=Tally)

    def merge(self, other: ShadowCounts) -> None:
        """Add what another process counted."""
        self.judged += other.judged
        self.skipped += other.skipped
        self.failed += other.failed
        self.tally.merge(other.tally)


class Shadow:
    """A candidate's policy, on an engine of its own, for as long as the step that put it here is the last."""

    def __init__(
        self, policy: Policy, step: RolloutStep, settings: Settings, *, database: Database, process: str
    ) -> None:
        self.step = step
        self.counts = ShadowCounts()
        self.policy = policy
        self._settings = settings
        self._database = database
        self._process = process
        self._waiting: deque[tuple[Sequence[Question], Sequence[list[Decision]]]] = deque()
        self._there_is = asyncio.Event()
        self._saved = (0.0, -1)

    def offer(self, questions: Sequence[Question], decided: Sequence[list[Decision]]) -> None:
        """Take up what was just answered; costs the answer nothing but this call."""
        share = self._settings.shadow_share
        if len(self._waiting) >= _MOST_WAITING or (share < 1 and random.random() >= share):  # noqa: S311
            self.counts.skipped += sum(map(len, decided))
            return
        self._waiting.append((questions, decided))
        self._there_is.set()

    async def run(self) -> None:
        """Judge what waits until cancelled, resting so long that the budget holds."""
        try:
            while True:
                await self._save()
                if not self._waiting:
                    self._there_is.clear()
                    try:
                        async with asyncio.timeout(_SAVE_EVERY):
                            await self._there_is.wait()
                    except TimeoutError:
                        continue
                questions, decided = self._waiting.popleft()
                started = time.perf_counter()
                await asyncio.to_thread(self._judge, questions, decided)
                took = time.perf_counter() - started
                await asyncio.sleep(took * (1 / self._settings.shadow_budget - 1))
        finally:
            await self.policy.engine.close()

    def _judge(self, questions: Sequence[Question], decided: Sequence[list[Decision]]) -> None:
        """In a thread: the engine is asked there, so that the event loop goes on answering."""
        terms = self.policy.terms(self._settings.profile)
        pairs = [
            (question, proposal, decision)
            for question, decisions in zip(questions, decided, strict=True)
            for proposal, decision in zip(question.proposals, decisions, strict=True)
            if question.record and decision.error is None
        ]
        if not pairs:
            return
        asked = [AskedProposal(p, terms.org.effective_for(p.context), q.strict) for q, p, _ in pairs]
        try:
            found = asyncio.run(_judge_changes(asked, self.policy.engine, terms))
        except VpceGuardError as error:
            self.counts.failed += len(pairs)
            log.warning("shadow_failed", revision=self.step.revision, error=str(error))
            return
        for verdict, (_, proposal, decision) in zip(found, pairs, strict=True):
            before, after = Outcome.from_decision(decision), Outcome.from_decision(verdict)
            grouped = {"context": proposal.context, "labels": proposal.labels}
            what = decision_ref(decision.model_dump(include={"decision_id", "timestamp", "subject"}), grouped)
            self.counts.judged += 1
            self.counts.tally.add(what, compare(before, after), before=before, after=after)

    async def _save(self) -> None:
        """Keep the counts in the database, where those of other processes are added to them."""
        when, size = self._saved
        total = self.counts.judged + self.counts.skipped + self.counts.failed
        if total == size or time.monotonic() - when < _SAVE_EVERY:
            return
        self._saved = (time.monotonic(), total)
        try:
            await asyncio.to_thread(write_counts, self._database, self.step.number, self._process, self.counts)
        except Exception as error:  # counting must not end because the database is away for a while
            log.warning("shadow_not_kept", error=str(error).splitlines()[0])


async def _judge_changes(asked: Sequence[AskedProposal], engine: Engine, terms: Terms) -> Sequence[Verdict]:
    """Verdicts as decide() makes them, but for fixes. Raises EngineError."""
    options: Any = {"engine": engine, "terms": terms, "observer": NO_OBSERVER}
    return (await lower_existing(asked, await judge_proposals(asked, **options), **options)).verdicts


def write_counts(database: Database, step: int, process: str, counts: ShadowCounts) -> None:
    """Keep the counts of one process for one candidate."""
    content = to_json({**asdict(counts), "tally": counts.tally.as_json()}).decode()
    mine = (SHADOW_TALLIES.c.step == step, SHADOW_TALLIES.c.process == process)
    with database.begin() as connection:
        connection.execute(delete(SHADOW_TALLIES).where(*mine))
        row = {"step": step, "process": process, "counts": content, "updated": now()}
        connection.execute(insert(SHADOW_TALLIES), row)


def read_counts(database: Database, step: int, *, but: str = "") -> ShadowCounts:
    """What all processes counted for a candidate, but for one."""
    total = ShadowCounts()
    chosen = select(SHADOW_TALLIES.c.counts).where(SHADOW_TALLIES.c.step == step, SHADOW_TALLIES.c.process != but)
    with database.connect() as connection:
        for content in connection.execute(chosen).scalars():
            found = from_json(content)
            total.merge(ShadowCounts(**{**found, "tally": Tally.from_json(found["tally"])}))
    return total
