"""What AWS makes with a new VPC: its default security group and its main route table, by what stands for their ids.

They are told only to what refers to them: a rule about all groups or tables of a VPC asks about those that people made.
Source: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html and
https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vpce_guard.formats.document import DEFAULT_VPC
from vpce_guard.formats.terraform.network import PlannedNetwork, PlannedResource
from vpce_guard.formats.terraform.to_come import DEFAULT_GROUP, DEFAULT_TABLE, id_with_vpc
from vpce_guard.model import Json

_EVERYTHING = {"protocol": "-1", "from_port": 0, "to_port": 0}


def default_groups(network: PlannedNetwork) -> Iterator[PlannedResource]:
    """The default security groups of new VPCs that no resource takes over: they let in their own members only."""
    taken = {group.values["id"] for group in network.of_kind("aws_security_group")}
    for vpc in network.of_kind("aws_vpc"):
        identity = id_with_vpc(vpc.instance.address, DEFAULT_GROUP)
        if vpc.created and identity not in taken:
            values = {
                "id": identity,
                "name": "default",
                "vpc_id": vpc.values["id"],
                "ingress": [{**_EVERYTHING, "security_groups": [identity]}],
                "egress": [{**_EVERYTHING, "cidr_blocks": ["0.0.0.0/0"], "ipv6_cidr_blocks": ["::/0"]}],
            }
            yield PlannedResource("aws_security_group", values, {}, created=True, instance=vpc.instance)


def with_default_vpc(groups: Sequence[Json], network: PlannedNetwork) -> list[Json]:
    """Groups as an endpoint of a new VPC sees them: a new one whose resource names no VPC is in the default one.

    Source: the AWS provider's documentation of aws_security_group, v6: `vpc_id` defaults to the Region's default VPC.
    """
    found = {
        group.values["id"]
        for group in network.of_kind("aws_security_group")
        if group.created
        and group.instance.kind == "aws_security_group"
        and not group.values.get("vpc_id")
        and not network.references.is_given(group.instance, "vpc_id")
    }
    return [{"VpcId": DEFAULT_VPC, **one} if one["GroupId"] in found else one for one in groups]


def default_tables(network: PlannedNetwork) -> dict[str, Json]:
    """The main route tables of new VPCs that no resource takes over, by their ids."""
    taken = {table.values["id"] for table in network.of_kind("aws_route_table")}
    found: dict[str, Json] = {}
    for vpc in network.of_kind("aws_vpc"):
        identity = id_with_vpc(vpc.instance.address, DEFAULT_TABLE)
        if vpc.created and identity not in taken:
            found[identity] = {
                "RouteTableId": identity,
                "VpcId": vpc.values["id"],
                "Routes": [],
                "Associations": [{"Main": True}],
            }
    return found
