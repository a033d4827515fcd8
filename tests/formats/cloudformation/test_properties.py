"""Properties of AWS::EC2::VPCEndpoint as CloudFormation types them."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.formats.aws import types as shapes
from vpce_guard.formats.cloudformation.properties import PROPERTIES, change_of, endpoint_request
from vpce_guard.formats.cloudformation.words import Symbol

OPTION = "PrivateDnsOnlyForInboundResolverEndpoint"


@pytest.mark.parametrize("word", [True, "true", "True", "yes", "Yes", "on", "ON"])
def test_booleans_have_the_words_of_yaml_1_1(word: Any) -> None:
    request, _ = endpoint_request({"PrivateDnsEnabled": word})
    assert request == {"PrivateDnsEnabled": True}


@pytest.mark.parametrize("word", [False, "false", "No", "off"])
def test_booleans_that_are_off(word: Any) -> None:
    request, _ = endpoint_request({"PrivateDnsEnabled": word})
    assert request == {"PrivateDnsEnabled": False}


@pytest.mark.parametrize(
    ("word", "options"),
    [
        ("OnlyInboundResolver", {OPTION: True}),
        ("AllResolvers", {OPTION: False}),
        ("true", {OPTION: True}),
        (False, {OPTION: False}),
    ],
)
def test_the_resolver_option_is_a_word(word: Any, options: dict[str, bool]) -> None:
    request, _ = endpoint_request({"DnsOptions": {OPTION: word}})
    assert request == {"DnsOptions": options}


def test_the_resolver_option_may_be_not_specified() -> None:
    assert endpoint_request({"DnsOptions": {OPTION: "NotSpecified"}}) == ({}, ())
    other = {OPTION: "NotSpecified", "DnsRecordIpType": "ipv4"}
    assert endpoint_request({"DnsOptions": other}) == ({"DnsOptions": {"DnsRecordIpType": "ipv4"}}, ())


@pytest.mark.parametrize(
    ("text", "is_legal"),
    [
        ("${AWS::StackName}-s3", True),
        ("of ${Vpc}", True),
        ("{{Network.AWS::StackName}}", True),  # of a nested stack
        ("${AWS::StackName}-${Vpc}-s3", False),  # may have 128 characters twice
        ("${AWS::StackId}", False),
        ("{{Team}}", False),
        ("${AWS::StackName}-{{Team}}", False),
    ],
)
def test_the_value_of_a_tag_is_told_as_its_expression_where_it_is_surely_legal(text: str, is_legal: bool) -> None:
    request, unknown = endpoint_request({"Tags": [{"Key": "Name", "Value": Symbol(text)}]})
    (tag,) = request["TagSpecifications"][0]["Tags"]
    assert unknown == ("/request/TagSpecifications/0/Tags/0/Value",)
    assert tag.get("Value") == (text if is_legal else None)


def test_a_policy_written_as_text_is_known_around_its_values() -> None:
    policy = Symbol('{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::{{Bucket}}/*"}]}')
    request, unknown = endpoint_request({"PolicyDocument": policy})
    assert request["PolicyDocument"]["Statement"] == [{"Effect": "Allow", "Action": "s3:*"}]
    assert unknown == ("/request/PolicyDocument/Statement/0/Resource",)
    assert endpoint_request({"PolicyDocument": Symbol("{{Policy}}")}) == ({}, ("/request/PolicyDocument",))


def test_what_is_known_after_the_change_only_is_unknown() -> None:
    not_yet = "{{changeSet:KNOWN_AFTER_APPLY}}"
    draft = change_of(None, {"VpcId": not_yet, "SubnetIds": [not_yet, not_yet], "ServiceName": "s"})
    assert draft.operation == "create"
    assert draft.unknown == ("/request/VpcId", "/request/SubnetIds/0", "/request/SubnetIds/1")


# The properties and their types as the published schema of the resource has them (cfn-lint 1.58.0, us-east-1), without
# those that only CloudFormation writes.
SCHEMA: dict[str, list[Any]] = {
    "DnsOptions": [{"PrivateDnsPreference": "ALL_DOMAINS", "PrivateDnsSpecifiedDomains": ["example.org"]}],
    "IpAddressType": ["ipv4", "ipv6", "dualstack", "not-specified"],
    "PolicyDocument": ["{}", {}],
    "PrivateDnsEnabled": [True, False],
    "ResourceConfigurationArn": ["arn"],
    "RouteTableIds": [["rtb-1"]],
    "SecurityGroupIds": [["sg-1"]],
    "ServiceName": ["s"],
    "ServiceNetworkArn": ["arn"],
    "ServiceRegion": ["us-east-1"],
    "SubnetIds": [["subnet-1"]],
    "Tags": [[{"Key": "a", "Value": "b"}]],
    "VpcEndpointType": ["Interface", "Gateway", "GatewayLoadBalancer", "ServiceNetwork", "Resource", "Tunnel"],
    "VpcId": ["vpc-1"],
}
DNS_OPTIONS: dict[str, list[Any]] = {
    "DnsRecordIpType": ["ipv4", "ipv6", "dualstack", "service-defined", "not-specified"],
    OPTION: ["OnlyInboundResolver", "AllResolvers", "NotSpecified"],
    "PrivateDnsPreference": ["VERIFIED_DOMAINS_ONLY", "ALL_DOMAINS"],
    "PrivateDnsSpecifiedDomains": [["example.org"]],
}


def test_every_property_of_the_published_schema_is_known() -> None:
    assert PROPERTIES - SCHEMA.keys() == {"SubnetConfigurations"}
    assert SCHEMA.keys() <= PROPERTIES


@pytest.mark.parametrize(
    "properties",
    [
        *({name: value} for name, values in SCHEMA.items() for value in values),
        *({"DnsOptions": {name: value}} for name, values in DNS_OPTIONS.items() for value in values),
    ],
)
def test_every_value_of_the_published_schema_has_a_type_of_the_api(properties: dict[str, Any]) -> None:
    request, unknown = endpoint_request(properties)
    assert unknown == ()
    shapes.require({"request": request}, where="E")
    assert "not-specified" not in str(request)


def test_what_is_not_specified_is_not_given() -> None:
    request, _ = endpoint_request(
        {"IpAddressType": "not-specified", "DnsOptions": {"DnsRecordIpType": "not-specified"}}
    )
    assert request == {}


@pytest.mark.parametrize(
    "change",
    [
        {"ServiceNetworkArn": "b"},
        {"ResourceConfigurationArn": "b"},
        {"DnsOptions": {"PrivateDnsPreference": "ALL_DOMAINS"}},
    ],
)
def test_what_no_update_changes_makes_a_new_endpoint(change: dict[str, Any]) -> None:
    before = {"VpcId": "vpc-1", "ServiceNetworkArn": "a", "Id": "vpce-1"}
    assert change_of(before, {**before, **change}).operation == "create"
