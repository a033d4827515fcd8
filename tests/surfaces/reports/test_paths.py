"""Paths in Markdown: all of them where they are asked for, in a comment those on which something is wrong."""

from __future__ import annotations

from typing import Any

from tests.support.networks import SUBNETS, group, interface
from tests.surfaces.reports.test_reports import NASTY, decision, violation
from vpce_guard.formats import proposals, read_drafts
from vpce_guard.model import Proposal, Violation
from vpce_guard.surfaces.reports import Report, markdown, paths
from vpce_guard.whatif.paths.types import PathTerms

FOLD = "<details><summary>Where paths to endpoints stop</summary>"
A, B, C = SUBNETS
SAID = violation("warn", "R-SG-001", path="/request/SecurityGroupIds/0")


def proposal(groups: list[Any], **intent: Any) -> Proposal:
    request = {
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-0a000001",
        "ServiceName": "com.amazonaws.us-east-1.sqs",
        "SubnetIds": [A, B],
        "SecurityGroupIds": ["sg-0a000001"],
        "PrivateDnsEnabled": True,
    }
    context = interface({"SecurityGroups": groups})["context"]
    (found,) = proposals(
        [read_drafts({"operation": "create", "request": request, "context": context, "intent": intent})]
    )
    return found


def report(groups: list[Any], *violations: Violation, **intent: Any) -> Report:
    one = decision(NASTY, decision_id="a", violations=violations)
    return Report(
        "r", (one,), proposals={"a": proposal(groups, **intent)}, path_terms=PathTerms(hops={"R-SG-001": "group"})
    )


def test_a_comment_tells_where_a_path_stops_and_which_rule_says_so() -> None:
    text = markdown.render(report([group("sg-0a000001")], SAID))
    assert FOLD in text
    assert "**Security groups of the endpoint sg-0a000001 ✕**\n" in text
    assert "  - Security groups of the endpoint: admits nobody on TCP 443 (R-SG-001)\n" in text


def test_a_comment_is_silent_where_nothing_is_wrong_on_a_path() -> None:
    assert FOLD not in markdown.render(report([group("sg-0a000001", "10.0.0.0/16")], violation("deny")))
    assert FOLD not in markdown.render(report([group("sg-0a000001", "10.0.3.0/24")]))
    assert FOLD not in markdown.render(Report("r", (decision(decision_id="a", violations=(SAID,)),)))


def test_a_comment_tells_of_clients_that_the_proposal_names() -> None:
    text = markdown.render(report([group("sg-0a000001", "10.0.1.0/24")], app_subnets=[A, C]))
    (line,) = [one for one in text.splitlines() if one.startswith("- subnet")]
    assert line.startswith(f"- {C} (10.0.3.0/24): DNS ✓ → ")
    assert line.endswith("**Security groups of the endpoint sg-0a000001 ✕**")


def test_asked_for_all_paths_are_told_with_what_is_around() -> None:
    text = paths.render(report([group("sg-0a000001", "10.0.0.0/16")]))
    assert f"- {A}, {B}, {C} (10.0.1.0/24, 10.0.2.0/24, 10.0.3.0/24): DNS ✓ → " in text
    assert f"| us-east-1a | {A} 10.0.1.0/24: gets the endpoint |" in text


def test_what_is_not_told_or_not_here_says_what_to_do() -> None:
    (bare,) = proposals([read_drafts({"operation": "create", "request": {"ServiceName": "x"}})])
    one = decision(decision_id="a")
    assert "give --context" in paths.render(Report("r", (one,), proposals={"a": bare}))
    assert "not what a service judged" in paths.render(Report("r", (one,)))
