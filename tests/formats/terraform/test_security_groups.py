"""Security groups and route tables of a plan come with what is known of their rules and routes."""

from __future__ import annotations

from tests.support.terraform import ENDPOINT, block, refers, resource, written
from vpce_guard.formats import read


def test_groups_and_tables_of_the_plan_come_with_their_rules_and_routes() -> None:
    group = resource("aws_security_group.g", "aws_security_group", {"ingress": [], "name": "g"})
    rule = resource(
        "aws_vpc_security_group_ingress_rule.r",
        "aws_vpc_security_group_ingress_rule",
        {"ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "10.0.0.0/8"},
        unknown={"security_group_id": True},
    )
    table = resource(
        "aws_route_table.t", "aws_route_table", {"route": [{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}]}
    )
    association = resource(
        "aws_route_table_association.a",
        "aws_route_table_association",
        {"subnet_id": "subnet-1"},
        unknown={"route_table_id": True},
    )
    root = {
        "resources": [
            block(
                "aws_vpc_security_group_ingress_rule",
                "r",
                security_group_id=refers("aws_security_group.g.id", "aws_security_group.g"),
            ),
            block(
                "aws_route_table_association", "a", route_table_id=refers("aws_route_table.t.id", "aws_route_table.t")
            ),
        ]
    }
    endpoint = resource("aws_vpc_endpoint.e", "aws_vpc_endpoint", ENDPOINT)
    (found,) = read(written(root, group, rule, table, association, endpoint))
    (told,) = found.context["SecurityGroups"]
    assert told["IpPermissions"] == [
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    ]
    (routes,) = found.context["RouteTables"]
    assert routes["Routes"] == [{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"}]
    assert routes["Associations"] == [{"SubnetId": "subnet-1", "Main": False}]


def test_a_rule_that_is_not_known_leaves_the_group_without_rules() -> None:
    group = resource("aws_security_group.g", "aws_security_group", {"ingress": [], "name": "g"})
    rule = resource(
        "aws_security_group_rule.r",
        "aws_security_group_rule",
        {
            "type": "ingress",
            "protocol": "tcp",
            "from_port": 443,
            "to_port": 443,
            "security_group_id": "aws_security_group.g",
        },
        unknown={"cidr_blocks": True},
    )
    (found,) = read(
        written({"resources": []}, group, rule, resource("aws_vpc_endpoint.e", "aws_vpc_endpoint", ENDPOINT))
    )
    assert "IpPermissions" not in found.context["SecurityGroups"][0]
