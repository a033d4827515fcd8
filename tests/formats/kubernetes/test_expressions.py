"""What is filled into manifests later is not known."""

from __future__ import annotations

import pytest

from tests.support.kubernetes import VPC_ID, ack, annotated, crossplane
from vpce_guard.formats import read
from vpce_guard.formats.kubernetes.expressions import is_open
from vpce_guard.model import Json


@pytest.mark.parametrize(
    "text", ["${schema.spec.region}", "a-${b}", "${zone:=a}", "{{ .Values.zone }}", "${a ? b : c}"]
)
def test_expressions_of_kro_flux_and_templates_are_open(text: str) -> None:
    assert is_open(text)


@pytest.mark.parametrize("text", ["arn:aws:s3:::home/${aws:username}/*", "${*}", "${s3:prefix}", "$x", "a{b}", ""])
def test_policy_variables_are_not(text: str) -> None:
    assert not is_open(text)


@pytest.mark.parametrize(
    ("spec", "pointer"),
    [
        ({"serviceName": "com.amazonaws.${region}.sqs"}, "/request/ServiceName"),
        ({"vpcEndpointType": "${type}"}, "/request/VpcEndpointType"),
        ({"dnsOptions": {"dnsRecordIPType": "${ip}"}}, "/request/DnsOptions"),
        ({"policyDocument": '{"Statement": [{"Resource": "${bucket}"}]}'}, "/request/PolicyDocument"),
        ({"subnetConfigurations": [{"ipv4": "${a}", "subnetID": "s"}]}, "/request/SubnetConfigurations/0/Ipv4"),
        (
            {"tags": [{"key": "a", "value": "b"}, {"key": "env", "value": "${env}"}]},
            "/request/TagSpecifications/0/Tags/1/Value",
        ),
        ({"tags": [{"key": "${key}", "value": "a"}]}, "/request/TagSpecifications"),
    ],
)
def test_an_open_text_makes_its_member_unknown(spec: Json, pointer: str) -> None:
    (found,) = read(ack(**spec))
    assert found.unknown == (pointer,)


def test_ids_of_one_expression_are_the_same_id() -> None:
    first, second = read([ack(name, vpcID="${vpc}", routeTableIDs=["${table}"]) for name in "ab"])
    assert first.request["VpcId"] == second.request["VpcId"] == "${vpc}"
    assert first.request["RouteTableIds"] == ["${table}"]


def test_an_open_region_or_label_is_not_told() -> None:
    item = annotated(ack(vpcID=VPC_ID), region="${region}")
    item["metadata"]["labels"] = {"environment": "${env}", "team": "a"}
    (found,) = read(item)
    assert "Region" not in found.context
    assert found.labels == {"team": "a"}


def test_open_texts_of_other_objects_are_not_told() -> None:
    endpoint = crossplane(vpcIdRef={"name": "main"})
    vpc = crossplane("main", kind="VPC", cidrBlock="${cidr}", enableDnsHostnames="${names}")
    subnet = crossplane("one", kind="Subnet", availabilityZone="${region}a", cidrBlock="10.0.1.0/24")
    (found,) = read([endpoint, vpc, subnet])
    assert found.context["Vpc"] == {"VpcId": "VPC/main", "EnableDnsSupport": True}
    assert found.context["Subnets"] == [
        {"SubnetId": "Subnet/one", "CidrBlock": "10.0.1.0/24", "Ipv6CidrBlockAssociationSet": []}
    ]


def test_routes_and_rules_with_open_texts_are_not_told() -> None:
    table = ack("t", kind="RouteTable", routes=[{"destinationCIDRBlock": "${cidr}", "gatewayID": "igw-1"}])
    ingress = [{"ipProtocol": "tcp", "ipRanges": [{"cidrIP": "${cidr}"}]}]
    group = ack("g", kind="SecurityGroup", ingressRules=ingress)
    (found,) = read([ack(vpcID=VPC_ID), table, group])
    assert found.context["RouteTables"] == [{"RouteTableId": "RouteTable/net/t"}]
    assert "IpPermissions" not in found.context["SecurityGroups"][0]
