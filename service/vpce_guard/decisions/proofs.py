"""What is proved of the policy of a proposal, for rules to see: only where org data ask for it.

The answers are the same each time: a policy has so much work, not so much time, so that a replay finds the same.
"""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from vpce_guard.errors import VpceGuardError
from vpce_guard.formats.aws.iam.endpoints import action_prefixes
from vpce_guard.model import Json, Proposal
from vpce_guard.org.data import EffectiveOrg

_STEPS = 50_000  # some 50 ms for all questions about a policy
_MOST = 20_480  # characters that AWS takes
_MOST_KEPT = 512  # answers
_PARTS = ("/request/PolicyDocument", "/request/ResetPolicy")
_SECTIONS = ("accounts", "org_ids", "policy")


def prove_policy(proposal: Proposal, org: EffectiveOrg) -> Json | None:
    """Each answer by its question, with `answer`, `why` and `request`; None where nothing is asked or to be proved.

    A policy that is not wholly known, that may be one of several or that cannot be read, is none that can be proved.
    """
    asked = _find_asked(proposal, org)
    return _prove_once(asked) if asked is not None else None


async def prove_on_thread(proposal: Proposal, org: EffectiveOrg) -> Json | None:
    """As prove_policy(), on a thread where it is not known yet, so that others have the event loop meanwhile."""
    asked = _find_asked(proposal, org)
    if asked is None or asked in _kept:
        return _prove_once(asked) if asked is not None else None
    return await asyncio.get_running_loop().run_in_executor(_THREAD, _prove_once, asked)


class _AskedProof(NamedTuple):
    """What is proved: a policy, what it is compared with and the sections of org data that count, each as JSON."""

    policy: str
    against: str | None
    sections: str
    prefixes: tuple[str, ...]  # of the actions of the endpoint's service; none where they are not known


_kept: dict[_AskedProof, Json | None] = {}  # answers, the oldest first
_THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="proofs")  # proofs keep one processor busy, never more


def _prove_once(asked: _AskedProof) -> Json | None:
    try:
        return _kept[asked]
    except KeyError:
        found = _kept[asked] = _prove(asked)
    while len(_kept) > _MOST_KEPT:
        _kept.pop(next(iter(_kept)), None)
    return found


def _find_asked(proposal: Proposal, org: EffectiveOrg) -> _AskedProof | None:
    if not (org.sections.get("policy") or {}).get("prove"):
        return None
    document = _find_document(proposal)
    if document is None:
        return None
    sections = {name: org.sections[name] for name in _SECTIONS if name in org.sections}
    current = _document_of(proposal, "current") if proposal.operation == "modify" else None
    against = current if current != document else None
    return _AskedProof(
        _write(document), _write(against) if against is not None else None, _write(sections), _prefixes_of(proposal)
    )


def _find_document(proposal: Proposal) -> object:
    """The policy that the endpoint will have as somebody wrote it; None where that is not known."""
    if proposal.endpoint is None or proposal.request.get("ResetPolicy"):
        return None
    if any(place.startswith(_PARTS) or _PARTS[0].startswith(f"{place}/") for place in proposal.unknown):
        return None
    if any("policy" in way for way in proposal.possibilities):
        return None
    return _document_of(proposal, "request" if "request" in proposal.policy else "current")


def _prefixes_of(proposal: Proposal) -> tuple[str, ...]:
    """The prefixes of the actions that pass through the endpoint; none where its service is not surely known."""
    name = (proposal.endpoint or {}).get("ServiceName")
    if not isinstance(name, str) or proposal.possibilities or "/request/ServiceName" in proposal.unknown:
        return ()
    return action_prefixes(name)


def _document_of(proposal: Proposal, part: str) -> object:
    found = proposal.policy.get(part) or {}
    return found.get("document") if found.get("characters", 0) <= _MOST else None


def _write(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _prove(given: _AskedProof) -> Json | None:
    from vpce_guard.decisions.reach import ReachQuestions, ask, read_policy  # takes a twentieth of a second
    from vpce_guard.decisions.reach.organisation import read_organisation

    try:
        asked = ReachQuestions(
            policy=read_policy(given.policy),
            organisation=read_organisation(json.loads(given.sections)),
            against=read_policy(given.against) if given.against is not None else None,
            prefixes=given.prefixes,
            steps=_STEPS,
            questions=frozenset(("outside_principals", "outside_resources", "newly_allowed")),
        )
    except VpceGuardError:  # other rules say what is wrong with it
        return None
    return {answer.question: answer.model_dump(mode="json", exclude={"question"}) for answer in ask(asked)}
