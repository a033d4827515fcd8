"""Security groups and route tables of a plan come with what is known of their rules and routes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.planned import block, change, endpoint, only, plan
from tests.support.terraform import ENDPOINT, refers, resource, written
from vpce_guard.formats import read
from vpce_guard.formats.document import Extras
from vpce_guard.formats.terraform.hcl import Configuration
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


def group_permissions(
    rules: list[Json], blocks: list[Json] | None = None, *, group: Json | None = None, unknown: Json | None = None
) -> Any:
    """The ingress rules of a new group, where they are told."""
    made = change("aws_security_group", "g", ["create"], after=group or {}, unknown={"id": True, **(unknown or {})})
    found = only(plan(endpoint(), made, *rules, blocks=[block("aws_security_group", "g"), *(blocks or [])]))
    (told,) = found.context["SecurityGroups"]
    return told.get("IpPermissions")


HTTPS = {"ip_protocol": "tcp", "from_port": 443, "to_port": 443}


OPEN = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}


OF_GROUP = {"references": ["aws_security_group.g.id", "aws_security_group.g"]}


def test_what_a_rule_leaves_out_is_nobody_though_the_provider_works_it_out() -> None:
    after = {"type": "ingress", "protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.0.0/8"]}
    hidden = {"id": True, "security_group_id": True, "source_security_group_id": True}
    rule = change("aws_security_group_rule", "r", ["create"], after=after, unknown=hidden)
    written = block("aws_security_group_rule", "r", security_group_id=OF_GROUP, cidr_blocks={})
    assert group_permissions([rule], [written]) == [{**OPEN, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]


def test_a_rule_for_a_group_that_nobody_can_name_yet_lets_some_group_in() -> None:
    hidden = {"id": True, "security_group_id": True, "referenced_security_group_id": True}
    rule = change("aws_vpc_security_group_ingress_rule", "r", ["create"], after=HTTPS, unknown=hidden)
    source = {"references": ["var.group"]}
    written = block(
        "aws_vpc_security_group_ingress_rule",
        "r",
        security_group_id=OF_GROUP,
        referenced_security_group_id=source,
    )
    assert group_permissions([rule], [written]) == [{**OPEN, "UserIdGroupPairs": [{}]}]


def test_of_rules_inside_a_group_the_ranges_count_where_only_a_group_is_not_known() -> None:
    inside = [{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.0.0/8"]}]
    told = [{**OPEN, "IpRanges": [{"CidrIp": "10.0.0.0/8"}], "UserIdGroupPairs": [{}]}]
    some_group = {"ingress": [{"security_groups": [True]}]}
    assert group_permissions([], group={"ingress": inside}, unknown=some_group) == told
    some_range = {"ingress": [{"cidr_blocks": [True]}]}
    assert group_permissions([], group={"ingress": inside}, unknown=some_range) is None


def test_rules_inside_a_group_that_are_all_to_come_are_not_known_where_they_are_given() -> None:
    given = block("aws_security_group", "h", ingress={"references": ["local.rules"]})
    group = change("aws_security_group", "h", ["create"], after={}, unknown={"id": True, "ingress": True})
    (told,) = only(plan(endpoint(), group, blocks=[given])).context["SecurityGroups"]
    assert "IpPermissions" not in told
    assert group_permissions([], unknown={"ingress": True}) == []


def test_a_rule_for_the_group_itself_lets_its_members_in() -> None:
    rule = {"protocol": "-1", "from_port": 0, "to_port": 0, "self": True, "cidr_blocks": []}
    group = change("aws_security_group", "g", ["create"], after={"ingress": [rule]}, unknown={"id": True})
    (found,) = only(plan(endpoint(), group)).context["SecurityGroups"]
    assert found["IpPermissions"] == [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": "aws_security_group.g"}]}]


def test_rules_inside_a_group_that_are_not_all_planned_are_those_of_the_source(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("""
resource "aws_security_group" "g" {
  ingress {
    from_port       = "443"
    to_port         = 443
    protocol        = "tcp"
    prefix_list_ids = [aws_ec2_managed_prefix_list.p.id]
  }
}
resource "aws_ec2_managed_prefix_list" "p" {}
""")
    group = change("aws_security_group", "g", ["create"], after={"ingress": []}, unknown={"id": True, "ingress": True})
    listed = change("aws_ec2_managed_prefix_list", "p", ["create"], after={"name": "p"}, unknown={"id": True})
    given = Extras(configuration=Configuration(tmp_path))
    (found,) = read(plan(endpoint(), group, listed, blocks=[block("aws_security_group", "g")]), given=given)
    (told,) = found.context["SecurityGroups"]
    assert told["IpPermissions"] == [{**OPEN, "PrefixListIds": [{"PrefixListId": "aws_ec2_managed_prefix_list.p"}]}]
