"""Each tool, asked by the SDK's client: its answer is of its schema, and what is refused is an error with advice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from mcp import Client
from mcp_types import CallToolResult

from vpce_guard.runtime.wiring import make_guard, open_log
from vpce_guard.settings import Settings
from vpce_guard.surfaces.api import make_app
from vpce_guard.surfaces.mcp import Agents
from vpce_guard.surfaces.mcp.inside import make_ask
from vpce_guard.surfaces.mcp.protocol import make_server
from vpce_guard.surfaces.mcp.tools import TOOLS

TWICE = {
    "VpcId": "vpc-0a000001",
    "ServiceName": "com.amazonaws.us-east-1.sqs",
    "VpcEndpointType": "Interface",
    "SubnetIds": ["subnet-0a000001", "subnet-0a000001"],
}
ROUTED = TWICE | {"SubnetIds": ["subnet-0a000001"], "RouteTableIds": ["rtb-0a000001"]}
OPEN = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}}
NEED = {"service": "s3", "region": "us-east-1", "vpc_id": "vpc-0a000001", "route_table_ids": ["rtb-0a000001"]}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service with a log, for agents."""
    given = Settings(database_url=f"sqlite:///{tmp_path_factory.mktemp('agents') / 'decisions.db'}")
    guard = replace(make_guard(given), decision_log=open_log(given))
    with TestClient(make_app(guard, pages=Agents())) as client:
        yield client


def call(service: TestClient, name: str, /, **arguments: Any) -> CallToolResult:
    """What a tool answers to an agent on this machine."""

    async def ask() -> CallToolResult:
        async with Client(make_server(make_ask(service.app))) as agent:
            return await agent.call_tool(name, arguments)

    assert service.portal is not None
    return service.portal.call(ask)


def answer(service: TestClient, name: str, /, **arguments: Any) -> Any:
    """The same where it must answer, which is of the tool's schema."""
    result = call(service, name, **arguments)
    assert not result.is_error, result.content
    Draft202012Validator(TOOLS[name].gives.model_json_schema(mode="serialization")).validate(result.structured_content)
    return result.structured_content


def refusal(service: TestClient, name: str, /, **arguments: Any) -> str:
    """What an error of a tool says."""
    result = call(service, name, **arguments)
    assert result.is_error
    return result.content[0].text  # type: ignore[union-attr]


def test_tools_are_listed_with_schemas_that_are_valid(service: TestClient) -> None:
    async def list_tools() -> list[Any]:
        async with Client(make_server(make_ask(service.app))) as agent:
            return list((await agent.list_tools()).tools)

    tools = asyncio.run(list_tools())
    assert [tool.name for tool in tools] == ["check", "advise", "explain", "rules", "services", "reach"]
    for tool in tools:
        for schema in (tool.input_schema, tool.output_schema):
            Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"
    assert [tool.name for tool in tools if not tool.annotations.read_only_hint] == ["check"]


def test_check_gives_fixes_as_patches_and_names_what_to_fetch(service: TestClient) -> None:
    found = answer(service, "check", document=ROUTED)
    assert found["allowed"] is False
    (decision,) = found["decisions"]
    (violation,) = [one for one in decision["violations"] if one["enforcement_action"] == "deny"]
    assert violation["fix"] == [{"op": "remove", "path": "/request/RouteTableIds"}]
    assert violation["fix_verified"] is True
    (subnets,) = [one for one in found["to_fetch"] if one["what"] == "subnets"]
    assert subnets["commands"] == ["aws ec2 describe-subnets --subnet-ids subnet-0a000001"]
    assert subnets["pointers"] == ["/context/Subnets"]


def test_check_is_recorded_unless_it_is_a_try(service: TestClient) -> None:
    kept = answer(service, "check", document=TWICE)["decisions"][0]["decision_id"]
    tried = answer(service, "check", document=TWICE, dry_run=True)["decisions"][0]["decision_id"]
    assert service.get(f"/v1/decisions/{kept}").json()["requested_by"] == "local"
    assert service.get(f"/v1/decisions/{tried}").status_code == 404


def test_check_takes_the_text_of_a_file_and_finds_the_line(service: TestClient) -> None:
    template = (
        "Resources:\n  Queue:\n    Type: AWS::EC2::VPCEndpoint\n    Properties:\n      VpcId: vpc-0a000001\n"
        "      VpcEndpointType: Gateway\n      ServiceName: com.amazonaws.us-east-1.sqs\n"
    )
    found = answer(service, "check", document=template, dry_run=True)
    assert [one["subject"]["address"] for one in found["decisions"]] == ["Queue"]
    denied = [one for one in found["decisions"][0]["violations"] if one["rule_id"] == "VPCE-GW-001"]
    assert denied[0]["location"] == {"file": "document", "line": 7}


def test_check_takes_what_commands_print_and_asks_for_less(service: TestClient) -> None:
    names = ("EnableDnsSupport", "EnableDnsHostnames")
    told = [{"Region": "us-east-1"}, *({"VpcId": "vpc-0a000001", name: {"Value": True}} for name in names)]
    asked = [answer(service, "check", document=ROUTED, dry_run=True, context=given)["to_fetch"] for given in ({}, told)]
    before, after = ({one["what"] for one in wanted} for wanted in asked)
    assert before - after == {"DNS support and host names of the VPC", "the Region"}


def test_a_decision_that_was_recorded_is_explained(service: TestClient) -> None:
    decision = answer(service, "check", document=TWICE)["decisions"][0]["decision_id"]
    found = answer(service, "explain", decision_id=decision, rule_id="VPCE-COMMON-010", flip=False)
    assert [(one["decision_id"], one["decided_by"]) for one in found["explanations"]] == [
        (decision, ["VPCE-COMMON-010"])
    ]


def test_a_document_is_explained(service: TestClient) -> None:
    found = answer(service, "explain", document=TWICE, rule_id="VPCE-COMMON-010", flip=False)
    assert [one["allowed"] for one in found["explanations"]] == [False]


def test_rules_are_found_by_words_and_told_by_id(service: TestClient) -> None:
    found = answer(service, "rules", about="listed once")
    assert found["rule"] is None
    everything = answer(service, "rules")
    assert 0 <= len(found["rules"]) < len(everything["rules"]) > 100
    told = answer(service, "rules", rule_id="VPCE-COMMON-010")
    assert [one["id"] for one in told["rules"]] == [told["rule"]["id"]] == ["VPCE-COMMON-010"]
    assert told["rule"]["examples"]["fail"]


def test_services_are_found_by_name_and_told_with_sources(service: TestClient) -> None:
    assert answer(service, "services", about="ecr.api")["services"] == [{"name": "ecr.api", "types": ["Interface"]}]
    told = answer(service, "services", name="s3")
    assert told["services"] == [{"name": "s3", "types": ["Gateway", "Interface"]}]
    assert told["service"]["sources"]


def test_advice_names_what_must_be_told_or_gives_proposals(service: TestClient) -> None:
    assert answer(service, "advise", **NEED)["endpoint_type"] == "Gateway"
    assert [one["member"] for one in answer(service, "advise")["needs"]] == ["service", "region", "vpc_id"]


def test_a_policy_is_proved(service: TestClient) -> None:
    asked = {"principal": "anonymous", "action": "s3:PutObject", "resource": "arn:aws:s3:::a/b"}
    found = answer(service, "reach", policy=OPEN, can=asked)
    assert {one["question"]: one["answer"] for one in found["answers"]}["can"] == "refuted"


def test_what_is_refused_is_an_error_that_says_what_to_do(service: TestClient) -> None:
    assert refusal(service, "check").endswith("/document: Field required")
    assert "The formats are auto," in refusal(service, "check", document={"what": "ever"})
    assert "Did you mean ecr.api?" in refusal(service, "services", name="api.ecr")
    assert "There is no rule VPCE-NONE-1." in refusal(service, "rules", rule_id="VPCE-NONE-1")
    assert refusal(service, "nonesuch").startswith("Not found. There is no tool 'nonesuch'. There is check,")


@pytest.mark.parametrize(("tool", "member"), [("explain", "decision_id"), ("rules", "rule_id"), ("services", "name")])
def test_no_name_leads_to_another_route(service: TestClient, tool: str, member: str) -> None:
    assert f"/{member}: String should match" in refusal(service, tool, **{member: "../bundles"})
