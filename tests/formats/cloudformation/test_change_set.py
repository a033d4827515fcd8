"""Change sets: what is created, changed and removed, and what is known only afterwards."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats import read, read_drafts
from vpce_guard.model import Json

ARN = "arn:aws:cloudformation:eu-west-1:111122223333:stack/net/1"
SQS = {"VpcId": "vpc-1", "ServiceName": "com.amazonaws.eu-west-1.sqs", "VpcEndpointType": "Interface"}


def change_set(action: str, before: Json | None, after: Json | None, **more: Any) -> Json:
    change = {"Action": action, "LogicalResourceId": "Sqs", "ResourceType": "AWS::EC2::VPCEndpoint", **more}
    for side, properties in (("BeforeContext", before), ("AfterContext", after)):
        if properties is not None:
            change[side] = json.dumps({"Properties": properties})
    return {"StackId": ARN, "Changes": [{"Type": "Resource", "ResourceChange": change}]}


def test_an_addition_is_a_create_in_the_region_of_the_change_set() -> None:
    (found,) = read(change_set("Add", None, SQS))
    assert (found.operation, found.address, found.request) == ("create", "Sqs", SQS)
    assert (found.context["Region"], found.context["AccountId"]) == ("eu-west-1", "111122223333")


def test_a_change_in_place_is_a_modify() -> None:
    after = {**SQS, "PrivateDnsEnabled": "true", "SubnetIds": ["{{changeSet:KNOWN_AFTER_APPLY}}"]}
    (found,) = read(change_set("Modify", {**SQS, "SubnetIds": ["subnet-1"]}, after, PhysicalResourceId="vpce-1"))
    assert found.operation == "modify"
    assert found.request == {"VpcEndpointId": "vpce-1", "PrivateDnsEnabled": True}
    assert found.unknown == ("/request/AddSubnetIds", "/request/RemoveSubnetIds")


OTHER = {**SQS, "ServiceName": "com.amazonaws.eu-west-1.sns"}


@pytest.mark.parametrize(("after", "replacement"), [(SQS, "True"), (OTHER, "Conditional"), (OTHER, "False")])
def test_a_replacement_is_a_create_beside_the_old_one_and_then_a_delete(after: Json, replacement: str) -> None:
    document = change_set("Modify", SQS, after, PhysicalResourceId="vpce-1", Replacement=replacement)
    made, gone = read(document)
    assert (made.operation, made.request["ServiceName"]) == ("create", after["ServiceName"])
    assert (gone.operation, gone.request) == ("delete", {"VpcEndpointId": "vpce-1"})
    (old,) = made.peers
    assert (old["VpcEndpointId"], old["ServiceName"]) == ("vpce-1", SQS["ServiceName"])
    assert old["address"] == "Sqs (until the stack is cleaned up)"


def test_a_conditional_replacement_of_nothing_fixed_is_a_modify() -> None:
    after = {**SQS, "PrivateDnsEnabled": True}
    (found,) = read(change_set("Modify", SQS, after, PhysicalResourceId="vpce-1", Replacement="Conditional"))
    assert found.operation == "modify"


def test_what_is_removed_is_there_while_the_rest_is_made() -> None:
    document = change_set("Add", None, SQS)
    document["Changes"] += change_set("Remove", SQS, None, PhysicalResourceId="vpce-1")["Changes"]
    made, gone = read(document)
    assert [peer["VpcEndpointId"] for peer in made.peers] == ["vpce-1"]
    assert gone.peers[0]["ServiceName"] == SQS["ServiceName"]


def test_a_removal_is_a_delete() -> None:
    (found,) = read(change_set("Remove", SQS, None, PhysicalResourceId="vpce-1"))
    assert (found.operation, found.request) == ("delete", {"VpcEndpointId": "vpce-1"})


def test_an_import_changes_nothing() -> None:
    assert read(change_set("Import", None, SQS, PhysicalResourceId="vpce-1")) == []


@pytest.mark.parametrize("document", [change_set("Add", None, None), change_set("Modify", None, SQS)])
def test_a_change_without_its_values_is_refused(document: Json) -> None:
    with pytest.raises(MalformedError, match="include-property-values"):
        read(document)


def test_values_that_are_no_json_are_refused() -> None:
    with pytest.raises(MalformedError, match="not JSON"):
        read(change_set("Add", None, None, AfterContext="{"))


def test_changes_of_nested_stacks_are_told() -> None:
    stack = {"ResourceType": "AWS::CloudFormation::Stack", "LogicalResourceId": "Net", "Action": "Modify"}
    found = read_drafts({"StackId": ARN, "Changes": [{"ResourceChange": stack}]})
    assert found.notes == ("the changes of the nested stack Net are not read: describe its change set too",)


def test_an_endpoint_without_a_type_is_a_gateway_endpoint() -> None:
    plain = {"VpcId": "vpc-1", "ServiceName": "com.amazonaws.eu-west-1.s3"}
    said = {**plain, "VpcEndpointType": "Gateway", "RouteTableIds": ["rtb-1"]}
    (found,) = read(change_set("Modify", plain, said, PhysicalResourceId="vpce-1"))
    assert found.operation == "modify"
    assert found.request == {"VpcEndpointId": "vpce-1", "AddRouteTableIds": ["rtb-1"]}
    assert found.current is not None
    assert found.current["VpcEndpointType"] == "Gateway"
