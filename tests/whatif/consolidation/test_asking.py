"""A consolidation of a fictional organisation of 40 VPCs with 12 services each, judged; its figures by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import run
from tests.support.moving import AT, change, read
from tests.support.organisation import CENTRE, SERVICES, endpoint_of, make_organisation
from vpce_guard.errors import MalformedError
from vpce_guard.formats import read as read_proposals
from vpce_guard.whatif.consolidation.asking import ask_consolidation

NO_CATALOGUE: dict[str, Any] = {"services": {}}


def consolidate(tmp_path: Path, documents: dict[str, list[Any]], *options: str, org: Any = None) -> Any:
    (tmp_path / "all.json").write_text(json.dumps(documents))
    (tmp_path / "org.json").write_text(json.dumps(org or {}))
    given = (str(tmp_path / "all.json"), "--data", str(tmp_path / "org.json"), "--at", AT, "-o", "json")
    done = run("audit", *given, "--consolidate", CENTRE, *options)
    return json.loads(done.stdout)["audit"]["consolidation"]


def test_forty_vpcs_with_twelve_services_each(tmp_path: Path) -> None:
    told = consolidate(tmp_path, make_organisation(40), "--gb", "100")
    # A zone costs 730 hours at 0.01 USD: 7.30. Before there are 40 * 12 = 480 endpoints in two zones: 480 * 14.60.
    # After there are 12: 12 * 14.60. Data are 480 * 100 GB at 0.01 before and after. The 41 VPCs are attached to a
    # transit gateway for 730 hours at 0.05 each, and all data go through it at 0.02.
    assert [(line["what"], line["before"], line["after"]) for line in told["costs"]] == [
        ("endpoint hours", 7008.0, 175.2),
        ("endpoint data", 480.0, 480.0),
        ("transit gateway hours", 0.0, 1496.5),
        ("transit gateway data", 0.0, 960.0),
    ]
    assert (told["before"], told["after"], told["saves"]) == (7488.0, 3111.7, 4376.3)
    assert {(one["vpcs"], one["endpoints"], one["zones"]) for one in told["services"]} == {(40, 40, 2)}
    assert len(told["services"]) == len(SERVICES) == 12
    phases = ["create", *["associate"] * 40, *["delete"] * 40]
    assert [step["phase"] for step in told["steps"]] == phases * 12
    assert told["admissible"]
    assert all(step["allowed"] for step in told["steps"])
    assert [step["number"] for step in told["steps"]] == list(range(1, 973))
    first = [step["proposal"] for step in told["steps"][:81]]
    again = read_proposals({"proposals": first}, at=AT)  # `check` takes them
    assert [one.request for one in again] == [one["request"] for one in first]


def test_what_org_data_deny_is_not_admissible(tmp_path: Path) -> None:
    org = {"tags": {"required": [{"key": "cost-center"}]}, "required_endpoints": [{"services": ["sqs"]}]}
    documents = make_organisation(2, services=("sqs",))
    told = consolidate(tmp_path, documents, org=org)
    denied = {step["phase"]: step["denied_by"] for step in told["steps"] if not step["allowed"]}
    assert not told["admissible"]
    assert denied["create"] == ["VPCE-ORG-003"]
    assert denied["delete"] == ["VPCE-ORG-028"]
    tagged = consolidate(tmp_path, documents, "--tag", "cost-center=42", org={"tags": org["tags"]})
    assert tagged["admissible"]  # that an endpoint that goes has no such tag denies no step


def test_a_step_sees_what_steps_before_it_left() -> None:
    drafts, centre = read(make_organisation(2, services=("sns", "sqs")))
    asked = ask_consolidation(drafts, centre, services=NO_CATALOGUE, at=AT)
    beside = {
        (step.phase, str(step.draft.address)): made.peers
        for step, made in zip(asked.steps, asked.proposals, strict=True)
    }
    assert [one["address"] for one in beside["create", "central sns"]] == []
    assert [one["address"] for one in beside["create", "central sqs"]] == ["central sns"]
    assert [one["address"] for one in beside["delete", endpoint_of(1, 1)]] == []  # that of SNS is gone by then


@pytest.mark.parametrize(("vpcs", "without"), [(2, "Subnets"), (1, "")])
def test_what_cannot_be_worked_out_is_refused(vpcs: int, without: str) -> None:
    documents = make_organisation(vpcs, services=("sqs",))
    documents[without] = [one for one in documents.get(without, ()) if one["VpcId"] != CENTRE]
    drafts, centre = read({name: listed for name, listed in documents.items() if name})
    with pytest.raises(MalformedError, match="subnets of" if without else "in several VPCs"):
        ask_consolidation(drafts, centre, services=NO_CATALOGUE, at=AT)


def test_risks_name_policies_that_differ_and_zones_that_the_centre_lacks(tmp_path: Path) -> None:
    documents = make_organisation(2, services=("sqs",))
    own = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}],
    }
    change(documents, 0, PolicyDocument=json.dumps(own))
    documents["Subnets"] = [one for one in documents["Subnets"] if one["SubnetId"] != "subnet-0ce00001"]
    risks = " ".join(consolidate(tmp_path, documents)["risks"])
    assert "Policies of endpoints differ for com.amazonaws.us-east-1.sqs" in risks
    assert "The central VPC has 1 zones for com.amazonaws.us-east-1.sqs; an endpoint that goes has 2." in risks
