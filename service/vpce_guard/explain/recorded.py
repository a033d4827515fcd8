"""A recorded decision as a proposal to explain, if it was made under the bundle and org data at hand."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from vpce_guard.errors import MalformedError, OtherBundleError
from vpce_guard.judge import Terms
from vpce_guard.model import Decision, Json, Profile, Proposal


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A recorded decision, its proposal without what is never kept, and what to know about explaining it."""

    decision: Decision
    proposal: Proposal
    profile: Profile
    strict: bool
    notes: tuple[str, ...]


def recorded(event: Json, terms: Terms, *, current: bool) -> Recorded:
    """The decision of an event of the log. Raises OtherBundleError unless the same bundle and org data are at hand.

    With `current` it is explained under those at hand whatever it was made under, and the notes say so.
    """
    decision = Decision.model_validate(event["result"])
    others = list(_others(decision, terms))
    if others and not current:
        raise OtherBundleError(
            f"Decision {decision.decision_id} was made under {' and '.join(others)}.",
            advice="Give that bundle and those org data, or ask for the current ones (--current, ?current=true).",
        )
    notes = [f"The decision was made under {other}." for other in others]
    if erased := event["erased"]:
        notes.append(f"Explained without what the log never keeps: {', '.join(erased)}.")
    content = {name: value for name, value in event["input"].items() if name != "profile"}
    try:
        proposal = Proposal.model_validate(content)
    except ValidationError as error:
        raise MalformedError(
            f"The record of decision {decision.decision_id} is no proposal any more: {error.error_count()} errors.",
            advice="What the setting log_erase takes away may be needed to explain.",
        ) from None
    denied = any(v.enforcement_action == "deny" for v in decision.violations)
    strict = not decision.allowed and not denied and bool(decision.undetermined)
    return Recorded(decision=decision, proposal=proposal, profile=decision.profile, strict=strict, notes=tuple(notes))


def _others(decision: Decision, terms: Terms) -> list[str]:
    """What the decision was made under that is not at hand."""
    found = []
    if decision.bundle.revision != terms.revision:
        found.append(f"bundle {decision.bundle.revision[:12]}, and {terms.revision[:12]} is at hand")
    recorded_org = decision.org.revision if decision.org else None
    if recorded_org != (terms.org.revision or None):
        found.append(
            f"{f'org data {recorded_org[:12]}' if recorded_org else 'no org data'}, and "
            f"{f'{terms.org.revision[:12]} are' if terms.org.revision else 'none are'} at hand"
        )
    return found
