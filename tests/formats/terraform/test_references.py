"""References between the resources of a plan, resources that complete an endpoint, and places in source."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from vpce_guard.formats import read, read_drafts
from vpce_guard.formats.document import Extras
from vpce_guard.formats.terraform.hcl import Configuration
from vpce_guard.model import Json, Proposal

PLANS = Path(__file__).parent / "plans"


def plan(name: str) -> Any:
    return json.loads((PLANS / name / "plan.json").read_text())


def proposals(name: str, *, source: bool = False) -> dict[str, Proposal]:
    given = Extras(configuration=Configuration(PLANS / name) if source else None)
    return {p.address or "": p for p in read(plan(name), given=given)}


def resource(
    address: str, kind: str, after: Json, *, unknown: Json | None = None, module: str = "", **more: Any
) -> Json:
    name = address.rpartition(".")[2].partition("[")[0]
    change = {"actions": ["create"], "before": None, "after": after, "after_unknown": {"id": True, **(unknown or {})}}
    found = {"address": address, "mode": "managed", "type": kind, "name": name, "change": change, **more}
    return {**found, "module_address": module} if module else found


def written(root: Json, *changes: Json) -> Json:
    return {"format_version": "1.2", "resource_changes": list(changes), "configuration": {"root_module": root}}


def block(kind: str, name: str, **expressions: Any) -> Json:
    return {"mode": "managed", "type": kind, "name": name, "expressions": expressions}


def refers(*references: str) -> Json:
    return {"references": list(references)}


ENDPOINT = {"vpc_endpoint_type": "Interface", "service_name": "com.amazonaws.us-east-1.sqs"}
SUBNETS = [
    resource(f"aws_subnet.p[{i}]", "aws_subnet", {"availability_zone": zone}, unknown={"vpc_id": True}, index=i)
    for i, zone in enumerate(["us-east-1a", "us-east-1b"])
]


def test_a_subnet_not_created_yet_has_its_zone() -> None:
    found = proposals("all-unknown-subnets")["aws_vpc_endpoint.sqs"]
    zones = {s["SubnetId"]: s.get("AvailabilityZone") for s in found.context["Subnets"]}
    assert zones["aws_subnet.new[0]"] == "us-east-1a"


def test_no_id_that_a_list_merely_refers_to_is_a_member() -> None:
    found = proposals("all-unknown-subnets")["aws_vpc_endpoint.sqs"]
    assert "SubnetIds" not in found.request  # the plan does not say what the expression does with them
    assert found.unknown == ("/request/SubnetIds",)


def test_source_says_that_the_list_is_all() -> None:
    found = proposals("all-unknown-subnets", source=True)["aws_vpc_endpoint.sqs"]
    assert found.request["SubnetIds"] == ["aws_subnet.new[0]", "aws_subnet.new[1]"]
    assert found.unknown == ()


def test_source_shows_literals_beside_references() -> None:
    found = proposals("partly-unknown-subnets", source=True)["aws_vpc_endpoint.sqs"]
    assert found.request["SubnetIds"] == ["subnet-0a000000000000001", "aws_subnet.c"]
    assert found.unknown == ()


def test_a_value_of_something_else_stands_for_no_subnet() -> None:
    found = proposals("all-unknown-subnets")["aws_vpc_endpoint.kms"]
    assert "SubnetIds" not in found.request
    assert found.unknown == ("/request/SubnetIds",)


def test_a_vpc_of_the_plan_goes_by_its_address() -> None:
    root = {
        "resources": [
            block("aws_vpc_endpoint", "e", vpc_id=refers("aws_vpc.v.id", "aws_vpc.v")),
            block("aws_subnet", "p", vpc_id=refers("aws_vpc.v.id", "aws_vpc.v")),
        ]
    }
    vpc = resource("aws_vpc.v", "aws_vpc", {"cidr_block": "10.0.0.0/16", "enable_dns_support": True})
    endpoint = resource("aws_vpc_endpoint.e", "aws_vpc_endpoint", ENDPOINT, unknown={"vpc_id": True})
    (found,) = read(written(root, vpc, *SUBNETS, endpoint))
    assert found.request["VpcId"] == "aws_vpc.v"
    assert found.context["Vpc"] == {"VpcId": "aws_vpc.v", "CidrBlock": "10.0.0.0/16", "EnableDnsSupport": True}
    assert [s["VpcId"] for s in found.context["Subnets"]] == ["aws_vpc.v", "aws_vpc.v"]
    assert found.context["VpcEndpoints"] == []
    assert found.unknown == ()


@pytest.mark.parametrize(
    ("references", "subnet"),
    [
        (["aws_subnet.p[1].id", "aws_subnet.p[1]", "aws_subnet.p"], "aws_subnet.p[1]"),
        (["aws_subnet.p", "count.index"], "aws_subnet.p[1]"),
        (["aws_subnet.p"], None),
        (["aws_subnet.p[1].arn", "aws_subnet.p[1]", "aws_subnet.p"], None),
        (["aws_subnet.p[7].id", "aws_subnet.p[7]", "aws_subnet.p"], None),
        (["aws_subnet.p", "local.zones"], None),
        (["aws_subnet.p", "each.value"], None),
        (["aws_subnet.p[0].id", "aws_subnet.p[0]", "aws_subnet.p[1].id", "aws_subnet.p[1]", "aws_subnet.p"], None),
        (["local.subnets"], None),
        (["module.none.out", "module.none"], None),
        (["var.subnets"], None),
    ],
)
def test_only_what_references_certainly_name_is_taken(references: list[str], subnet: str | None) -> None:
    configuration = [{"subnet_id": refers(*references)}]
    root = {"resources": [block("aws_vpc_endpoint", "e", subnet_configuration=configuration)]}
    endpoint = resource(
        "aws_vpc_endpoint.e[1]",
        "aws_vpc_endpoint",
        {**ENDPOINT, "subnet_configuration": [{}]},
        unknown={"subnet_configuration": [{"subnet_id": True}]},
        index=1,
    )
    sibling = {**endpoint, "address": "aws_vpc_endpoint.e[0]", "index": 0}
    found = {p.address: p for p in read(written(root, *SUBNETS, sibling, endpoint))}["aws_vpc_endpoint.e[1]"]
    assert found.request["SubnetConfigurations"] == ([{"SubnetId": subnet}] if subnet else [{}])
    assert found.unknown == (() if subnet else ("/request/SubnetConfigurations/0/SubnetId",))


def test_an_index_into_a_longer_list_may_be_any() -> None:
    configuration = [{"subnet_id": refers("aws_subnet.p", "count.index")}]
    root = {"resources": [block("aws_vpc_endpoint", "e", subnet_configuration=configuration)]}
    endpoint = resource(
        "aws_vpc_endpoint.e[0]",
        "aws_vpc_endpoint",
        {**ENDPOINT, "subnet_configuration": [{}]},
        unknown={"subnet_configuration": [{"subnet_id": True}]},
        index=0,
    )
    (found,) = read(written(root, *SUBNETS, endpoint))
    assert found.unknown == ("/request/SubnetConfigurations/0/SubnetId",)


def test_the_region_and_overrides_are_read_from_the_source(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("""
locals { region = "eu-west-1" }
provider "aws" {
  alias  = "other"
  region = "us-east-1"
}
provider "aws" { region = local.region }
resource "aws_vpc_endpoint" "e" { subnet_ids = aws_subnet.p[*].id }
""")
    over = 'resource "aws_vpc_endpoint" "e" {\n  subnet_ids = [aws_subnet.p[1].id]\n}\n'
    (tmp_path / "main_override.tf").write_text(over)
    root = {"resources": [block("aws_vpc_endpoint", "e", subnet_ids=refers("aws_subnet.p"))]}
    endpoint = resource("aws_vpc_endpoint.e", "aws_vpc_endpoint", ENDPOINT, unknown={"subnet_ids": True})
    (found,) = read(written(root, *SUBNETS, endpoint), given=Extras(configuration=Configuration(tmp_path)))
    assert found.request["SubnetIds"] == ["aws_subnet.p[1]"]
    assert found.context["Region"] == "eu-west-1"


def test_references_go_through_variables_and_outputs_of_modules() -> None:
    network = {
        "resources": [block("aws_subnet", "p")],
        "outputs": {"subnets": {"expression": refers("aws_subnet.p")}, "loop": {"expression": refers("var.loop")}},
    }
    endpoints = {
        "resources": [block("aws_vpc_endpoint", "e", subnet_ids=refers("var.subnets"), vpc_id=refers("var.loop"))]
    }
    root = {
        "resources": [],
        "module_calls": {
            "network": {"module": network, "expressions": {"loop": refers("module.network.loop", "module.network")}},
            "endpoints": {
                "module": endpoints,
                "expressions": {
                    "subnets": refers("module.network.subnets", "module.network"),
                    "loop": refers("module.network.loop", "module.network"),
                },
            },
        },
    }
    subnets = [{**s, "address": f"module.network.{s['address']}", "module_address": "module.network"} for s in SUBNETS]
    hidden = {"subnet_ids": True, "vpc_id": True}
    endpoint = resource(
        'module.endpoints["x"].aws_vpc_endpoint.e',
        "aws_vpc_endpoint",
        ENDPOINT,
        unknown=hidden,
        module='module.endpoints["x"]',
    )
    (found,) = read(written(root, *subnets, endpoint))
    assert "/request/VpcId" in found.unknown  # a loop ends
    assert "/request/SubnetIds" in found.unknown


SOURCE = """
locals {
  chosen = [for key, s in aws_subnet.m : s.id]
}
resource "aws_vpc_endpoint" "e" {
  vpc_id     = aws_vpc.v.id
  subnet_ids = EXPRESSION
  dns_options {
    dns_record_ip_type = "ipv4"
  }
}
module "net" {
  source = "./net"
  given  = [aws_subnet.p[1].id]
}
"""
NETWORK = """
variable "given" {}
output "passed" { value = var.given }
"""


@pytest.mark.parametrize(
    ("expression", "ids"),
    [
        ('[aws_subnet.p[0].id, aws_subnet.m["k"].id]', ["aws_subnet.p[0]", 'aws_subnet.m["k"]']),
        ("aws_subnet.p[*].id", ["aws_subnet.p[0]", "aws_subnet.p[1]"]),
        ("aws_subnet.p.*.id", ["aws_subnet.p[0]", "aws_subnet.p[1]"]),
        ("[for s in aws_subnet.p : s.id]", ["aws_subnet.p[0]", "aws_subnet.p[1]"]),
        ("values(aws_subnet.m)[*].id", ['aws_subnet.m["k"]']),
        ("local.chosen", ['aws_subnet.m["k"]']),
        ("slice(aws_subnet.p[*].id, 0, 1)", ["aws_subnet.p[0]"]),
        ('concat(aws_subnet.p[*].id, ["subnet-1"])', ["aws_subnet.p[0]", "aws_subnet.p[1]", "subnet-1"]),
        ("module.net.passed", ["aws_subnet.p[1]"]),
        ("[aws_subnet.p[count.index].id]", ["aws_subnet.p[1]"]),
        ('[for s in aws_subnet.p : s.id if s.availability_zone == "us-east-1b"]', ["aws_subnet.p[1]"]),
        ("true ? aws_subnet.p[*].id : []", ["aws_subnet.p[0]", "aws_subnet.p[1]"]),
        ("[element(aws_subnet.p[*].id, 5)]", ["aws_subnet.p[1]"]),
        ("[aws_subnet.p[9].id]", None),
        ("local.none", None),
        ("[", None),
    ],
)
def test_expressions_are_followed_or_left_alone(tmp_path: Path, expression: str, ids: list[str] | None) -> None:
    (tmp_path / "main.tf").write_text(SOURCE.replace("EXPRESSION", expression))
    (tmp_path / "net").mkdir()
    (tmp_path / "net/main.tf").write_text(NETWORK)
    keyed = resource('aws_subnet.m["k"]', "aws_subnet", {}, index="k")
    endpoint = resource("aws_vpc_endpoint.e[1]", "aws_vpc_endpoint", ENDPOINT, unknown={"subnet_ids": True}, index=1)
    root = {"resources": [block("aws_vpc_endpoint", "e", subnet_ids=refers("local.unseen"))]}
    document = written(root, *SUBNETS, keyed, endpoint)
    (found,) = read(document, given=Extras(configuration=Configuration(tmp_path)))
    assert found.request.get("SubnetIds") == ids
    assert ("/request/SubnetIds" in found.unknown) is (ids is None)


@pytest.mark.parametrize("expression", ["[aws_subnet.none.id]", "[aws_subnet.p[0].arn]"])
def test_a_member_that_nobody_can_tell_is_a_member_all_the_same(tmp_path: Path, expression: str) -> None:
    (tmp_path / "main.tf").write_text(SOURCE.replace("EXPRESSION", f"concat({expression}, [aws_subnet.p[1].id])"))
    endpoint = resource("aws_vpc_endpoint.e", "aws_vpc_endpoint", ENDPOINT, unknown={"subnet_ids": True})
    root = {"resources": [block("aws_vpc_endpoint", "e", subnet_ids=refers("local.unseen"))]}
    (found,) = read(written(root, *SUBNETS, endpoint), given=Extras(configuration=Configuration(tmp_path)))
    assert found.request["SubnetIds"] == ["aws_subnet.p[1]", None]
    assert found.unknown == ("/request/SubnetIds/1",)


def test_places_are_those_of_arguments_through_modules() -> None:
    given = Extras(configuration=Configuration(PLANS / "nested-modules"))
    draft = next(d for d in read_drafts(plan("nested-modules"), given=given).drafts if "ecr.api" in str(d.address))
    assert draft.locations is not None
    found = draft.locations.locate("/request/SubnetIds/1")
    assert found is not None
    lines = Path(found.file).read_text().splitlines()
    assert lines[(found.line or 0) - 1].strip().startswith("subnet_ids")
    whole = draft.locations.locate("/current/Tags")
    assert whole is not None
    assert lines[(whole.line or 0) - 1].startswith('resource "aws_vpc_endpoint"')


def test_associations_are_folded_into_their_endpoints() -> None:
    found = proposals("associations")
    kms = found["aws_vpc_endpoint.kms"]
    assert kms.request["SubnetIds"] == ["subnet-0a000000000000001", "subnet-0a000000000000002"]
    assert kms.request["SecurityGroupIds"] == ["sg-0a000000000000001"]
    assert kms.request["PrivateDnsEnabled"] is True
    assert "kms:Decrypt" in kms.request["PolicyDocument"]
    assert kms.unknown == ()
    assert found["aws_vpc_endpoint.dynamodb"].request["RouteTableIds"] == ["rtb-0a000000000000001"]
    sqs = found["aws_vpc_endpoint.sqs"]
    assert sqs.operation == "modify"
    assert sqs.request["AddSubnetIds"] == ["subnet-0a000000000000002"]
    assert sqs.current is not None
    assert "sqs:SendMessage" in sqs.request["PolicyDocument"]
    elsewhere = found["aws_vpc_endpoint_subnet_association.elsewhere"]
    assert elsewhere.request == {
        "VpcEndpointId": "vpce-0b000000000000001",
        "AddSubnetIds": ["subnet-0a000000000000002"],
    }
    assert elsewhere.current is None
    assert len(found) == 5


def test_an_endpoint_elsewhere_is_taken_from_the_context() -> None:
    current = {"VpcEndpointId": "vpce-0b000000000000001", "SubnetIds": ["subnet-9"], "VpcId": "vpc-9"}
    found = {p.address: p for p in read(plan("associations"), context={"VpcEndpoints": [current]})}
    endpoint = found["aws_vpc_endpoint_subnet_association.elsewhere"].endpoint
    assert endpoint is not None
    assert endpoint["SubnetIds"] == ["subnet-9", "subnet-0a000000000000002"]


def reversed_plan() -> Any:
    """The associations plan, undone: what it creates on the existing endpoints is there and goes."""
    document = copy.deepcopy(plan("associations"))
    for change in document["resource_changes"]:
        body = change["change"]
        if change["address"].endswith((".sqs", ".sqs_b", ".s3")) and change["type"] != "aws_vpc_endpoint":
            body |= {"actions": ["delete"], "before": body["after"], "after": None, "after_unknown": {}}
        if change["address"] == "aws_vpc_endpoint.sqs":
            for side in ("before", "after"):
                body[side]["policy"] = "{}"
                body[side]["subnet_ids"] = ["subnet-0a000000000000001", "subnet-0a000000000000002"]
                body[side]["security_group_ids"] = ["sg-0a000000000000001"]
    return document


def test_associations_that_go_take_from_their_endpoints() -> None:
    found = {p.address: p for p in read(reversed_plan())}
    sqs = found["aws_vpc_endpoint.sqs"]
    assert sqs.request["RemoveSubnetIds"] == ["subnet-0a000000000000002"]
    assert sqs.request["RemoveSecurityGroupIds"] == ["sg-0a000000000000001"]
    assert '"Action":"*"' in sqs.request["PolicyDocument"]
    assert sqs.endpoint is not None
    assert sqs.endpoint["SubnetIds"] == ["subnet-0a000000000000001"]


def test_an_association_nobody_can_place_leaves_new_endpoints_unknown() -> None:
    document = plan("associations")
    for entry in document["configuration"]["root_module"]["resources"]:
        if entry["address"] == "aws_vpc_endpoint_subnet_association.kms":
            entry["expressions"]["vpc_endpoint_id"] = refers("local.endpoint")
    found = {p.address: p for p in read(document)}
    assert "/request/SubnetIds" in found["aws_vpc_endpoint.kms"].unknown
    assert found["aws_vpc_endpoint.sqs"].unknown == ()


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


def test_the_provider_says_region_and_account() -> None:
    document = written(
        {"resources": [{**block("aws_vpc_endpoint", "e"), "provider_config_key": "aws.west"}]},
        resource("aws_vpc_endpoint.e", "aws_vpc_endpoint", ENDPOINT),
    )
    role = {"constant_value": "arn:aws:iam::111122223333:role/deploy"}
    document["variables"] = {"region": {"value": "eu-west-1"}}
    document["configuration"]["provider_config"] = {
        "aws.west": {"expressions": {"region": refers("var.region"), "assume_role": [{"role_arn": role}]}}
    }
    (found,) = read(document)
    assert found.context["Region"] == "eu-west-1"
    assert found.context["AccountId"] == "111122223333"


S3 = {"vpc_endpoint_type": "Interface", "service_name": "com.amazonaws.us-east-1.s3"}
GATEWAY = {"vpc_endpoint_type": "Gateway", "service_name": "com.amazonaws.us-east-1.s3"}


def depending(interface: Json, *others: Json) -> tuple[str, ...]:
    """What the interface endpoint of a plan depends on, beside a gateway endpoint and more."""
    root = {"resources": [interface, block("aws_vpc_endpoint", "gateway"), block("aws_vpc", "main")]}
    changes = [
        resource("aws_vpc_endpoint.interface", "aws_vpc_endpoint", S3),
        resource("aws_vpc_endpoint.gateway", "aws_vpc_endpoint", GATEWAY),
        resource("aws_vpc.main", "aws_vpc", {}),
        *others,
    ]
    found = {proposal.address: proposal for proposal in read(written(root, *changes))}
    return found["aws_vpc_endpoint.interface"].depends_on


def test_an_endpoint_depends_on_what_depends_on_names() -> None:
    interface = {**block("aws_vpc_endpoint", "interface"), "depends_on": ["aws_vpc_endpoint.gateway", "aws_vpc.main"]}
    assert depending(interface) == ("aws_vpc_endpoint.gateway",)


def test_an_endpoint_depends_on_the_endpoints_it_refers_to() -> None:
    tagged = block(
        "aws_vpc_endpoint", "interface", tags=refers("aws_vpc_endpoint.gateway.id", "aws_vpc_endpoint.gateway")
    )
    assert depending(tagged) == ("aws_vpc_endpoint.gateway",)
    assert depending(block("aws_vpc_endpoint", "interface")) == ()


def test_an_endpoint_depends_on_every_endpoint_of_a_module_that_is_named() -> None:
    interface = {**block("aws_vpc_endpoint", "interface"), "depends_on": ["module.gateways"]}
    address = "module.gateways.aws_vpc_endpoint.s3[0]"
    other = resource(address, "aws_vpc_endpoint", GATEWAY, module="module.gateways", index=0)
    assert depending(interface, other) == (address,)


def created(after: Json, unknown: Json | None = None) -> Json:
    root = {"resources": [block("aws_vpc_endpoint", "a", dns_options=[{}])]}
    (found,) = read(written(root, resource("aws_vpc_endpoint.a", "aws_vpc_endpoint", after, unknown=unknown)))
    return found.request


def test_the_provider_sends_the_resolver_option_of_s3_as_false_where_a_block_leaves_it_out() -> None:
    options = [{"dns_record_ip_type": "ipv4", "private_dns_only_for_inbound_resolver_endpoint": None}]
    assert created({**S3, "dns_options": options})["DnsOptions"] == {
        "DnsRecordIpType": "ipv4",
        "PrivateDnsOnlyForInboundResolverEndpoint": False,
    }
    assert created({**ENDPOINT, "dns_options": options})["DnsOptions"] == {"DnsRecordIpType": "ipv4"}
    marks = {"dns_options": [{"private_dns_only_for_inbound_resolver_endpoint": True}]}
    assert created({**S3, "dns_options": options}, marks)["DnsOptions"] == {"DnsRecordIpType": "ipv4"}


def test_an_empty_policy_is_the_default_on_create_and_a_reset_afterwards() -> None:
    assert "PolicyDocument" not in created({**S3, "policy": ""})
    before = {**S3, "id": "vpce-0a1b2c3d", "policy": '{"Statement":[]}'}
    entry = resource("aws_vpc_endpoint.a", "aws_vpc_endpoint", {**before, "policy": ""})
    entry["change"] |= {"actions": ["update"], "before": before, "after_unknown": {}}
    (found,) = read(written({"resources": [block("aws_vpc_endpoint", "a")]}, entry))
    assert found.request == {"VpcEndpointId": "vpce-0a1b2c3d", "ResetPolicy": True}
