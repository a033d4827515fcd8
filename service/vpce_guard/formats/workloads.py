"""Resources beside endpoints that show, by their type and subnets, what is used in a VPC: `Workloads` of a context.

A workload is {"Name", "ResourceType", "SubnetIds"}: what to call it, its type in CloudFormation's words, and subnets
that it is in, or some of which it is in, all of one VPC. What a type shows to be needed is for the policies to say: the
`resources` of rego/vpce/buckets/data.yaml. Source of the members: the CloudFormation template reference, and the AWS
provider's documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class WorkloadType(NamedTuple):
    """Where a resource names its subnets: paths of its properties in CloudFormation, and of arguments in Terraform."""

    properties: tuple[str, ...]
    terraform: str
    arguments: tuple[str, ...]


ECS_SERVICE = "AWS::ECS::Service"
"""The type that counts where the task definition it names has an image in ECR, and not elsewhere."""

WORKLOAD_TYPES: Mapping[str, WorkloadType] = {
    ECS_SERVICE: WorkloadType(
        ("NetworkConfiguration.AwsvpcConfiguration.Subnets",), "aws_ecs_service", ("network_configuration.subnets",)
    ),
    "AWS::EKS::Cluster": WorkloadType(("ResourcesVpcConfig.SubnetIds",), "aws_eks_cluster", ("vpc_config.subnet_ids",)),
    "AWS::EKS::FargateProfile": WorkloadType(("Subnets",), "aws_eks_fargate_profile", ("subnet_ids",)),
    "AWS::EKS::Nodegroup": WorkloadType(("Subnets",), "aws_eks_node_group", ("subnet_ids",)),
    "AWS::EMR::Cluster": WorkloadType(
        ("Instances.Ec2SubnetId", "Instances.Ec2SubnetIds"),
        "aws_emr_cluster",
        ("ec2_attributes.subnet_id", "ec2_attributes.subnet_ids"),
    ),
    "AWS::ImageBuilder::InfrastructureConfiguration": WorkloadType(
        ("SubnetId",), "aws_imagebuilder_infrastructure_configuration", ("subnet_id",)
    ),
}
"""The types of resources that show a workload, by CloudFormation's names."""

TASK_DEFINITIONS = "aws_ecs_task_definition"
TERRAFORM_TYPES = frozenset({TASK_DEFINITIONS, *(one.terraform for one in WORKLOAD_TYPES.values())})
"""What the AWS provider of Terraform calls them, and what services of ECS name."""

_IN_ECR = re.compile(r"(?:\d{12}|\$\{AWS::AccountId\})\.dkr\.ecr(?:-fips)?\.([^./]+)\.[^/]+/.+")


def ecr_region(image: str) -> str | None:
    """The Region of the registry of ECR that an image surely is in, as it is written; None for another place."""
    found = _IN_ECR.fullmatch(image)
    return found[1] if found else None


def values_at(value: Any, path: str) -> Iterator[Any]:
    """What stands at a path of members with dots between, through lists of objects; the items of a list one by one."""
    for item in value if isinstance(value, list) else [value]:
        if not path:
            yield item
        elif isinstance(item, dict):
            member, _, rest = path.partition(".")
            if member in item:
                yield from values_at(item[member], rest)
