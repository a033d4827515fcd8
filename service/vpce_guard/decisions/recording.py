"""Decisions into the log: what is kept of each is begun before it is judged, and written before it is returned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from vpce_guard.decisions.event_loop import share_event_loop
from vpce_guard.decisions.inputs import input_to_keep
from vpce_guard.decisions.judge import Terms
from vpce_guard.decisions.observer import Observer
from vpce_guard.decisions.question import Decisions, Question
from vpce_guard.decisions.sensitive import hide_in_input
from vpce_guard.errors import LogError
from vpce_guard.logs import Logger
from vpce_guard.model import Decision, Entry, Json, KeyedRequest

log = Logger("vpce_guard.decide")


class DecisionLog(Protocol):
    """Keeps decisions. Raises LogError when they must be durable and are not."""

    def prepare(self, inputs: Sequence[Json]) -> Sequence[Callable[[], bytes]]:
        """Begin to make ready what will be written; each gives the input as it is kept."""

    async def write(self, entries: Sequence[Entry]) -> None:
        """Return once the entries are durable."""

    async def close(self) -> None:
        """Finish what was accepted."""


class KeptInputs(NamedTuple):
    """The inputs of one question that go into the log, one a proposal, and what it has begun to make of each.

    Both are empty for a question that is not recorded.
    """

    inputs: Sequence[Json] = ()
    packed: Sequence[Callable[[], bytes]] = ()

    @classmethod
    async def begin(cls, question: Question, terms: Terms, decision_log: DecisionLog | None) -> KeptInputs:
        if decision_log is None or not question.record:
            return cls()
        inputs = [
            hide_in_input(input_to_keep(proposal, terms.profile), proposal.sensitive)
            async for proposal in share_event_loop(question.proposals)
        ]
        return cls(inputs, decision_log.prepare(inputs))


async def write_to_log(
    questions: Sequence[Question],
    decided: list[Decisions],
    kept: Sequence[KeptInputs],
    decision_log: DecisionLog | None,
    *,
    observer: Observer,
) -> list[Decisions]:
    """The decisions, once they are in the log; refusals of all that could not be kept and must be."""
    entries = [
        Entry(decision, content, question.requested_by, packed, request if number == 0 else None)
        for question, decisions, inputs in zip(questions, decided, kept, strict=True)
        if inputs.packed
        for request in [_keyed_request(question, decisions)]
        for number, (decision, content, packed) in enumerate(zip(decisions, inputs.inputs, inputs.packed, strict=True))
    ]
    try:
        if decision_log is not None and entries:
            with observer.step("record", records=len(entries), first_decision_id=entries[0].decision.decision_id):
                await decision_log.write(entries)
    except LogError as failure:
        refused = {"allowed": False, "error": str(failure)}
        decided = [
            Decisions((decision.model_copy(update=refused) for decision in decisions), failure)
            if question.record and decisions
            else decisions
            for question, decisions in zip(questions, decided, strict=True)
        ]
    for question, decisions in zip(questions, decided, strict=True):
        observer.note_decisions(decisions, caller=question.requested_by, dry_run=not question.record)
        for decision in decisions if question.record else ():
            _log_decision(decision)
    return decided


def _keyed_request(question: Question, decisions: Decisions) -> KeyedRequest | None:
    """What is kept of a request that has a key; nothing of one that could not be decided, which may be sent again."""
    if question.key is None or decisions.failure is not None:
        return None
    ids = tuple(decision.decision_id for decision in decisions)
    return KeyedRequest(question.key, ids, question.notes, question.strict)


def _log_decision(decision: Decision) -> None:
    log.info(
        "decision",
        request_id=decision.request_id,
        decision_id=decision.decision_id,
        allowed=decision.allowed,
        operation=decision.operation,
        address=decision.subject.address,
        denied_by=[v.rule_id for v in decision.violations if v.enforcement_action == "deny"],
        waived_by=[w.waiver_id for w in decision.waived],
        undetermined=len(decision.undetermined),
        org_revision=decision.org and decision.org.revision,
        engine=decision.engine,
        fallback=decision.fallback,
        evaluate_ms=decision.metrics.evaluate_ms,
        error=decision.error,
    )
