"""What a plan tells of workloads beside its endpoints: what is known, what the source tells, what is all of one VPC."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.planned import VPC, block, change, data, endpoint, only, plan
from vpce_guard.model import Json

CLUSTER = "aws_eks_cluster"
NODES = "aws_eks_node_group"
BUILDER = "aws_imagebuilder_infrastructure_configuration"


def refers(*names: str) -> Json:
    return {"references": list(names)}


def subnet(name: str, vpc: str = VPC, **more: Any) -> Json:
    return change("aws_subnet", name, ["create"], after={"vpc_id": vpc}, unknown={"id": True}, **more)


def told(*changes: Json, **more: Any) -> Any:
    return only(plan(endpoint(), *changes, **more)).context.get("Workloads")


def in_subnets(*subnets: str, name: str = f"{NODES}.w", kind: str = "AWS::EKS::Nodegroup") -> list[Json]:
    return [{"Name": name, "ResourceType": kind, "SubnetIds": list(subnets)}]


@pytest.mark.parametrize(
    ("kind", "after", "term"),
    [
        (CLUSTER, {"vpc_config": [{"subnet_ids": ["subnet-1"]}]}, "AWS::EKS::Cluster"),
        (NODES, {"subnet_ids": ["subnet-1"]}, "AWS::EKS::Nodegroup"),
        ("aws_eks_fargate_profile", {"subnet_ids": ["subnet-1"]}, "AWS::EKS::FargateProfile"),
        ("aws_emr_cluster", {"ec2_attributes": [{"subnet_id": "subnet-1", "subnet_ids": None}]}, "AWS::EMR::Cluster"),
        ("aws_emr_cluster", {"ec2_attributes": [{"subnet_ids": ["subnet-1"]}]}, "AWS::EMR::Cluster"),
        (BUILDER, {"subnet_id": "subnet-1"}, "AWS::ImageBuilder::InfrastructureConfiguration"),
    ],
)
def test_each_type_names_its_subnets_in_its_own_place(kind: str, after: Json, term: str) -> None:
    assert told(change(kind, "w", ["create"], after=after)) == in_subnets("subnet-1", name=f"{kind}.w", kind=term)


def test_what_stays_counts_and_what_goes_does_not() -> None:
    values = {"vpc_config": [{"subnet_ids": ["subnet-1"]}]}
    expected = in_subnets("subnet-1", name=f"{CLUSTER}.w", kind="AWS::EKS::Cluster")
    assert told(change(CLUSTER, "w", ["no-op"], before=values, after=values)) == expected
    assert told(change(CLUSTER, "w", ["delete"], before=values)) is None
    (looked_up,) = told(state=[data(CLUSTER, "w", **values)])
    assert looked_up == {**expected[0], "Name": f"data.{CLUSTER}.w"}


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [change(NODES, "w", ["create"], after={})],
        [change(BUILDER, "w", ["create"], after={"subnet_id": None})],
        [change("aws_lambda_function", "w", ["create"], after={"vpc_config": [{"subnet_ids": ["subnet-1"]}]})],
    ],
)
def test_what_is_in_no_subnet_that_is_told_is_left_out(changes: list[Json]) -> None:
    assert told(*changes) is None


def nodes(**more: Any) -> Json:
    return change(NODES, "w", ["create"], after={}, unknown={"id": True, "subnet_ids": True}, **more)


@pytest.mark.parametrize(
    ("names", "subnets"),
    [
        (["aws_subnet.a.id", "aws_subnet.a", "aws_subnet.b.id", "aws_subnet.b"], ["aws_subnet.a", "aws_subnet.b"]),
        (["aws_subnet.many"], ['aws_subnet.many["x"]', 'aws_subnet.many["y"]']),
        (['aws_subnet.many["y"].id', 'aws_subnet.many["y"]', "aws_subnet.many"], ['aws_subnet.many["y"]']),
        (["aws_subnet.a", "each.key"], ["aws_subnet.a"]),
        (["data.aws_subnet.there.id", "data.aws_subnet.there"], ["subnet-there"]),
        (["var.more", "aws_subnet.a.id", "aws_subnet.a"], ["subnet-there", "aws_subnet.a"]),
        (["aws_subnet.a.id", "aws_subnet.a", "aws_subnet.elsewhere.id", "aws_subnet.elsewhere"], None),
        (["aws_subnet.untold.id", "aws_subnet.untold"], None),
        (["aws_subnet.gone.id", "aws_subnet.gone"], None),
        (["aws_subnet.a.arn", "aws_subnet.a"], None),
        (["local.subnets"], None),
        (["each.value.subnet_ids", "each.value"], None),
        (["var.missing"], None),
        (["data.aws_subnets.all.ids", "data.aws_subnets.all"], None),
        (["aws_subnet.a.id", "aws_subnet.a", "local.more"], None),
        (["aws_db_subnet_group.g.subnet_ids", "aws_db_subnet_group.g"], None),
        ([], None),
    ],
)
def test_a_list_to_come_tells_its_vpc_where_all_it_refers_to_is_of_one(names: list[str], subnets: Any) -> None:
    many = [subnet("many", address=f'aws_subnet.many["{key}"]', index=key) for key in ("x", "y")]
    late = change("aws_subnet", "untold", ["create"], after={}, unknown={"id": True, "vpc_id": True})
    given = plan(
        endpoint(),
        *(subnet("a"), subnet("b"), *many, subnet("elsewhere", vpc="vpc-2"), late, nodes()),
        state=[data("aws_subnet", "there", id="subnet-there", vpc_id=VPC)],
        blocks=[block(NODES, "w", subnet_ids=refers(*names))],
    )
    given["variables"] = {"more": {"value": ["subnet-there"]}}
    expected = None if subnets is None else in_subnets(*subnets)
    assert only(given).context.get("Workloads") == expected


def test_a_nested_block_to_come_is_read_by_what_it_refers_to() -> None:
    hidden = {"id": True, "vpc_config": [{"subnet_ids": True, "vpc_id": True}]}
    cluster = change(CLUSTER, "w", ["create"], after={"vpc_config": [{"public": False}]}, unknown=hidden)
    written = {"subnet_ids": refers("aws_subnet.a.id", "aws_subnet.a"), "public": {"constant_value": False}}
    found = told(subnet("a"), cluster, blocks=[block(CLUSTER, "w", vpc_config=[written])])
    assert found == in_subnets("aws_subnet.a", name=f"{CLUSTER}.w", kind="AWS::EKS::Cluster")


def test_a_single_subnet_to_come_is_certain() -> None:
    late = change(BUILDER, "w", ["create"], after={}, unknown={"subnet_id": True})
    found = told(subnet("a"), late, blocks=[block(BUILDER, "w", subnet_id=refers("aws_subnet.a.id", "aws_subnet.a"))])
    term = "AWS::ImageBuilder::InfrastructureConfiguration"
    assert found == in_subnets("aws_subnet.a", name=f"{BUILDER}.w", kind=term)


OWN = "111122223333.dkr.ecr.us-east-1.amazonaws.com/app:1"


def task_definition(*images: str, **more: Any) -> Json:
    containers = json.dumps([{"name": "c", "image": image} for image in images])
    after = {"family": "app", "container_definitions": containers}
    return change("aws_ecs_task_definition", "t", ["create"], after=after, unknown={"arn": True}, **more)


def services(definition: Json, *, named: str | None = None, refers_to: Any = (), **more: Any) -> Any:
    """What is told of a service of ECS with a task definition, in a Region that the provider tells."""
    after = {"network_configuration": [{"subnets": ["subnet-1"]}], "task_definition": named}
    hidden = {} if named else {"task_definition": True}
    made = change("aws_ecs_service", "w", ["create"], after=after, unknown=hidden)
    region = {"aws": {"name": "aws", "expressions": {"region": {"constant_value": "us-east-1"}}}}
    written = block("aws_ecs_service", "w", task_definition=refers(*refers_to))
    written["provider_config_key"] = "aws"
    return told(made, definition, blocks=[written], **{"providers": region, **more})


SERVICE = in_subnets("subnet-1", name="aws_ecs_service.w", kind="AWS::ECS::Service")
ITS_ARN = ("aws_ecs_task_definition.t.arn", "aws_ecs_task_definition.t")


def test_a_service_of_ecs_counts_where_an_image_of_its_is_in_ecr() -> None:
    assert services(task_definition("nginx", OWN), refers_to=ITS_ARN) == SERVICE
    assert services(task_definition(OWN), named="app") == SERVICE


def test_a_service_of_ecs_that_may_pull_elsewhere_is_left_out() -> None:
    assert services(task_definition("nginx"), refers_to=ITS_ARN) is None
    assert services(task_definition(OWN.replace("us-east-1", "us-west-2")), refers_to=ITS_ARN) is None
    assert services(task_definition(OWN), named="app:1") is None
    assert services(task_definition(OWN), refers_to=("var.task",)) is None
    assert services(task_definition(OWN), refers_to=ITS_ARN, providers={}) is None


def in_modules(given: Json, **variables: Json) -> Json:
    """A plan whose module `cluster` makes nodes in what it is given, beside a `network` that puts subnets out."""
    inner = {
        "resources": [block(NODES, "w", subnet_ids=refers("var.own", "var.subnets"))],
        "variables": {"own": {"default": []}, "subnets": {}, **variables},
    }
    network = {
        "resources": [block("aws_subnet", "a")],
        "outputs": {
            "subnets": {"expression": refers("aws_subnet.a")},
            "cidr": {"expression": refers("var.cidr")},
        },
    }
    found = plan(
        endpoint(),
        subnet("a", address='module.network["x"].aws_subnet.a[0]', index=0),
        nodes(address=f"module.cluster[0].{NODES}.w"),
    )
    found["configuration"]["root_module"]["module_calls"] = {
        "network": {"expressions": {}, "module": network},
        "cluster": {"expressions": {"subnets": given}, "module": inner},
    }
    return found


WITHIN = in_subnets('module.network["x"].aws_subnet.a[0]', name=f"module.cluster[0].{NODES}.w")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (refers('module.network["x"].subnets', 'module.network["x"]'), WITHIN),
        (refers('module.network["x"].subnets[0]', 'module.network["x"].subnets', 'module.network["x"]'), WITHIN),
        (refers("module.network"), None),
        (refers('module.network["x"].cidr', 'module.network["x"]'), None),
        (refers('module.network["x"].missing', 'module.network["x"]'), None),
        ({"constant_value": ["subnet-1"]}, None),
    ],
)
def test_lists_are_followed_through_modules(given: Json, expected: Any) -> None:
    assert only(in_modules(given)).context.get("Workloads") == expected


@pytest.mark.parametrize("default", [{"default": {"a": "subnet-1"}}, {"default": ["subnet-1"]}])
def test_a_default_that_may_be_meant_is_a_part_too(default: Json) -> None:
    given = refers('module.network["x"].subnets', 'module.network["x"]')
    assert only(in_modules(given, own=default)).context.get("Workloads") is None
    assert only(in_modules(given, own={"default": None})).context["Workloads"] == WITHIN
