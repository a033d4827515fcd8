"""What Crossplane does for an object: policies, imports, what is merged, and what is observed."""

from __future__ import annotations

import pytest

from tests.support.kubernetes import ENDPOINT_ID, VPC_ID, annotated, check_against_crd, crossplane, existing, review
from vpce_guard.formats import read, read_drafts
from vpce_guard.formats.kubernetes.crossplane import merge
from vpce_guard.model import Json

S3 = {"serviceName": "com.amazonaws.us-east-1.s3", "vpcId": VPC_ID}


def with_spec(item: Json, **spec: object) -> Json:
    return {**item, "spec": {**item["spec"], **spec}}


@pytest.mark.parametrize(
    ("kind", "lists"),
    [
        ("Interface", ["SubnetIds", "SecurityGroupIds"]),
        ("GatewayLoadBalancer", ["SubnetIds"]),
        ("Resource", ["SubnetIds", "SecurityGroupIds"]),
        ("ServiceNetwork", ["SubnetIds", "SecurityGroupIds"]),
        ("Gateway", ["RouteTableIds"]),
        (None, ["RouteTableIds"]),
    ],
)
def test_lists_that_associations_may_fill_are_unknown(kind: str | None, lists: list[str]) -> None:
    item = crossplane(**S3, **({"vpcEndpointType": kind} if kind else {}))
    check_against_crd(item)
    (found,) = read(review("CREATE", item))
    assert found.unknown == tuple(f"/request/{name}" for name in lists)


@pytest.mark.parametrize("version", ["ec2.aws.upbound.io/v1beta1", "ec2.aws.m.upbound.io/v1beta1"])
def test_fields_that_no_crd_has_are_not_taken_for_the_lists(version: str) -> None:
    item = {**crossplane(**S3, subnetIds=["subnet-1"], routeTableIds=["rtb-1"]), "apiVersion": version}
    (found,) = read(item)
    assert not found.request.keys() & {"SubnetIds", "RouteTableIds"}
    assert [note.partition(", so")[0] for note in read_drafts(item).notes] == [
        "VPCEndpoint/sqs: Crossplane's VPCEndpoint has no field subnetIds",
        "VPCEndpoint/sqs: Crossplane's VPCEndpoint has no field routeTableIds",
    ]


def test_a_subnet_that_a_configuration_names_by_selector_is_unknown() -> None:
    configured = [
        {"ipv4": "10.0.1.10", "subnetIdSelector": {"matchLabels": {"zone": "a"}}},
        {"ipv4": "10.0.2.10", "subnetIdRef": {"name": "b"}},
        {"ipv4": "10.0.3.10", "subnetId": "subnet-0a1b2c3d", "subnetIdRef": {"name": "c"}},
    ]
    item = crossplane(**S3, vpcEndpointType="Interface", subnetConfiguration=configured)
    check_against_crd(item)
    (found,) = read(review("CREATE", item))
    assert found.request["SubnetConfigurations"] == [
        {"Ipv4": "10.0.1.10"},
        {"Ipv4": "10.0.2.10"},
        {"SubnetId": "subnet-0a1b2c3d", "Ipv4": "10.0.3.10"},
    ]
    assert found.unknown[:2] == (
        "/request/SubnetConfigurations/0/SubnetId",
        "/request/SubnetConfigurations/1/SubnetId",
    )


@pytest.mark.parametrize(
    ("fixed", "initial", "merged"),
    [
        ({"tags": {"a": "1"}}, {"tags": {"a": "2", "b": "3"}}, {"tags": {"a": "1", "b": "3"}}),
        ({"privateDnsEnabled": False}, {"privateDnsEnabled": True}, {"privateDnsEnabled": False}),
        ({}, {"policy": "{}"}, {"policy": "{}"}),
        ({"x": [{"ipv4": "a"}]}, {"x": [{"ipv6": "b"}, {"ipv4": "c"}]}, {"x": [{"ipv4": "a", "ipv6": "b"}]}),
        ({"x": []}, {"x": ["a"]}, {"x": ["a"]}),
    ],
)
def test_what_is_initial_is_merged_member_by_member(fixed: Json, initial: Json, merged: Json) -> None:
    assert merge(fixed, initial) == merged


def test_what_is_initial_no_longer_counts_once_the_endpoint_is_there() -> None:
    old = with_spec(existing(crossplane(**S3)), initProvider={"policy": "{}"})
    new = with_spec(old, initProvider={"policy": '{"Statement": []}'})
    assert read(review("UPDATE", new, old)) == []


@pytest.mark.parametrize(
    ("spec", "creates", "deletes"),
    [
        ({}, True, True),
        ({"managementPolicies": ["*"]}, True, True),
        ({"managementPolicies": ["Observe"]}, False, False),
        ({"managementPolicies": ["Observe", "LateInitialize"]}, False, False),
        ({"managementPolicies": ["Observe", "Create", "Update", "LateInitialize"]}, True, False),
        ({"managementPolicies": ["Observe", "Delete"]}, False, True),
        ({"managementPolicies": []}, False, False),
        ({"deletionPolicy": "Orphan"}, True, False),
        ({"deletionPolicy": "Orphan", "managementPolicies": ["*"]}, True, False),
        ({"deletionPolicy": "Orphan", "managementPolicies": ["Create", "Delete"]}, True, True),
        ({"deletionPolicy": "Delete", "managementPolicies": ["Observe", "Create"]}, True, False),
    ],
)
def test_policies_say_what_is_done(spec: Json, creates: bool, deletes: bool) -> None:
    item = with_spec(crossplane(**S3), **spec)
    check_against_crd(item)
    assert bool(read(review("CREATE", item))) is creates
    assert bool(read(review("DELETE", None, existing(item)))) is deletes


def test_a_paused_object_changes_nothing_until_it_goes_on() -> None:
    item = crossplane(**S3)
    paused = annotated(item, paused="true")
    assert read(review("CREATE", paused)) == []
    assert read(review("UPDATE", annotated(crossplane(vpcId="vpc-0a1b2c3d"), paused="true"), paused)) == []
    assert read(review("DELETE", None, existing(paused))) == []
    assert [p.operation for p in read(review("UPDATE", item, paused))] == ["create"]


def test_an_import_without_a_spec_creates_nothing_and_one_with_a_spec_is_judged() -> None:
    assert read(review("CREATE", annotated(crossplane(), external_name=ENDPOINT_ID))) == []
    (found,) = read(review("CREATE", annotated(crossplane(**S3), external_name=ENDPOINT_ID)))
    assert found.operation == "create"


def test_taking_over_what_was_observed_asks_for_nothing_where_nothing_differs() -> None:
    managed = with_spec(existing(crossplane(**S3, vpcEndpointType="Gateway")), managementPolicies=["*"])
    observed = {**managed, "spec": {"forProvider": {"region": "us-east-1"}, "managementPolicies": ["Observe"]}}
    assert read(review("UPDATE", managed, observed)) == []


def test_taking_over_with_other_values_is_the_modify_that_sets_them() -> None:
    managed = with_spec(existing(crossplane(**S3), policy='{"Statement": []}'), managementPolicies=["*"])
    observed = {**managed, "spec": {"forProvider": {"region": "us-east-1"}, "managementPolicies": ["Observe"]}}
    (found,) = read(review("UPDATE", managed, observed))
    assert found.request == {"VpcEndpointId": ENDPOINT_ID, "PolicyDocument": '{"Statement": []}'}
    assert found.current is not None
    assert found.current["ServiceName"] == "com.amazonaws.us-east-1.s3"


def test_the_state_that_was_seen_is_what_an_update_changes() -> None:
    old = existing(crossplane(**S3, privateDnsEnabled=False, vpcEndpointType="Interface"))
    old["status"]["atProvider"] |= {"privateDnsEnabled": True, "securityGroupIds": ["sg-0a1b2c3d"]}
    new = with_spec(old, forProvider={**old["spec"]["forProvider"], "policy": "{}"})
    (found,) = read(review("UPDATE", new, old))
    assert found.request == {"VpcEndpointId": ENDPOINT_ID, "PrivateDnsEnabled": False, "PolicyDocument": "{}"}
    assert found.current is not None
    assert found.current["Groups"] == [{"GroupId": "sg-0a1b2c3d"}]
    assert found.unknown == ()


def test_what_late_initialisation_writes_into_the_spec_is_no_change() -> None:
    old = existing(crossplane(**S3))
    old["status"]["atProvider"] |= {
        "policy": '{"Statement": [], "Version": "2008-10-17"}',
        "ipAddressType": "ipv4",
        "dnsOptions": {"dnsRecordIpType": "ipv4", "privateDnsOnlyForInboundResolverEndpoint": False},
    }
    written = {
        "policy": '{"Version":"2008-10-17","Statement":[]}',
        "ipAddressType": "ipv4",
        "dnsOptions": {"dnsRecordIpType": "ipv4"},
    }
    new = with_spec(old, forProvider={**old["spec"]["forProvider"], **written})
    assert read(review("UPDATE", new, old)) == []


def test_the_classic_provider_sends_lists_and_leaves_private_dns_to_aws() -> None:
    item = {
        **crossplane(
            serviceName="com.amazonaws.us-east-1.sqs",
            vpcEndpointType="Interface",
            vpcIdRef={"name": "main"},
            subnetIds=["subnet-0a1b2c3d"],
            tagSpecifications=[{"resourceType": "vpc-endpoint", "tags": [{"key": "owner", "value": "a"}]}],
        ),
        "apiVersion": "ec2.aws.crossplane.io/v1alpha1",
    }
    (found,) = read(review("CREATE", item))
    assert found.request["SubnetIds"] == ["subnet-0a1b2c3d"]
    assert found.request["TagSpecifications"][0]["Tags"] == [{"Key": "owner", "Value": "a"}]
    assert found.unknown == ("/request/VpcId",)
    assert found.defaults == {"PrivateDnsEnabled": "aws"}
