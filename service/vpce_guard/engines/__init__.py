"""Engines: where policies run. One file each; both answer the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from vpce_guard.engines.evaluation import Evaluation
from vpce_guard.errors import EngineError, RevisionError
from vpce_guard.model import EngineName, Json

_EVALUATIONS: TypeAdapter[list[Evaluation]] = TypeAdapter(list[Evaluation])


class Evaluations(NamedTuple):
    """An evaluation per input, in order, all of one bundle revision; `fallback` says why another engine gave it."""

    evaluations: list[Evaluation]
    revision: str
    engine: EngineName
    fallback: str | None = None


class Engine(Protocol):
    """Judges inputs. Raises EngineError when it gives no answer that can be relied on."""

    name: EngineName

    async def evaluate(self, inputs: Sequence[Json]) -> Evaluations:
        """The answer to at least one input, from one call."""

    async def warm(self) -> None:
        """Make ready what the first call would otherwise wait for; never raises for an engine that fails."""

    async def close(self) -> None:
        """Release what the engine holds."""


def request_for(inputs: Sequence[Json]) -> tuple[str, Json]:
    """The rule under vpce.main to ask and its input: `result` for one proposal, `results` for several.

    In a batch, context members that all proposals share, the endpoints they see each other as and org data go once.
    """
    if len(inputs) == 1:
        return "result", inputs[0]
    context = _shared_context([document["context"] for document in inputs])
    peers: dict[int, tuple[int, Json]] = {}  # by identity: readers hand the same object to every neighbour
    orgs: dict[int, tuple[int, Json]] = {}
    batch = [
        {
            **{member: value for member, value in document.items() if member not in ("context", "peers", "org")},
            "own_context": {member: value for member, value in document["context"].items() if member not in context},
            "peer_indexes": [peers.setdefault(id(peer), (len(peers), peer))[0] for peer in document["peers"]],
            **({"org_index": orgs.setdefault(id(org), (len(orgs), org))[0]} if (org := document.get("org")) else {}),
        }
        for document in inputs
    ]
    shared = {
        "context": context,
        "peers": [peer for _, peer in peers.values()],
        "orgs": [org for _, org in orgs.values()],
    }
    return "results", {"batch": batch, "shared": shared}


def _shared_context(contexts: Sequence[Json]) -> Json:
    """The members that are the same JSON in every context; compared as text, because in Python 1 equals True."""
    first, *rest = contexts
    return {
        member: value
        for member, value in first.items()
        if all(member in other for other in rest) and _are_all_same(value, [other[member] for other in rest])
    }


def _are_all_same(value: Any, others: Sequence[Any]) -> bool:
    different = [other for other in others if other is not value]
    if not different:
        return True
    text = to_json(value)
    return all(to_json(other) == text for other in different)


def check_answer(answers: Any, *, count: int, engine: EngineName) -> Evaluations:
    """What an engine answered, which must be complete, well formed and of one revision."""
    try:
        evaluations = _EVALUATIONS.validate_python(answers)
    except ValidationError as error:
        raise EngineError(
            f"The engine's answer has the wrong shape: {error.error_count()} errors.",
            advice="Check that the engine runs the bundle of this service.",
        ) from None
    if len(evaluations) != count:
        raise EngineError(f"The engine gave {len(evaluations)} answers to {count} proposals.")
    revisions = {evaluation.revision for evaluation in evaluations}
    if len(revisions) != 1:
        raise EngineError(f"The engine answered under {len(revisions)} bundle revisions at once.")
    return Evaluations(evaluations, revisions.pop(), engine)


def unexpected_revision(revision: str, *, ours: str) -> RevisionError:
    """What is wrong with an answer under a bundle that is not ours."""
    return RevisionError(
        f"The engine runs bundle revision {revision[:12]}, this service expects {ours[:12]}.",
        advice="Give the engine the bundle of this service: service/vpce_guard/policy/vpce.tar.gz.",
    )
