"""Endpoint policies that allow everything: the default one, and any other that is proved to be as open.

Source: AWS PrivateLink Guide, "Endpoint policies" (the default allows full access); AWS whitepaper "Building a Data
Perimeter on AWS" (what an endpoint policy is to allow).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from pydantic_core import to_json

from vpce_guard.errors import VpceGuardError
from vpce_guard.formats.aws.endpoint import FULL_ACCESS
from vpce_guard.formats.aws.iam.endpoints import action_prefixes
from vpce_guard.formats.existing.drafts import is_default_policy
from vpce_guard.whatif.audit.types import WorthDoing
from vpce_guard.whatif.audit.worth.endpoint import ExistingPair, Facts, KeptEndpoint, Sorted, owners_of

_STEPS = 5_000  # some 5 ms for a policy; one that needs more is taken for narrower
_MOST_PROVED = 2_000  # policies whose proofs are kept: many endpoints have the same
_WHY = {
    "default": "They have the default policy, which allows everybody everything.",
    "proved": "It is proved that their policy allows all that the default policy allows.",
}


def sort_out(one: ExistingPair, kept: KeptEndpoint, facts: Facts) -> Sorted:
    """Open endpoints by their VPC, those with the default policy apart from others."""
    if not _takes_policy(one, facts) or (how := _find_openness(one)) is None:
        return None
    return (one.account, one.member("VpcId"), how), kept


def tell(key: Any, alike: Sequence[KeptEndpoint], _facts: Facts) -> Iterator[WorthDoing]:
    """A finding for the open endpoints of a VPC."""
    _, vpc, how = key
    yield WorthDoing(
        kind="open-policy",
        endpoint_ids=tuple(one.endpoint_id for one in alike),
        monthly=0.0,
        currency=None,
        do="Allow only principals and resources of the organisation; `vpce-guard policy template SERVICE` prints a "
        "policy that does.",
        why=f"{_WHY[how]} Whoever reaches {vpc} can carry data to any account through them.",
        owners=owners_of(alike),
    )


def _takes_policy(one: ExistingPair, facts: Facts) -> bool:
    """Whether the service takes endpoint policies; AWS's own answer wins, and what nobody tells is no."""
    if one.member("VpcEndpointType") == "Gateway":
        return True
    told = (one.service_detail() or {}).get("VpcEndpointPolicySupported")
    return bool(told if isinstance(told, bool) else (one.facts_of_service(facts) or {}).get("policy"))


def _find_openness(one: ExistingPair) -> str | None:
    """How an endpoint is open, a key of _WHY; None where it is not, or its policy is not told."""
    policy = one.member("PolicyDocument")
    if not policy:
        return None
    if is_default_policy(policy):
        return "default"
    text = policy if isinstance(policy, str) else to_json(policy).decode()
    if '"*"' not in text and "Not" not in text:  # it names whom and what it allows
        return None
    return "proved" if _is_as_open(text, action_prefixes(str(one.member("ServiceName")))) else None


@lru_cache(maxsize=_MOST_PROVED)
def _is_as_open(policy: str, prefixes: tuple[str, ...]) -> bool:
    from vpce_guard.decisions.reach import ReachQuestions, ask, read_policy  # takes a twentieth of a second

    try:
        asked = ReachQuestions(
            policy=read_policy(FULL_ACCESS),
            against=read_policy(policy),
            prefixes=prefixes,
            steps=_STEPS,
            questions=frozenset(("newly_allowed",)),
        )
    except VpceGuardError:  # rules say what is wrong with it
        return False
    return all(answer.answer == "proved" for answer in ask(asked))
