"""Asks engines about many proposals: in batches, and where one fails, of each by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from vpce_guard.decisions.inputs import rego_input
from vpce_guard.decisions.possibilities import gather, spread
from vpce_guard.engines import check_answer
from vpce_guard.errors import BundleError, EngineError
from vpce_guard.model import Json, Profile, Proposal
from vpce_guard.org.data import EffectiveOrg
from vpce_guard.whatif.replay.library import OpenBundle

_BATCH = 40  # proposals of one call: more would share more and leave more garbage behind


class CandidateQuestion(NamedTuple):
    """A proposal, and under what it is to be judged."""

    proposal: Proposal
    profile: Profile
    effective: EffectiveOrg


def ask_engine(asks: Sequence[CandidateQuestion], opened: OpenBundle) -> list[Json | str]:
    """The raw answer to each, in order, or why there is none. Those of one VPC are asked together: they share a lot."""
    order = sorted(range(len(asks)), key=lambda at: _neighbourhood(asks[at].proposal))
    found: list[Json | str] = [""] * len(asks)
    for start in range(0, len(order), _BATCH):
        together = order[start : start + _BATCH]
        inputs = [rego_input(*asks[at], all_peers=opened.bundle.compares_all_peers) for at in together]
        for at, answer in zip(together, _call_engine(inputs, opened), strict=True):
            found[at] = answer
    return found


def _neighbourhood(proposal: Proposal) -> tuple[str, str]:
    vpc = (proposal.endpoint or proposal.current or proposal.request).get("VpcId")
    return str(proposal.context.get("AccountId")), str(vpc)


def _call_engine(inputs: list[Json], opened: OpenBundle) -> list[Json | str]:
    """The answers of one call; where it fails, of a call for each."""
    try:
        answers = [_check_revision(answer, opened) for answer in opened.engine.answers(spread(inputs))]
        return list(answers if len(answers) == len(inputs) else _gather(inputs, answers))
    except EngineError as error:
        if len(inputs) == 1:
            return [str(error)]
        return [answer for one in inputs for answer in _call_engine([one], opened)]
    except BundleError as error:
        return [str(error)] * len(inputs)


def _gather(inputs: list[Json], answers: list[Json]) -> list[Json]:
    """An answer to each input, those to its possibilities taken together."""
    evaluations = check_answer(answers, count=len(answers), engine="embedded").evaluations
    return [evaluation.model_dump(mode="json") for evaluation in gather(inputs, evaluations)]


def _check_revision(answer: Any, opened: OpenBundle) -> Json:
    if not isinstance(answer, dict) or answer.get("revision") != opened.bundle.revision:
        raise EngineError("The engine answered under another bundle revision.")
    return answer
