"""A recorded decision is explained under what it was made under, or under others with a note that says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.recording import GATEWAY, record
from vpce_guard.bundle.bundle import Bundle, open_bundle
from vpce_guard.decision_log.database import open_database
from vpce_guard.decision_log.queries import find_event
from vpce_guard.decisions.judge import Terms
from vpce_guard.errors import MalformedError, OtherBundleError
from vpce_guard.model import Json
from vpce_guard.org.data import no_org_data
from vpce_guard.org.load import read_org_data
from vpce_guard.whatif.explain.recorded import find_bundle_and_terms, read_decision

BUNDLE = open_bundle()
RULES = {rule.id: rule for rule in BUNDLE.catalogue.rules}
TERMS = Terms(rules=BUNDLE.rules, revision=BUNDLE.revision, profile="aws-current", org=no_org_data(RULES))
OTHER_ORG = replace(TERMS, org=read_org_data({"services": {"deny": ["sqs"]}}, RULES))


@pytest.fixture
def event(url: str) -> Json:
    """A decision as the log gives it."""
    (decision,) = record(url, GATEWAY, labels={"team": "a"}, log_erase=("/labels/team",))
    event = find_event(open_database(url), decision.decision_id)
    assert event is not None
    return event


@pytest.fixture
def url(sqlite_url: str) -> str:
    return sqlite_url


def test_under_the_same_terms_only_what_was_erased_is_noted(event: Json) -> None:
    found = read_decision(event, TERMS, current=False)
    assert (found.proposal.request, found.profile, found.strict) == (GATEWAY, "aws-current", False)
    assert found.notes == ("Explained without what the log does not keep: /input/labels/team.",)


def test_under_other_terms_it_is_explained_on_demand_only(event: Json) -> None:
    other = replace(OTHER_ORG, revision="0" * 64)
    with pytest.raises(OtherBundleError) as caught:
        read_decision(event, other, current=False)
    bundle, org = (
        f"bundle {BUNDLE.revision[:12]}, and 000000000000 is at hand",
        f"no org data, and {other.org.revision[:12]} are at hand",
    )
    assert f"was made under {bundle} and {org}." in str(caught.value)
    assert read_decision(event, other, current=True).notes[:2] == (
        f"The decision was made under {bundle}.",
        f"The decision was made under {org}.",
    )


def test_a_record_that_is_no_proposal_any_more_says_so(event: Json) -> None:
    del event["input"]["operation"]
    with pytest.raises(MalformedError, match="is no longer a proposal: 1 errors"):
        read_decision(event, TERMS, current=False)


def test_what_it_was_made_under_is_found_in_the_log(event: Json, url: str) -> None:
    catalogue = BUNDLE.catalogue.model_copy(update={"revision": "0" * 64})
    at_hand = Bundle(catalogue=catalogue, files=BUNDLE.files)
    then, terms = find_bundle_and_terms(event, at_hand, replace(OTHER_ORG, revision="0" * 64), open_database(url))
    assert (then.revision, terms.revision, terms.org.revision) == (BUNDLE.revision, BUNDLE.revision, "")


def test_what_is_not_kept_leaves_what_is_at_hand(event: Json, url: str) -> None:
    event["result"]["org"] = {"revision": "e" * 64}
    assert find_bundle_and_terms(event, BUNDLE, TERMS, open_database(url)) == (BUNDLE, TERMS)
