"""The drawings of a check: well-formed whatever stands in a document, denied ones first, only what is told."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from tests.support.audits import audit
from tests.support.command import run
from tests.surfaces.reports.test_reports import NASTY, decision, violation
from vpce_guard.formats import proposals, read_drafts
from vpce_guard.formats.document import Draft
from vpce_guard.model import Proposal
from vpce_guard.surfaces.reports import Report
from vpce_guard.surfaces.reports.svg import render

SVG = "{http://www.w3.org/2000/svg}"
SUBNET = {"SubnetId": "subnet-0a100001", "VpcId": "vpc-0a000001", "AvailabilityZone": "us-east-1a"}


def proposal(**context: Any) -> Proposal:
    request = {"VpcEndpointType": "Interface", "VpcId": "vpc-0a000001", "SubnetIds": ["subnet-0a100001"]}
    document = {"operation": "create", "request": request, "context": {"Subnets": [SUBNET], **context}}
    (found,) = proposals([read_drafts(document)])
    return found


def texts(report: Report) -> list[str]:
    found = ElementTree.fromstring(render(report))  # noqa: S314 - made here
    assert found.tag == f"{SVG}svg"
    return ["".join(one.itertext()) for one in found.iter(f"{SVG}text")]


def test_each_endpoint_is_drawn_denied_ones_first() -> None:
    allowed = decision("aws_vpc_endpoint.fine", decision_id="a", allowed=True)
    wrong = (violation("deny", path="/request/SubnetIds/0"),)
    denied = decision("aws_vpc_endpoint.bad", decision_id="b", violations=wrong)
    report = Report("r", (allowed, denied), proposals={"a": proposal(), "b": proposal()})
    told = texts(report)
    assert told.index("aws_vpc_endpoint.bad" + "denied") < told.index("aws_vpc_endpoint.fine" + "allowed")
    assert told.count("subnet-0a100001") == 2
    assert render(report).count('<g class="box added wrong">') == 1


def test_where_nothing_is_told_it_says_what_to_give() -> None:
    (bare,) = proposals([read_drafts({"operation": "create", "request": {"ServiceName": "x"}})])
    one = decision(decision_id="a")
    assert "Nothing is told of what is around it: give --context." in texts(Report("r", (one,), proposals={"a": bare}))
    assert "Only what vpce-guard judges itself is drawn, not what a service judged." in texts(Report("r", (one,)))


def test_what_a_document_says_is_text_and_what_nobody_may_see_is_not_there() -> None:
    named = {**SUBNET, "SubnetId": NASTY, "CidrBlock": "a secret"}
    report = Report(
        "r",
        (decision(NASTY, decision_id="a"),),
        proposals={"a": proposal(Subnets=[SUBNET, named])},
        drafts={"a": Draft(operation="create", sensitive=("a secret",))},
    )
    assert any("<script>" in one for one in texts(report))
    assert "<script>" not in render(report)
    assert "a secret" not in render(report)


@pytest.mark.parametrize("number", [50, 53])
def test_many_are_not_all_drawn_and_that_is_said(number: int) -> None:
    one = decision(decision_id="a")
    told = texts(Report("r", tuple(replace_id(one, n) for n in range(number))))
    assert told[-1] == (
        "3 more are not drawn"
        if number > 50
        else "Only what vpce-guard judges itself is drawn, not what a service judged."
    )


def replace_id(one: Any, number: int) -> Any:
    return one.model_copy(update={"decision_id": str(number)})


def test_check_draws(tmp_path: Any) -> None:
    path = tmp_path / "one.json"
    path.write_text(
        '{"operation": "create", "request": {"VpcEndpointType": "Interface", "VpcId": "vpc-0a000001",'
        ' "ServiceName": "com.amazonaws.us-east-1.sqs", "SubnetIds": ["subnet-0a100001"]}, "context": {"Subnets":'
        ' [{"SubnetId": "subnet-0a100001", "VpcId": "vpc-0a000001", "AvailabilityZone": "us-east-1a"}]}}'
    )
    done = run("check", str(path), "-o", "svg")
    found = ElementTree.fromstring(done.stdout)  # noqa: S314 - made here
    assert "subnet-0a100001" in [one.text for one in found.iter(f"{SVG}text")]


def test_an_audit_draws_endpoints_with_findings_by_vpc_and_says_what_is_left_out() -> None:
    def found(name: str, vpc: str, **more: Any) -> Any:
        one = decision(name, decision_id=name, **more)
        return one.model_copy(update={"subject": one.subject.model_copy(update={"vpc_id": vpc})})

    warned = (violation("warn"),)
    decisions = (
        found("vpce-b", "vpc-b", violations=warned, allowed=True),
        found("vpce-a", "vpc-a", violations=warned, allowed=True),
        found("vpce-bad", "vpc-b", violations=(violation("deny"),)),
        found("vpce-fine", "vpc-a", allowed=True),
    )
    told = texts(Report("r", decisions, audit=audit()))
    titles = [one for one in told if one.startswith("vpce-")]
    assert titles == ["vpce-ain order", "vpce-badin violation", "vpce-bin order"]
    assert told[-1] == "1 without findings is not drawn"
