"""Fixes: the patch a rule proposes is made to fit the proposal, applied and judged again before it counts.

A patch never changes anything but the request. One that cannot be applied is told all the same, unverified.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json

from vpce_guard.formats.aws import policy
from vpce_guard.formats.aws.endpoint import endpoint_after
from vpce_guard.model import Json, Proposal, Undetermined, Verdict, Violation

_POLICY = "/request/PolicyDocument"


def fit_patch(patch: Sequence[Json], proposal: Proposal) -> tuple[tuple[Json, ...], Proposal | None]:
    """The patch as it applies to this proposal, and the proposal it makes; None where it does not apply.

    A patch into a policy that was given as JSON text replaces the text. Members of values stand in order, as engines
    give them in an order of their own.
    """
    patch = [{**op, "value": _in_order(op["value"])} if "value" in op else op for op in patch]
    if not all(op["path"].startswith("/request/") for op in patch):
        return tuple(patch), None
    request = proposal.request
    text = isinstance(request.get("PolicyDocument"), str)
    inside = any(op["path"].startswith(f"{_POLICY}/") for op in patch)
    try:
        if text and inside:
            parsed = proposal.policy["request"]["document"]
            changed = _apply({"request": {**request, "PolicyDocument": parsed}}, patch)
            replaced = to_json(changed["PolicyDocument"]).decode()
            outside = [op for op in patch if not op["path"].startswith(f"{_POLICY}/")]
            patch = (*outside, {"op": "replace", "path": _POLICY, "value": replaced})
        changed = _with_patch(proposal, {}, patch)
        ways = tuple({**way, **_with_patch(proposal, way, patch)} for way in proposal.possibilities)
    except _patch_errors():
        return tuple(patch), None
    return tuple(patch), proposal.model_copy(update={**changed, "possibilities": ways})


def _in_order(value: Any) -> Any:
    """A JSON value with the members of each object in alphabetical order."""
    if isinstance(value, dict):
        return {name: _in_order(value[name]) for name in sorted(value)}
    return [_in_order(each) for each in value] if isinstance(value, list) else value


def _with_patch(proposal: Proposal, way: Json, patch: Sequence[Json]) -> Json:
    """What a patch of the request changes of a proposal, or of one of its possibilities."""
    request = _apply({"request": way.get("request", proposal.request)}, patch)
    unknown, defaults = way.get("unknown", proposal.unknown), way.get("defaults", proposal.defaults)
    return {
        "request": request,
        "endpoint": endpoint_after(proposal.operation, request, proposal.current, unknown, defaults=defaults),
        "policy": policy.read(request, proposal.current),
    }


def is_verified(violation: Violation, before: Verdict, now: Verdict, *, strict: bool) -> bool:
    """Whether judging again says that the violation is gone and nothing new is wrong.

    Advice (`inform`) is not wrong. What cannot be judged counts where it is the rule itself, or under `strict`.
    """
    rule_id = violation.rule_id
    unknown, still_unknown = _rules(before.undetermined), _rules(now.undetermined)
    if rule_id in still_unknown or (strict and still_unknown - unknown):
        return False
    if any((v.rule_id, v.message) == (rule_id, violation.message) for v in now.violations):
        return False
    fewer = _count(now)[rule_id] < _count(before)[rule_id]
    return fewer and _count(now, advice=False) <= _count(before, advice=False)


def _count(verdict: Verdict, *, advice: bool = True) -> Counter[str]:
    return Counter(v.rule_id for v in verdict.violations if advice or v.enforcement_action != "inform")


def _rules(found: Sequence[Undetermined]) -> set[str]:
    return {one.rule_id for one in found}


def _apply(document: Json, patch: Sequence[Json]) -> Json:
    import jsonpatch  # only a proposal with a fix pays for it

    request: Json = jsonpatch.apply_patch(document, list(patch))["request"]
    return request


def _patch_errors() -> tuple[type[Exception], ...]:
    import jsonpatch
    import jsonpointer

    return (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, KeyError, TypeError)
