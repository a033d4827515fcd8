"""What a template tells of workloads beside its endpoints."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats import read, read_drafts
from vpce_guard.formats.document import Extras
from vpce_guard.formats.text import Text
from vpce_guard.model import Json

SUBNETS = [{"Ref": "A"}, {"Ref": "B"}]
OF_BOTH = ["${A}", "${B}"]


def of(kind: str, **properties: Any) -> Json:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def workloads(given: Json | None = None, **resources: Json) -> Any:
    document = {
        "Parameters": {
            "Listed": {"Type": "List<AWS::EC2::Subnet::Id>"},
            "One": {"Type": "AWS::EC2::Subnet::Id"},
            "Stage": {"Type": "String"},
        },
        "Conditions": {
            "IsProduction": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
            "Never": {"Fn::Equals": ["a", "b"]},
        },
        "Resources": {
            "Vpc": of("EC2::VPC", CidrBlock="10.0.0.0/16"),
            "A": of("EC2::Subnet", VpcId={"Ref": "Vpc"}),
            "B": of("EC2::Subnet", VpcId={"Ref": "Vpc"}),
            "E": of("EC2::VPCEndpoint", VpcId={"Ref": "Vpc"}),
            **resources,
        },
    }
    (found,) = read(document, given=Extras(context=given or {}), context=given or {})
    return found.context.get("Workloads")


def one(kind: str, *subnets: str) -> list[Json]:
    return [{"Name": "W", "ResourceType": f"AWS::{kind}", "SubnetIds": list(subnets)}]


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("EKS::Cluster", {"ResourcesVpcConfig": {"SubnetIds": SUBNETS}}),
        ("EKS::Nodegroup", {"Subnets": SUBNETS}),
        ("EKS::FargateProfile", {"Subnets": SUBNETS}),
        ("EMR::Cluster", {"Instances": {"Ec2SubnetIds": SUBNETS, "MasterInstanceGroup": {"InstanceCount": 1}}}),
    ],
)
def test_each_type_names_its_subnets_in_its_own_place(kind: str, properties: Json) -> None:
    assert workloads(W=of(kind, **properties)) == one(kind, *OF_BOTH)


def test_a_single_subnet_is_told_too() -> None:
    kind = "ImageBuilder::InfrastructureConfiguration"
    assert workloads(W=of(kind, SubnetId={"Ref": "A"})) == one(kind, "${A}")
    assert workloads(W=of("EMR::Cluster", Instances={"Ec2SubnetId": "subnet-1"})) == one("EMR::Cluster", "subnet-1")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"Ref": "Listed"}, ["{{Listed[0]}}"]),
        ([{"Ref": "One"}], ["{{One}}"]),
        ([{"Fn::GetAtt": ["A", "SubnetId"]}, "subnet-1"], ["${A}", "subnet-1"]),
        ({"Fn::Split": [",", {"Fn::ImportValue": "subnets"}]}, ["{{Split(,,ImportValue(subnets))[0]}}"]),
        ({"Fn::If": ["Never", SUBNETS, [{"Ref": "B"}]]}, ["${B}"]),
        ([{"Ref": "A"}, {"Ref": "AWS::NoValue"}], ["${A}"]),
    ],
)
def test_functions_are_worked_out(given: Any, told: list[str]) -> None:
    assert workloads(W=of("EKS::Nodegroup", Subnets=given)) == one("EKS::Nodegroup", *told)


@pytest.mark.parametrize(
    "resource",
    [
        of("EKS::Nodegroup"),
        of("EKS::Nodegroup", Subnets=[]),
        of("EKS::Nodegroup", **{"Fn::Transform": {"Name": "Own"}}),
        {**of("EKS::Nodegroup", Subnets=SUBNETS), "Condition": "IsProduction"},
        {**of("EKS::Nodegroup", Subnets=SUBNETS), "Condition": "Never"},
        of("Lambda::Function", VpcConfig={"SubnetIds": SUBNETS}),
        of("EKS::Cluster", ResourcesVpcConfig={"Fn::If": ["IsProduction", {"SubnetIds": SUBNETS}, {}]}),
        {"Type": "AWS::EKS::Nodegroup"},
    ],
)
def test_what_may_not_be_there_or_in_a_subnet_is_left_out(resource: Json) -> None:
    assert workloads(W=resource) is None


def test_where_a_condition_holds_for_both_the_workload_is_there() -> None:
    found = workloads(
        W={**of("EKS::Nodegroup", Subnets=SUBNETS), "Condition": "IsProduction"},
        E={**of("EC2::VPCEndpoint", VpcId={"Ref": "Vpc"}), "Condition": "IsProduction"},
    )
    assert found == one("EKS::Nodegroup", *OF_BOTH)


def test_those_that_are_given_come_after_those_of_the_template() -> None:
    given = {"Name": "there", "ResourceType": "AWS::EMR::Cluster", "SubnetIds": ["subnet-1"]}
    found = workloads({"Workloads": [given]}, W=of("EKS::Nodegroup", Subnets=SUBNETS))
    assert found == [*one("EKS::Nodegroup", *OF_BOTH), given]


def test_a_mistake_in_a_place_that_is_looked_at_is_told() -> None:
    with pytest.raises(MalformedError, match="/Resources/W/Properties/Subnets"):
        workloads(W=of("EKS::Nodegroup", Subnets=[{"Ref": "Missing"}]))


OWN = {"Fn::Sub": "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/app:1"}


def service(**more: Any) -> Json:
    network = {"AwsvpcConfiguration": {"Subnets": SUBNETS}}
    return of("ECS::Service", **{"NetworkConfiguration": network, "TaskDefinition": {"Ref": "Task"}, **more})


def tasks(*images: Any, **more: Any) -> Json:
    containers = [{"Name": f"c{number}", "Image": image} for number, image in enumerate(images)]
    return {**of("ECS::TaskDefinition", ContainerDefinitions=containers), **more}


@pytest.mark.parametrize("named", [{"Ref": "Task"}, {"Fn::GetAtt": "Task.TaskDefinitionArn"}])
def test_a_service_of_ecs_counts_where_an_image_of_its_is_in_ecr(named: Json) -> None:
    found = workloads(W=service(TaskDefinition=named), Other=tasks("nginx"), Task=tasks("nginx", OWN))
    assert found == one("ECS::Service", *OF_BOTH)


@pytest.mark.parametrize(
    ("named", "definition"),
    [
        ({"Ref": "Task"}, tasks("nginx", "public.ecr.aws/nginx/nginx")),
        ({"Ref": "Task"}, tasks({"Ref": "One"})),
        ({"Ref": "Task"}, tasks({"Fn::If": ["IsProduction", OWN, "nginx"]})),
        ({"Ref": "Task"}, tasks("111122223333.dkr.ecr.us-east-1.amazonaws.com/app")),  # which may be another Region
        ({"Ref": "Task"}, tasks(OWN, Condition="IsProduction")),
        ({"Ref": "Task"}, of("ECS::TaskDefinition")),
        ({"Ref": "One"}, tasks(OWN)),
        ("app:1", tasks(OWN)),
        ({"Fn::If": ["IsProduction", {"Ref": "Task"}, "app:1"]}, tasks(OWN)),
    ],
)
def test_a_service_of_ecs_that_may_pull_elsewhere_is_left_out(named: Any, definition: Json) -> None:
    assert workloads(W=service(TaskDefinition=named), Task=definition) is None


NODES: Json = {
    "Parameters": {"Subnets": {"Type": "CommaDelimitedList"}},
    "Resources": {"Nodes": of("EKS::Nodegroup", Subnets={"Ref": "Subnets"})},
}


def with_nested(**more: Any) -> Json:
    """A template with a stack of nodes in it, and what is told of workloads beside its endpoint."""
    joined = {"Fn::Join": [",", SUBNETS]}
    nested = of("CloudFormation::Stack", TemplateURL="nodes.json", Parameters={"Subnets": joined})
    document = {
        "Parameters": {"Stage": {"Type": "String"}},
        "Conditions": {"IsProduction": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
        "Resources": {
            "Vpc": of("EC2::VPC", CidrBlock="10.0.0.0/16"),
            "A": of("EC2::Subnet", VpcId={"Ref": "Vpc"}),
            "B": of("EC2::Subnet", VpcId={"Ref": "Vpc"}),
            "E": of("EC2::VPCEndpoint", VpcId={"Ref": "Vpc"}),
            "Net": {**nested, **more},
        },
    }
    text = Text(NODES, file="nodes.json", data=json.dumps(NODES).encode())
    (found,) = read_drafts(document, given=Extras(open_beside=lambda _: text)).drafts
    return found.context


def test_a_nested_stack_tells_of_its_own() -> None:
    assert with_nested()["Workloads"] == [
        {"Name": "Net/Nodes", "ResourceType": "AWS::EKS::Nodegroup", "SubnetIds": OF_BOTH}
    ]


def test_a_nested_stack_that_may_not_be_there_tells_of_none() -> None:
    assert "Workloads" not in with_nested(Condition="IsProduction")
