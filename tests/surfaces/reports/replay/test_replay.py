"""Each report of the same replay beside what it looked like when somebody last read it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from vpce_guard.surfaces.reports import renderer, report_names
from vpce_guard.surfaces.reports.replay.json import schema
from vpce_guard.whatif.compare import ComparedUndetermined, ComparedViolation, DecisionRef, Outcome, compare
from vpce_guard.whatif.replay.results import Part, ReplayResult

GOLDEN = Path(__file__).parent / "golden"
NASTY = 'a|b`c <script>alert("x")</script> @team [x](y)'
DENY = ComparedViolation("VPCE-GW-001", "/request/ServiceName", NASTY, "deny")
WARN = ComparedViolation("VPCE-GW-012", "/request", "the VPC has no host names", "warn")
UNSURE = ComparedUndetermined("VPCE-GW-004", "route tables are not known", ("/context/RouteTables",))


def outcome(allowed: bool, *found: ComparedViolation | ComparedUndetermined) -> Outcome:
    violations = frozenset(f for f in found if isinstance(f, ComparedViolation))
    return Outcome(allowed, violations, frozenset(), frozenset(f for f in found if isinstance(f, ComparedUndetermined)))


def replayed(*, whole: bool) -> ReplayResult:
    part = Part(read=6 if whole else 8)
    outcomes = [
        (outcome(True, WARN), outcome(False, WARN, DENY)),
        (outcome(False, DENY), outcome(True)),
        (outcome(True), outcome(True, UNSURE)),
        (outcome(False, DENY, WARN), outcome(False, DENY)),
        (outcome(True), outcome(True)),
        (outcome(True, WARN), outcome(False, WARN, DENY)),
    ]
    for number, (before, after) in enumerate(outcomes):
        about = DecisionRef(
            f"0000000{number}-0000-4000-8000-000000000000",
            f"2026-01-0{number + 1}T00:00:00.000Z",
            f'module.vpc.aws_vpc_endpoint.this["{number}"]',
            "111122223333" if number % 2 else "444455556666",
            "com.amazonaws.us-east-1.s3",
            "payments",
        )
        part.note_time(about.timestamp)
        part.tally.add(about, compare(before, after), before=before, after=after)
        if number == 0 and not whole:
            part.leave_out("differs", about, "newly denied: VPCE-GW-001")
            part.leave_out("unreadable", None, "KeyError: 'profile'")
    return ReplayResult(
        candidate="git:feature (0123456789ab) with org data org.yaml",
        bundle_revision="0123456789ab" * 5 + "0123",
        org_data="org.yaml",
        source="sqlite:///decisions.db",
        selection={"since": "2026-01-01T00:00:00Z", "team": NASTY},
        part=part,
    )


@pytest.mark.parametrize("name", report_names("replay"))
@pytest.mark.parametrize("whole", [True, False], ids=["whole", "left-out"])
def test_the_report_is_as_it_was_last_read(name: str, whole: bool) -> None:
    golden = GOLDEN / f"{'whole' if whole else 'left-out'}.{name}"
    assert renderer(name, "replay")(replayed(whole=whole)) == golden.read_text()


def test_json_has_the_documented_shape() -> None:
    jsonschema.validate(json.loads(renderer("json", "replay")(replayed(whole=False))), schema())


def test_a_page_fetches_and_runs_nothing() -> None:
    page = renderer("html", "replay")(replayed(whole=False))
    assert "<script" not in page
    assert re.findall(r"(?:src|url|import)\s*[=(]", page) == []
    assert set(re.findall(r"<(\w+) [^>]*href=", page)) == {"a"}
    assert "default-src 'none'" in page


def test_markdown_says_first_what_could_not_be_made_again() -> None:
    text = renderer("markdown", "replay")(replayed(whole=False))
    first = text.splitlines()[2]
    assert first.startswith("> **2 of 8 decisions could not be made again")
    assert "@team" not in text
