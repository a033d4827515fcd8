"""What is proved of the policy of a proposal, for rules to see: only where org data ask for it.

The answers are the same each time: a question has so much work, not so much time, so that a replay finds the same.
"""

from __future__ import annotations

import json
from functools import lru_cache

from vpce_guard.errors import VpceGuardError
from vpce_guard.model import Json, Proposal
from vpce_guard.org.data import EffectiveOrg

_LOOKS = 60  # at the clock, which is some 50 ms of a question
_MOST = 20_480  # characters that AWS takes
_PARTS = ("/request/PolicyDocument", "/request/ResetPolicy")
_SECTIONS = ("accounts", "org_ids", "policy")


def prove_policy(proposal: Proposal, org: EffectiveOrg) -> Json | None:
    """Each answer by its question, with `answer`, `why` and `request`; None where nothing is asked or to be proved.

    A policy that is not wholly known, that may be one of several or that cannot be read, is none that can be proved.
    """
    if not (org.sections.get("policy") or {}).get("prove"):
        return None
    document = _find_document(proposal)
    if document is None:
        return None
    sections = {name: org.sections[name] for name in _SECTIONS if name in org.sections}
    current = _document_of(proposal, "current") if proposal.operation == "modify" else None
    against = current if current != document else None
    return _prove(_write(document), _write(against) if against is not None else None, _write(sections))


def _find_document(proposal: Proposal) -> object:
    """The policy that the endpoint will have as somebody wrote it; None where that is not known."""
    if proposal.endpoint is None or proposal.request.get("ResetPolicy"):
        return None
    if any(place.startswith(_PARTS) or _PARTS[0].startswith(f"{place}/") for place in proposal.unknown):
        return None
    if any("policy" in way for way in proposal.possibilities):
        return None
    return _document_of(proposal, "request" if "request" in proposal.policy else "current")


def _document_of(proposal: Proposal, part: str) -> object:
    found = proposal.policy.get(part) or {}
    return found.get("document") if found.get("characters", 0) <= _MOST else None


def _write(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


@lru_cache(maxsize=512)
def _prove(policy: str, against: str | None, sections: str) -> Json | None:
    from vpce_guard.decisions.reach import ReachQuestions, ask, read_policy  # takes a twentieth of a second
    from vpce_guard.decisions.reach.organisation import read_organisation

    try:
        asked = ReachQuestions(
            policy=read_policy(policy),
            organisation=read_organisation(json.loads(sections)),
            against=read_policy(against) if against is not None else None,
            looks=_LOOKS,
            questions=frozenset(("outside_principals", "outside_resources", "newly_allowed")),
        )
    except VpceGuardError:  # other rules say what is wrong with it
        return None
    return {answer.question: answer.model_dump(mode="json", exclude={"question"}) for answer in ask(asked)}
