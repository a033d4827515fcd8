"""Network ACLs of a plan with their subnets and entries; nothing is told of one whose rules are not all known."""

from __future__ import annotations

from typing import Any

from tests.support.planned import block, change, endpoint, new_vpc, only, plan
from vpce_guard.model import Json

HTTPS = {"rule_no": 100, "action": "allow", "protocol": "tcp", "from_port": 443, "to_port": 443}
OPEN = {"RuleNumber": 100, "RuleAction": "allow", "Protocol": "6", "CidrBlock": "10.0.0.0/8"}
PORTS = {"PortRange": {"From": 443, "To": 443}}
OF_ACL = {"references": ["aws_network_acl.a.id", "aws_network_acl.a"]}


def acls(*changes: Json, blocks: list[Json] | None = None) -> list[Json]:
    found: list[Json] = only(plan(endpoint(), *changes, blocks=blocks)).context["NetworkAcls"]
    return found


def rule(*, unknown: Json | None = None, **values: Any) -> Json:
    given = {"rule_number": 100, "rule_action": "allow", "protocol": "tcp", "from_port": 443, "to_port": 443, **values}
    hidden = {"network_acl_id": True, **(unknown or {})}
    return change("aws_network_acl_rule", "r", ["create"], after=given, unknown=hidden)


def test_an_acl_has_the_subnets_and_rules_that_it_names() -> None:
    after = {"subnet_ids": ["subnet-0a"], "ingress": [{**HTTPS, "cidr_block": "10.0.0.0/8", "ipv6_cidr_block": ""}]}
    assert acls(change("aws_network_acl", "a", ["create"], after=after, unknown={"egress": True})) == [
        {
            "NetworkAclId": "aws_network_acl.a",
            "IsDefault": False,
            "Associations": [{"SubnetId": "subnet-0a"}],
            "Entries": [{**OPEN, **PORTS, "Egress": False}],
        }
    ]


def test_rules_and_associations_of_their_own_are_put_in() -> None:
    acl = change("aws_network_acl", "a", ["create"], after={}, unknown={"id": True})
    tied = {"subnet_id": "subnet-0a"}
    association = change("aws_network_acl_association", "s", ["create"], after=tied, unknown={"network_acl_id": True})
    named = (("aws_network_acl_association", "s"), ("aws_network_acl_rule", "r"))
    blocks = [block(kind, name, network_acl_id=OF_ACL) for kind, name in named]
    (found,) = acls(acl, association, rule(cidr_block="10.0.0.0/8", egress=True), blocks=blocks)
    assert found["Associations"] == [{"SubnetId": "subnet-0a"}]
    assert found["Entries"] == [{**OPEN, **PORTS, "Egress": True}]


def test_nothing_is_told_of_rules_that_are_not_all_known() -> None:
    acl = change("aws_network_acl", "a", ["create"], after={}, unknown={"id": True})
    named = [block("aws_network_acl_rule", "r", network_acl_id=OF_ACL)]
    (hidden,) = acls(acl, rule(unknown={"cidr_block": True}), blocks=named)
    assert "Entries" not in hidden
    (of_any,) = acls(acl, rule(cidr_block="10.0.0.0/8"))
    assert "Entries" not in of_any


def test_a_default_acl_that_is_taken_over_is_that_of_the_subnets_that_no_other_has() -> None:
    changes, blocks = new_vpc()
    refers = {"references": ["aws_vpc.v.default_network_acl_id", "aws_vpc.v"]}
    unknown = {"id": True, "default_network_acl_id": True, "subnet_ids": True}
    taken = change("aws_default_network_acl", "d", ["create"], after={"ingress": [], "egress": []}, unknown=unknown)
    other = change("aws_network_acl", "a", ["create"], after={"subnet_ids": ["aws_subnet.b"]}, unknown={"id": True})
    subnets = [change("aws_subnet", name, ["create"], after={}, unknown={"vpc_id": True}) for name in ("a", "b")]
    of_vpc = {"references": ["aws_vpc.v.id", "aws_vpc.v"]}
    blocks += [block("aws_subnet", name, vpc_id=of_vpc) for name in ("a", "b")]
    blocks += [block("aws_default_network_acl", "d", default_network_acl_id=refers)]
    found = only(plan(*changes, *subnets, taken, other, blocks=blocks)).context["NetworkAcls"]
    (default,) = (acl for acl in found if acl["IsDefault"])
    assert default["Associations"] == [{"SubnetId": "aws_subnet.a"}]
    assert default["Entries"] == []
