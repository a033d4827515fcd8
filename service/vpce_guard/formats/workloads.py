"""Resources beside endpoints that show, by their type and subnets, what is used in a VPC: `Workloads` of a context.

A workload is {"Name", "ResourceType", "SubnetIds"}: what to call it, its type in CloudFormation's words, and subnets
that it is in, or some of which it is in, all of one VPC. What a type shows to be needed is for the policies to say: the
`resources` of rego/vpce/buckets/data.yaml. Source of the members: the CloudFormation template reference, and the AWS
provider's documentation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple


class WorkloadType(NamedTuple):
    """Where a resource names its subnets: paths of its properties in CloudFormation, and of arguments in Terraform."""

    properties: tuple[str, ...]
    terraform: str
    arguments: tuple[str, ...]


WORKLOAD_TYPES: Mapping[str, WorkloadType] = {
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

TERRAFORM_TYPES = frozenset(one.terraform for one in WORKLOAD_TYPES.values())
"""The same, by the names of Terraform's AWS provider."""


def values_at(value: Any, path: str) -> Iterator[Any]:
    """What stands at a path of members with dots between, through lists of objects; the items of a list one by one."""
    for item in value if isinstance(value, list) else [value]:
        if not path:
            yield item
        elif isinstance(item, dict):
            member, _, rest = path.partition(".")
            if member in item:
                yield from values_at(item[member], rest)
