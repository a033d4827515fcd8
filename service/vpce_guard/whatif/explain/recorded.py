"""A recorded decision as a proposal to explain, under the bundle and the org data it was made under."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pydantic import ValidationError
from sqlalchemy import Engine as Database

from vpce_guard.bundle.bundle import Bundle
from vpce_guard.decision_log.terms import load_bundle, load_org
from vpce_guard.decisions.judge import Terms
from vpce_guard.errors import MalformedError, OtherBundleError
from vpce_guard.model import Decision, Json, Profile, Proposal
from vpce_guard.org.data import OrgData, no_org_data
from vpce_guard.org.load import read_org_data


@dataclass(frozen=True, kw_only=True)
class RecordedDecision:
    """A recorded decision, its proposal without what is never kept, and what to know about explaining it."""

    decision: Decision
    proposal: Proposal
    profile: Profile
    strict: bool
    notes: tuple[str, ...]


def find_bundle_and_terms(event: Json, bundle: Bundle, terms: Terms, database: Database) -> tuple[Bundle, Terms]:
    """What the decision of an event of the log was made under, if it is kept; what is at hand otherwise."""
    revision = event["result"]["bundle"]["revision"]
    org_revision = (event["result"]["org"] or {"revision": ""})["revision"]
    if (revision, org_revision) == (terms.revision, terms.org.revision):
        return bundle, terms
    then = bundle if revision == bundle.revision else load_bundle(database, revision)
    org = _org(org_revision, then, terms.org, database) if then is not None else None
    if then is None or org is None:
        return bundle, terms
    return then, replace(terms, rules=then.rules, revision=then.revision, org=org)


def _org(revision: str, bundle: Bundle, at_hand: OrgData, database: Database) -> OrgData | None:
    """Org data of a revision under the rules of a bundle; None where there are none that go with them."""
    rules = {rule.id: rule for rule in bundle.rules.values()}
    if not revision:
        return no_org_data(rules)
    document = at_hand.document if revision == at_hand.revision else load_org(database, revision)
    try:
        return read_org_data(document, rules) if document is not None else None
    except ValueError:
        return None


def read_decision(event: Json, terms: Terms, *, current: bool) -> RecordedDecision:
    """The decision of an event of the log. Raises OtherBundleError unless it was made under the terms.

    With `current` it is explained under them whatever it was made under, and the notes say so.
    """
    decision = Decision.model_validate(event["result"])
    others = list(_find_differences(decision, terms))
    if others and not current:
        raise OtherBundleError(
            f"Decision {decision.decision_id} was made under {' and '.join(others)}.",
            advice="They are not stored. Provide them, or use the current ones (--current, ?current=true).",
        )
    notes = [f"The decision was made under {other}." for other in others]
    if erased := event["erased"]:
        notes.append(f"Explained without what the log does not keep: {', '.join(erased)}.")
    content = {name: value for name, value in event["input"].items() if name != "profile"}
    try:
        proposal = Proposal.model_validate(content)
    except ValidationError as error:
        raise MalformedError(
            f"The record of decision {decision.decision_id} is no longer a proposal: {error.error_count()} errors.",
            advice="What the setting log_erase removes may be needed to explain it.",
        ) from None
    return RecordedDecision(
        decision=decision, proposal=proposal, profile=decision.profile, strict=decision.strict, notes=tuple(notes)
    )


def _find_differences(decision: Decision, terms: Terms) -> list[str]:
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
