"""What a plan tells around an endpoint: data sources, AWS's defaults, the order of things, kin, sensitive values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vpce_guard.formats import read, read_drafts
from vpce_guard.formats.document import Extras
from vpce_guard.formats.proposal import write
from vpce_guard.formats.terraform.hcl import Configuration
from vpce_guard.formats.terraform.slim import slim
from vpce_guard.model import Json, Proposal

VPC = "vpc-0a1b2c3d4e5f60718"
SERVICE = "com.amazonaws.us-east-1.sqs"


def change(
    kind: str, name: str, actions: list[str], *, before: Json | None = None, after: Json | None = None, **more: Any
) -> Json:
    body = {"actions": actions, "before": before, "after": after, "after_unknown": more.pop("unknown", {})}
    body |= {side: more.pop(side) for side in ("before_sensitive", "after_sensitive") if side in more}
    mode = more.pop("mode", "managed")
    prefix = "data." if mode == "data" else ""
    address = more.pop("address", f"{prefix}{kind}.{name}")
    return {"address": address, "mode": mode, "type": kind, "name": name, "change": body, **more}


def endpoint(name: str = "this", *, unknown: Json | None = None, **values: Any) -> Json:
    after = {"vpc_endpoint_type": "Interface", "service_name": SERVICE, "vpc_id": VPC, **values}
    hidden = {"id": True, **(unknown or {})}
    for attribute in hidden:
        after.pop(attribute, None)
    return change("aws_vpc_endpoint", name, ["create"], after=after, unknown=hidden)


def data(kind: str, name: str, **values: Any) -> Json:
    return {"address": f"data.{kind}.{name}", "mode": "data", "type": kind, "name": name, "values": values}


def block(kind: str, name: str, mode: str = "managed", **expressions: Any) -> Json:
    return {"mode": mode, "type": kind, "name": name, "expressions": expressions}


def plan(
    *changes: Json, state: list[Json] | None = None, blocks: list[Json] | None = None, providers: Json | None = None
) -> Json:
    return {
        "format_version": "1.2",
        "resource_changes": list(changes),
        "prior_state": {"values": {"root_module": {"resources": state or []}}},
        "configuration": {"provider_config": providers or {}, "root_module": {"resources": blocks or []}},
    }


def only(document: Json, address: str = "aws_vpc_endpoint.this", operation: str = "create") -> Proposal:
    found = read(document)
    assert found == [p.model_copy(update={"context": q.context, "instant": q.instant}) for p, q in zip(
        read(slim(json.dumps(document).encode())), found, strict=True
    )]  # fmt: skip
    return next(p for p in found if (p.address, p.operation) == (address, operation))


def test_a_data_source_tells_a_service() -> None:
    service = data(
        "aws_vpc_endpoint_service",
        "s",
        service_name=SERVICE,
        service_type="Interface",
        availability_zones=["us-east-1a"],
        private_dns_name="",
        vpc_endpoint_policy_supported=False,
        supported_ip_address_types=["ipv4"],
    )
    assert only(plan(endpoint(), state=[service])).context["ServiceDetails"] == [
        {
            "ServiceName": SERVICE,
            "ServiceType": [{"ServiceType": "Interface"}],
            "AvailabilityZones": ["us-east-1a"],
            "VpcEndpointPolicySupported": False,
            "SupportedIpAddressTypes": ["ipv4"],
        }
    ]


def test_a_service_that_is_looked_up_during_apply_has_its_name_all_the_same() -> None:
    late = change(
        "aws_vpc_endpoint_service",
        "s",
        ["read"],
        mode="data",
        after={"service": "sqs"},
        unknown={"id": True, "service_name": True},
    )
    referring = {"references": ["data.aws_vpc_endpoint_service.s.service_name", "data.aws_vpc_endpoint_service.s"]}
    document = plan(
        endpoint(unknown={"service_name": True}),
        late,
        blocks=[block("aws_vpc_endpoint", "this", service_name=referring)],
        providers={"aws": {"name": "aws", "expressions": {"region": {"constant_value": "eu-west-1"}}}},
    )
    assert only(document).request["ServiceName"] == "com.amazonaws.eu-west-1.sqs"
    document["configuration"]["provider_config"] = {}
    assert "/request/ServiceName" in only(document).unknown


def test_a_data_source_tells_another_endpoint() -> None:
    other = data(
        "aws_vpc_endpoint", "other", id="vpce-0b", vpc_id=VPC, service_name=SERVICE, private_dns_enabled=True,
        vpc_endpoint_type="Interface", dns_entry=[{"dns_name": "sqs.us-east-1.amazonaws.com", "hosted_zone_id": "Z1"}],
    )  # fmt: skip
    (peer,) = only(plan(endpoint(), state=[other])).peers
    assert peer["address"] == "data.aws_vpc_endpoint.other"
    assert peer["DnsEntries"] == [{"DnsName": "sqs.us-east-1.amazonaws.com", "HostedZoneId": "Z1"}]


def test_an_endpoint_of_another_state_is_as_its_data_source_says() -> None:
    other = data("aws_vpc_endpoint", "other", id="vpce-0b", vpc_id=VPC, subnet_ids=["subnet-0a"], service_name=SERVICE)
    added = {"vpc_endpoint_id": "vpce-0b", "subnet_id": "subnet-0c"}
    more = change("aws_vpc_endpoint_subnet_association", "m", ["create"], after=added)
    found = only(plan(more, state=[other]), "aws_vpc_endpoint_subnet_association.m", "modify")
    assert found.current is not None
    assert found.current["SubnetIds"] == ["subnet-0a"]
    assert found.endpoint is not None
    assert found.endpoint["SubnetIds"] == ["subnet-0a", "subnet-0c"]
    assert found.peers == ()


def test_an_association_of_an_endpoint_that_nobody_knows_is_not_passed_over() -> None:
    more = change(
        "aws_vpc_endpoint_route_table_association",
        "m",
        ["create"],
        after={"route_table_id": "rtb-0c"},
        unknown={"vpc_endpoint_id": True},
    )
    found = only(plan(more), "aws_vpc_endpoint_route_table_association.m", "modify")
    assert found.request == {"AddRouteTableIds": ["rtb-0c"]}
    assert found.unknown == ("/request/VpcEndpointId",)


def test_the_region_comes_from_a_data_source_zones_or_arns() -> None:
    assert only(plan(endpoint(), state=[data("aws_region", "r", id="us-west-2")])).context["Region"] == "us-west-2"
    zone = data("aws_subnet", "s", id="subnet-0a", vpc_id=VPC, availability_zone="us-west-2-lax-1a")
    assert only(plan(endpoint(), state=[zone])).context["Region"] == "us-west-2"
    vpc = data("aws_vpc", "v", id=VPC, arn=f"arn:aws:ec2:eu-north-1:111122223333:vpc/{VPC}")
    context = only(plan(endpoint(), state=[vpc])).context
    assert (context["Region"], context["AccountId"]) == ("eu-north-1", "111122223333")
    two = [data("aws_region", name, id=name) for name in ("us-west-2", "us-east-1")]
    assert "Region" not in only(plan(endpoint(), state=two)).context


def new_vpc(**expressions: Any) -> tuple[list[Json], list[Json]]:
    hidden = {"id": True, "enable_dns_hostnames": True}
    vpc = change("aws_vpc", "v", ["create"], after={"cidr_block": "10.0.0.0/16"}, unknown=hidden)
    referring = {"references": ["aws_vpc.v.id", "aws_vpc.v"]}
    blocks = [block("aws_vpc", "v", **expressions), block("aws_vpc_endpoint", "this", vpc_id=referring)]
    return [vpc, endpoint(unknown={"vpc_id": True})], blocks


def test_a_new_vpc_has_the_defaults_of_aws() -> None:
    changes, blocks = new_vpc()
    context = only(plan(*changes, blocks=blocks)).context
    assert context["Vpc"]["EnableDnsSupport"] is True
    assert context["Vpc"]["EnableDnsHostnames"] is False
    assert context["VpcEndpoints"] == []
    assert context["PrivateHostedZones"] == []


def test_what_is_given_and_not_known_yet_is_no_default() -> None:
    changes, blocks = new_vpc(enable_dns_hostnames={"references": ["terraform_data.x.output"]})
    assert "EnableDnsHostnames" not in only(plan(*changes, blocks=blocks)).context["Vpc"]


def test_hosted_zones_of_the_plan_are_those_of_a_new_vpc() -> None:
    changes, blocks = new_vpc()
    made = {"name": "example.com", "vpc": [{}]}
    zone = change("aws_route53_zone", "z", ["create"], after=made, unknown={"vpc": [{"vpc_id": True}]})
    referring = block("aws_route53_zone", "z", vpc=[{"vpc_id": {"references": ["aws_vpc.v.id", "aws_vpc.v"]}}])
    context = only(plan(*changes, zone, blocks=[*blocks, referring])).context
    assert context["PrivateHostedZones"] == [{"Name": "example.com", "VPCs": [{"VPCId": "aws_vpc.v"}]}]
    hidden = block("aws_route53_zone", "z", vpc=[{"vpc_id": {"references": ["local.vpc"]}}])
    assert "PrivateHostedZones" not in only(plan(*changes, zone, blocks=[*blocks, hidden])).context


def test_a_new_subnet_has_no_ipv6_unless_it_is_given() -> None:
    subnet = change("aws_subnet", "s", ["create"], after={"availability_zone": "us-east-1a", "ipv6_cidr_block": None})
    (found,) = only(plan(endpoint(), subnet)).context["Subnets"]
    assert found["Ipv6CidrBlockAssociationSet"] == []
    late = change("aws_subnet", "s", ["create"], after={}, unknown={"ipv6_cidr_block": True})
    given = [block("aws_subnet", "s", ipv6_cidr_block={"references": ["aws_vpc.v.ipv6_cidr_block", "aws_vpc.v"]})]
    (found,) = only(plan(endpoint(), late, blocks=given)).context["Subnets"]
    assert "Ipv6CidrBlockAssociationSet" not in found


OLD = {"id": "vpce-0a", "vpc_id": VPC, "service_name": SERVICE, "vpc_endpoint_type": "Interface"}


def replaced(*actions: str) -> Proposal:
    new = {key: value for key, value in OLD.items() if key != "id"}
    return only(plan(change("aws_vpc_endpoint", "this", list(actions), before=OLD, after=new, unknown={"id": True})))


def test_what_is_replaced_is_still_there_when_the_new_one_comes_first() -> None:
    assert [peer["VpcEndpointId"] for peer in replaced("create", "delete").peers] == ["vpce-0a"]
    assert replaced("delete", "create").peers == ()


def test_what_goes_under_another_address_may_still_be_there() -> None:
    gone = change("aws_vpc_endpoint", "old", ["delete"], before=OLD)
    (peer,) = only(plan(endpoint(), gone)).peers
    assert peer["address"] == "aws_vpc_endpoint.old (which this plan deletes)"
    elsewhere = change("aws_vpc_endpoint", "old", ["delete"], before={**OLD, "service_name": f"{SERVICE}x"})
    assert only(plan(endpoint(), elsewhere)).peers == ()


def test_an_object_left_behind_by_a_replacement_is_not_the_resource() -> None:
    vpc = change("aws_vpc", "v", ["no-op"], before={"id": VPC}, after={"id": VPC, "enable_dns_support": False})
    left = change("aws_vpc", "v", ["delete"], before={"id": "vpc-0old"}, deposed="0a1b2c3d")
    assert only(plan(endpoint(), vpc, left)).context["Vpc"]["EnableDnsSupport"] is False


def test_endpoints_of_awscc_are_endpoints() -> None:
    after = {
        "vpc_id": VPC,
        "service_name": SERVICE,
        "vpc_endpoint_type": "Interface",
        "policy_document": "{}",
        "dns_options": {"dns_record_ip_type": "ipv4"},
        "tags": [{"key": "Team", "value": "net"}],
    }
    hidden = {"id": True, "subnet_ids": True, "security_group_ids": True, "policy_document": True}
    document = plan(
        change("awscc_ec2_vpc_endpoint", "this", ["create"], after=after, unknown=hidden),
        blocks=[block("awscc_ec2_vpc_endpoint", "this", subnet_ids={"references": ["local.subnets"]})],
    )
    found = only(document, "awscc_ec2_vpc_endpoint.this")
    assert found.request["DnsOptions"] == {"DnsRecordIpType": "ipv4"}
    assert found.request["TagSpecifications"][0]["Tags"] == [{"Key": "Team", "Value": "net"}]
    assert found.unknown == ("/request/SubnetIds",)


def test_endpoints_of_cloud_control_are_endpoints() -> None:
    state = {"VpcId": VPC, "ServiceName": SERVICE, "RouteTableIds": ["rtb-0a"], "Tags": [{"Key": "a", "Value": "b"}]}
    after = {"type_name": "AWS::EC2::VPCEndpoint", "desired_state": json.dumps(state)}
    found = only(
        plan(change("aws_cloudcontrolapi_resource", "this", ["create"], after=after)),
        "aws_cloudcontrolapi_resource.this",
    )
    assert found.request["VpcEndpointType"] == "Gateway"
    assert found.request["RouteTableIds"] == ["rtb-0a"]
    hidden = {"type_name": "AWS::EC2::VPCEndpoint"}
    late = change("aws_cloudcontrolapi_resource", "this", ["create"], after=hidden, unknown={"desired_state": True})
    assert "/request/ServiceName" in only(plan(late), "aws_cloudcontrolapi_resource.this").unknown
    other = change("aws_cloudcontrolapi_resource", "this", ["create"], after={"type_name": "AWS::S3::Bucket"})
    assert read(plan(other)) == []


def test_what_terraform_puts_off_is_judged() -> None:
    document = {**plan(), "deferred_changes": [{"reason": "instance_count_unknown", "resource_change": endpoint()}]}
    assert only(document).request["ServiceName"] == SERVICE


def test_sensitive_texts_are_marked_those_in_a_policy_too() -> None:
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/x"}}]})
    document = plan(endpoint(policy=policy))
    document["resource_changes"][0]["change"]["after_sensitive"] = {"policy": True, "tags": {}}
    assert only(document).sensitive == (policy, "arn:aws:iam::111122223333:role/x")


def test_default_resources_are_described() -> None:
    table = change(
        "aws_default_vpc", "v", ["create"], after={"enable_dns_support": True}, unknown={"id": True, "cidr_block": True}
    )
    referring = [
        block("aws_vpc_endpoint", "this", vpc_id={"references": ["aws_default_vpc.v.id", "aws_default_vpc.v"]})
    ]
    found = only(plan(endpoint(unknown={"vpc_id": True}), table, blocks=referring))
    assert found.request["VpcId"] == "aws_default_vpc.v"
    assert found.context["Vpc"] == {"VpcId": "aws_default_vpc.v", "EnableDnsSupport": True}
    assert "VpcEndpoints" not in found.context  # it was there before, and so may others be


def test_a_null_of_the_source_leaves_an_endpoint_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("""
resource "aws_vpc_endpoint" "this" {
  subnet_ids = try(local.none, null)
  policy     = "{}"
}
""")
    before = {**OLD, "subnet_ids": ["subnet-0a"], "policy": ""}
    after = {**OLD, "policy": "{}"}
    entry = change("aws_vpc_endpoint", "this", ["update"], before=before, after=after, unknown={"subnet_ids": True})
    referring = [block("aws_vpc_endpoint", "this", subnet_ids={"references": ["local.none"]})]
    given = Extras(configuration=Configuration(tmp_path))
    (found,) = read(plan(entry, blocks=referring), given=given)
    assert "/request/AddSubnetIds" in found.unknown  # local.none is not known
    (tmp_path / "main.tf").write_text('resource "aws_vpc_endpoint" "this" {\n  subnet_ids = true ? null : []\n}\n')
    (found,) = read(plan(entry, blocks=referring), given=Extras(configuration=Configuration(tmp_path)))
    assert found.request == {"VpcEndpointId": "vpce-0a", "PolicyDocument": "{}"}
    assert found.unknown == ()


def test_another_vpce_guard_sees_what_is_beside_and_what_is_sensitive() -> None:
    gone = change("aws_vpc_endpoint", "old", ["delete"], before=OLD)
    document = plan(endpoint(policy="a secret"), gone)
    document["resource_changes"][0]["change"]["after_sensitive"] = {"policy": True}
    here = only(document)
    there = next(p for p in read(write(read_drafts(document))) if p.address == here.address)
    assert (there.peers, there.sensitive) == (here.peers, ("a secret",))


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


def test_an_association_that_names_a_resource_leaves_other_endpoints_alone() -> None:
    hidden = {"id": True, "vpc_endpoint_id": True, "route_table_id": True}
    part = change("aws_vpc_endpoint_route_table_association", "p", ["create"], after={}, unknown=hidden)
    named = {"references": ["aws_vpc_endpoint.gateway", "local.chosen", "count.index"]}
    written = block("aws_vpc_endpoint_route_table_association", "p", vpc_endpoint_id=named)
    gateways = {"vpc_endpoint_type": "Gateway", "service_name": "com.amazonaws.us-east-1.s3"}
    document = plan(endpoint("gateway", **gateways), endpoint("other", **gateways), endpoint(), part, blocks=[written])
    assert only(document, "aws_vpc_endpoint.gateway").unknown == ("/request/RouteTableIds",)
    assert only(document, "aws_vpc_endpoint.other").unknown == ()
    unnamed = plan(endpoint("gateway", **gateways), endpoint("other", **gateways), endpoint(), part)
    assert only(unnamed, "aws_vpc_endpoint.other").unknown == ("/request/RouteTableIds",)
    assert only(unnamed).unknown == ()


def test_a_policy_of_its_own_that_is_not_known_yet_is_unknown() -> None:
    hidden = {"id": True, "vpc_endpoint_id": True, "policy": True}
    part = change("aws_vpc_endpoint_policy", "p", ["create"], after={}, unknown=hidden)
    named = {"references": ["aws_vpc_endpoint.this.id", "aws_vpc_endpoint.this"]}
    blocks = [
        block("aws_vpc_endpoint", "this"),
        block("aws_vpc_endpoint_policy", "p", vpc_endpoint_id=named, policy=named),
    ]
    assert only(plan(endpoint(), part, blocks=blocks)).unknown == ("/request/PolicyDocument",)


def test_a_subnet_gets_a_range_of_a_new_vpc_that_gets_one_from_aws() -> None:
    vpc = change("aws_vpc", "v", ["create"], after={"assign_generated_ipv6_cidr_block": True}, unknown={"id": True})
    hidden = {"id": True, "vpc_id": True, "ipv6_cidr_block": True}
    subnet = change("aws_subnet", "s", ["create"], after={}, unknown=hidden)
    of_vpc = {"references": ["aws_vpc.v.id", "aws_vpc.v"]}
    written = block("aws_subnet", "s", vpc_id=of_vpc, ipv6_cidr_block={"references": ["aws_vpc.v.ipv6_cidr_block"]})
    (told,) = only(plan(endpoint(), vpc, subnet, blocks=[written])).context["Subnets"]
    assert told["Ipv6CidrBlockAssociationSet"] == [{"Ipv6CidrBlockState": {"State": "associated"}}]
    (untold,) = only(plan(endpoint(), subnet, blocks=[written])).context["Subnets"]
    assert "Ipv6CidrBlockAssociationSet" not in untold


def test_entries_of_a_new_prefix_list_are_told_where_each_range_is_known() -> None:
    after = {"name": "clients", "entry": [{"cidr": "10.0.0.0/8", "description": ""}]}
    made = change("aws_ec2_managed_prefix_list", "p", ["create"], after=after, unknown={"id": True, "entry": [{}]})
    (told,) = only(plan(endpoint(), made)).context["ManagedPrefixLists"]
    assert told["Entries"] == [{"Cidr": "10.0.0.0/8"}]


def test_routes_of_a_table_that_is_there_are_told_without_those_of_endpoints() -> None:
    state = [data("aws_route_table", "d", id="rtb-0a000001", vpc_id=VPC, routes=[]), data("aws_prefix_list", "s3")]
    there = {"id": "rtb-0b000001", "vpc_id": VPC, "route": []}
    changes = [
        change("aws_route_table", "old", ["no-op"], before=there, after=there),
        change("aws_route_table", "new", ["create"], after={"vpc_id": VPC}, unknown={"id": True}),
    ]
    tables = only(plan(endpoint(), *changes, state=state)).context["RouteTables"]
    hiding = {
        table["RouteTableId"]: table.get("without_endpoint_routes", False) for table in tables if "Routes" in table
    }
    assert hiding == {"rtb-0b000001": True, "aws_route_table.new": False}


def test_the_default_route_table_of_a_new_vpc_is_of_that_vpc() -> None:
    changes = [
        change("aws_vpc", "v", ["create"], after={}, unknown={"id": True, "default_route_table_id": True}),
        change(
            "aws_default_route_table", "d", ["create"], after={}, unknown={"default_route_table_id": True, "id": True}
        ),
    ]
    refers = {"references": ["aws_vpc.v.default_route_table_id", "aws_vpc.v"]}
    blocks = [block("aws_vpc", "v"), block("aws_default_route_table", "d", default_route_table_id=refers)]
    (table,) = only(plan(endpoint(), *changes, blocks=blocks)).context["RouteTables"]
    assert (table["RouteTableId"], table["VpcId"]) == ("aws_default_route_table.d", "aws_vpc.v")
