"""An audit in processes of this machine: groups of questions go to them, and decisions come back, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vpce_guard.bundle.bundle import Bundle
from vpce_guard.decisions.decide import decide
from vpce_guard.decisions.judge import Terms
from vpce_guard.decisions.question import Question
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.model import Decision
from vpce_guard.whatif.audit.asking import AuditGroup, DecidedGroups
from vpce_guard.whatif.workers import take_in_order, work_in_processes

GROUPS_AHEAD = 2  # in flight for each worker


@dataclass(frozen=True, kw_only=True)
class AuditJob:
    """What each worker needs: the bundle, under which terms to decide, and the limits of its embedded engine."""

    bundle: Bundle
    terms: Terms
    timeout: float
    memory_limit: int

    def open_on_worker(self, work: Path | None) -> Callable[[Sequence[Question]], list[list[Decision]]]:  # noqa: ARG002
        """See WorkerJob. What is compiled is kept in the cache of the worker's user."""
        engine = EmbeddedEngine(self.bundle, timeout=self.timeout, memory_limit=self.memory_limit)

        def decide_group(questions: Sequence[Question]) -> list[list[Decision]]:
            decided = asyncio.run(decide(questions, engine=engine, terms=self.terms))
            return [list(decisions) for decisions in decided]

        return decide_group


def decide_in_workers(groups: Iterable[AuditGroup], job: AuditJob, count: int) -> DecidedGroups:
    """Groups with the decisions on their questions, in order, with few in flight. Raises EngineError."""
    with work_in_processes(count, job) as workers:
        sent = ((group, workers.submit(group.questions) if group.questions else None) for group in groups)
        for group, future in take_in_order(sent, ahead=lambda: count * GROUPS_AHEAD):
            yield group, workers.wait(future) if future is not None else []
