"""A candidate that changes one thing makes exactly that difference, by the short way and by the whole bundle."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.recording import GATEWAY, again, ids, record
from vpce_guard.bundle.bundle import Bundle, open_bundle
from vpce_guard.whatif.replay.affected import find_affected


def test_only_what_changed_is_asked_again(candidate: Bundle) -> None:
    found = find_affected(open_bundle(), candidate, org=False)
    assert found is not None
    assert found.rules == {"gw.gateway_service", "gw.dns_record_type"}  # the others changed in their METADATA only
    assert found.others_too is False


def test_org_data_affect_the_rules_that_read_them() -> None:
    found = find_affected(open_bundle(), open_bundle(), org=True)
    assert found is not None
    assert "org.services" in found.rules
    assert "gw.gateway_service" not in found.rules
    assert found.others_too is True


def test_org_data_that_change_nothing_are_not_judged_again(url: str, tmp_path: Path) -> None:
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    before.write_text(json.dumps({"services": {"allow": ["*"], "deny": ["s3"]}}))
    after.write_text(
        json.dumps({"services": {"allow": ["*"], "deny": ["s3"]}, "enforcement": {"VPCE-ORG-002": "warn"}})
    )
    (decision,) = record(url, GATEWAY, org_data=(before,))
    found = again(url, tmp_path, candidate_data=(after,), opa="no-opa")
    assert list(ids(found)) == [("newly_allowed", decision.decision_id, ("VPCE-ORG-002",))]


def test_the_profile_of_org_data_counts_unless_it_was_set(url: str, tmp_path: Path) -> None:
    file = tmp_path / "org.json"
    file.write_text(json.dumps({"profile": "aws-2023"}))
    (default,) = record(url, GATEWAY)
    record(url, GATEWAY, profile="aws-current", org_data=(file,))
    found = again(url, tmp_path, candidate_data=(file,))
    assert found.tally.kinds["unchanged"] == 1
    assert [decision for _, decision, _ in ids(found)] == [default.decision_id]
