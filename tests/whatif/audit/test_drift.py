"""New, still there, resolved, gone: and nothing is called resolved because it was not looked at."""

from __future__ import annotations

import pytest

from tests.support.audits import AT, EARLIER, audit, decision, endpoint, seen
from vpce_guard.errors import MalformedError
from vpce_guard.model import Decision, Undetermined
from vpce_guard.whatif.audit.drift import DriftComparison, read_earlier
from vpce_guard.whatif.audit.types import Audit, Changes


def compared(
    now: Audit, earlier: Audit, *decisions: Decision, deleted: frozenset[str] = frozenset()
) -> tuple[Audit, Changes]:
    given = {one.decision_id: one for one in decisions or map(decision, (one.decision_id for one in now.endpoints))}
    comparison = DriftComparison(earlier)
    seen_ = [comparison.see(one, given[one.decision_id], (at,)) for at, one in reversed(list(enumerate(now.endpoints)))]
    changes = comparison.changes(deleted)
    return now.model_copy(update={"endpoints": tuple(reversed(seen_)), "changes": changes}), changes


def test_what_was_there_keeps_when_it_was_first_seen() -> None:
    found, changes = compared(
        audit(endpoint("a", seen("old"), seen("new", "/x"))), audit(endpoint("a", seen("old", at=EARLIER)), at=EARLIER)
    )
    (one,) = found.endpoints
    assert [(v.message, v.drift, v.first_seen) for v in one.violations] == [
        ("old", "still there", EARLIER),
        ("new", "new", AT),
    ]
    assert (changes.since, changes.new, changes.still_there) == (EARLIER, 1, 1)
    assert one.drift == "still there"


def test_other_words_about_the_same_place_are_the_same_violation() -> None:
    found, _ = compared(
        audit(endpoint("a", seen("44 USD"))), audit(endpoint("a", seen("43 USD", at=EARLIER)), at=EARLIER)
    )
    assert [v.first_seen for v in found.endpoints[0].violations] == [EARLIER]


def test_the_same_words_go_before_the_same_place() -> None:
    found, _ = compared(
        audit(endpoint("a", seen("b", "/0"), seen("a", "/1"))),
        audit(endpoint("a", seen("a", "/0", at=EARLIER)), at=EARLIER),
    )
    assert [(v.message, v.drift) for v in found.endpoints[0].violations] == [("b", "new"), ("a", "still there")]


def test_a_violation_that_is_no_more_is_resolved_and_an_endpoint_that_is_no_more_is_gone() -> None:
    found, changes = compared(
        audit(endpoint("a"), endpoint("c")), audit(endpoint("a", seen()), endpoint("b", seen()), at=EARLIER)
    )
    assert [one.endpoint_id for one in changes.resolved] == ["a"]
    assert [one.endpoint_id for one in changes.gone] == ["b"]
    assert [one.drift for one in found.endpoints] == ["still there", "new"]


def test_what_could_not_be_judged_is_not_resolved_and_keeps_its_time_until_it_is() -> None:
    unsure = Undetermined(rule_id="VPCE-ORG-003", reason="r", missing=())
    earlier = audit(endpoint("a", seen(at=EARLIER)), at=EARLIER)
    second, changes = compared(audit(endpoint("a")), earlier, decision("a", undetermined=(unsure,)))
    assert ([one.endpoint_id for one in changes.unsettled], changes.resolved) == (["a"], ())
    third, _ = compared(audit(endpoint("a", seen())), second)
    assert [(v.drift, v.first_seen) for v in third.endpoints[0].violations] == [("still there", EARLIER)]


def test_where_no_decision_was_made_nothing_is_resolved() -> None:
    failed = decision("a", allowed=False, error="no engine")
    _, changes = compared(audit(endpoint("a")), audit(endpoint("a", seen()), at=EARLIER), failed)
    assert (len(changes.unsettled), len(changes.resolved)) == (1, 0)


def test_endpoints_of_an_account_that_was_not_given_are_carried_until_it_is() -> None:
    earlier = audit(endpoint("a"), endpoint("b", seen(at=EARLIER), account="2"), at=EARLIER)
    second, changes = compared(audit(endpoint("a")), earlier)
    assert ([one.endpoint_id for one in changes.carried], changes.gone) == (["b"], ())
    third, _ = compared(audit(endpoint("b", seen(), account="2")), second)
    assert third.endpoints[0].violations[0].first_seen == EARLIER


def test_an_endpoint_that_is_told_deleted_is_gone_wherever_it_was() -> None:
    earlier = audit(endpoint("a"), endpoint("b", account="2"), at=EARLIER)
    _, changes = compared(audit(endpoint("a")), earlier, deleted=frozenset({"b"}))
    assert [one.endpoint_id for one in changes.gone] == ["b"]


def test_the_audit_in_a_report_reads_back() -> None:
    told = audit(endpoint("a", seen()))
    assert read_earlier({"audit": told.model_dump(mode="json")}, name="r.json") == told


@pytest.mark.parametrize("report", [{}, [], None, {"audit": {}}, {"audit": 1}, {"decisions": []}])
def test_what_is_no_report_of_an_audit_is_refused(report: object) -> None:
    with pytest.raises(MalformedError, match=r"r\.json is no report of an earlier audit"):
        read_earlier(report, name="r.json")


def test_what_changed_is_told_in_the_order_of_the_audit() -> None:
    earlier = audit(endpoint("a", seen()), endpoint("b", seen()), at=EARLIER)
    _, changes = compared(audit(endpoint("b"), endpoint("a")), earlier)
    assert [one.endpoint_id for one in changes.resolved] == ["b", "a"]
