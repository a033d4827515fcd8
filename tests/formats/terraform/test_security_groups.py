"""Security groups and route tables of a plan come with what is known of their rules and routes."""

from __future__ import annotations

from tests.support.terraform import ENDPOINT, block, refers, resource, written
from vpce_guard.formats import read
from vpce_guard.model import Json


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


def test_a_rule_whose_group_is_not_known_may_be_of_any() -> None:
    groups = [resource(f"aws_security_group.{name}", "aws_security_group", {"name": name}) for name in "gh"]
    egress = {"type": "egress", "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}
    rule = resource("aws_security_group_rule.r", "aws_security_group_rule", egress, unknown={"security_group_id": True})
    endpoint = resource("aws_vpc_endpoint.e", "aws_vpc_endpoint", ENDPOINT)
    for rules, members in (([], {"IpPermissions", "IpPermissionsEgress"}), ([rule], {"IpPermissions"})):
        (found,) = read(written({"resources": []}, *groups, *rules, endpoint))
        told = [group.keys() & {"IpPermissions", "IpPermissionsEgress"} for group in found.context["SecurityGroups"]]
        assert told == [members] * 2


def test_a_prefix_list_that_gets_entries_has_more_than_it_tells() -> None:
    def entries(*resources: Json) -> list[bool]:
        lists = [
            resource(
                f"aws_ec2_managed_prefix_list.{n}", "aws_ec2_managed_prefix_list", {"entry": [{"cidr": "10.0.0.0/8"}]}
            )
            for n in "pq"
        ]
        endpoint = resource("aws_vpc_endpoint.e", "aws_vpc_endpoint", ENDPOINT)
        (found,) = read(written({"resources": []}, *lists, *resources, endpoint))
        return ["Entries" in one for one in found.context["ManagedPrefixLists"]]

    kind = "aws_ec2_managed_prefix_list_entry"
    known = resource(f"{kind}.e", kind, {"cidr": "11.0.0.0/8", "prefix_list_id": "aws_ec2_managed_prefix_list.p"})
    unknown = resource(f"{kind}.e", kind, {"cidr": "11.0.0.0/8"}, unknown={"prefix_list_id": True})
    assert [entries(), entries(known), entries(unknown)] == [[True, True], [False, True], [False, False]]
