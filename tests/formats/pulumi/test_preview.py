"""Previews of Pulumi: what each step becomes, and what it is told beside."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats import detect, read, read_drafts
from vpce_guard.formats.document import Extras
from vpce_guard.formats.text import read_text
from vpce_guard.model import Json, Proposal

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "AAAA"}


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::net::{kind}::{name}"


def classic(name: str, *, module: str = "ec2") -> str:
    return f"aws:{module}/{name[0].lower()}{name[1:]}:{name}"


VPC = urn(classic("Vpc"), "main")
ONE, TWO = urn(classic("Subnet"), "one"), urn(classic("Subnet"), "two")
GROUP = urn(classic("SecurityGroup"), "https")
SQS = urn("net:index:Network$" + classic("VpcEndpoint"), "sqs")
ENDPOINT: Json = {
    "vpcId": "vpc-0a1b2c3d4e5f60718",
    "serviceName": "com.amazonaws.us-west-2.sqs",
    "vpcEndpointType": "Interface",
    "subnetIds": ["subnet-0a1b2c3d4e5f60701"],
}


def state(name: str, inputs: Json, **more: Any) -> Json:
    return {"urn": name, "custom": True, "type": name.split("::")[2].rpartition("$")[2], "inputs": inputs, **more}


def create(name: str, inputs: Json, **more: Any) -> Json:
    return {"op": "create", "urn": name, "newState": state(name, inputs, **more)}


def preview(*steps: Json, **config: str) -> Json:
    settings = {f"aws:{name}": value for name, value in config.items()}
    return {"config": settings, "steps": list(steps), "changeSummary": {"create": len(steps)}}


def only(document: Json) -> Proposal:
    (found,) = read(document)
    return found


HTTPS: Json = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/16"]}
PREVIEW = preview(
    create(VPC, {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True}),
    create(ONE, {"vpcId": UNKNOWN, "availabilityZone": "us-west-2a"}, propertyDependencies={"vpcId": [VPC]}),
    create(TWO, {"vpcId": UNKNOWN, "availabilityZone": "us-west-2b"}, propertyDependencies={"vpcId": [VPC]}),
    create(
        GROUP,
        {
            "vpcId": UNKNOWN,
            "ingress": [{"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/16"]}],
        },
        propertyDependencies={"vpcId": [VPC]},
    ),
    create(
        SQS,
        {**ENDPOINT, "vpcId": UNKNOWN, "subnetIds": [UNKNOWN, UNKNOWN], "securityGroupIds": [UNKNOWN]},
        propertyDependencies={"vpcId": [VPC], "subnetIds": [ONE, TWO], "securityGroupIds": [GROUP]},
    ),
    region="us-west-2",
    allowedAccountIds='["111122223333"]',
)


def test_inputs_are_a_request_with_the_defaults_of_the_provider() -> None:
    found = only(preview(create(SQS, {**ENDPOINT, "dnsOptions": {"dnsRecordIpType": "ipv4"}, "tags": {"team": "a"}})))
    assert (found.operation, found.address, found.unknown) == ("create", SQS, ())
    assert found.defaults == {"PrivateDnsEnabled": False}
    assert found.request == {
        "VpcId": "vpc-0a1b2c3d4e5f60718",
        "ServiceName": "com.amazonaws.us-west-2.sqs",
        "VpcEndpointType": "Interface",
        "SubnetIds": ["subnet-0a1b2c3d4e5f60701"],
        "DnsOptions": {"DnsRecordIpType": "ipv4"},
        "TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "team", "Value": "a"}]}],
    }


def test_what_is_made_in_the_same_preview_goes_by_its_urn_and_is_context() -> None:
    found = only(PREVIEW)
    assert (found.request["VpcId"], found.request["SubnetIds"]) == (VPC, [ONE, TWO])
    assert found.request["SecurityGroupIds"] == [GROUP]
    assert found.unknown == ()
    assert [(s["SubnetId"], s["VpcId"], s["AvailabilityZone"]) for s in found.context["Subnets"]] == [
        (ONE, VPC, "us-west-2a"),
        (TWO, VPC, "us-west-2b"),
    ]
    assert found.context["Vpc"]["EnableDnsHostnames"] is True
    (group,) = found.context["SecurityGroups"]
    assert group["IpPermissions"][0]["IpRanges"] == [{"CidrIp": "10.0.0.0/16"}]
    assert (found.context["Region"], found.context["AccountId"]) == ("us-west-2", "111122223333")


def test_a_service_and_a_service_network_of_the_preview_are_known_before_they_are_there() -> None:
    service = urn(classic("VpcEndpointService"), "own")
    arns = {"acceptanceRequired": False, "networkLoadBalancerArns": ["arn:aws:elasticloadbalancing:x"]}
    unnamed = {**ENDPOINT, "serviceName": UNKNOWN}
    made = create(SQS, unnamed, propertyDependencies={"serviceName": [service]})
    found = only(preview(create(service, arns), made, region="us-west-2"))
    assert found.request["ServiceName"] == f"com.amazonaws.vpce.us-west-2.${{{service}}}"
    (detail,) = found.context["ServiceDetails"]
    assert (detail["ServiceName"], detail["AcceptanceRequired"]) == (found.request["ServiceName"], False)
    assert detail["ServiceType"] == [{"ServiceType": "Interface"}]
    network = urn(classic("ServiceNetwork", module="vpclattice"), "own")
    inputs = {"vpcId": "vpc-0a1b2c3d4e5f60718", "vpcEndpointType": "ServiceNetwork", "serviceNetworkArn": UNKNOWN}
    made = create(SQS, inputs, propertyDependencies={"serviceNetworkArn": [network]})
    found = only(preview(create(network, {"name": "own"}), made))
    assert found.context["ServiceNetworks"] == [{"arn": found.request["ServiceNetworkArn"]}]
    assert found.request["ServiceNetworkArn"] == f"{network}.arn"


def test_nodes_of_a_cluster_are_a_workload_in_the_subnets_of_the_preview() -> None:
    nodes = urn(classic("NodeGroup", module="eks"), "nodes")
    made = create(nodes, {"subnetIds": [UNKNOWN, UNKNOWN]}, propertyDependencies={"subnetIds": [ONE, TWO]})
    found = only({**PREVIEW, "steps": [*PREVIEW["steps"], made]})
    assert found.context["Workloads"] == [
        {"Name": nodes, "ResourceType": "AWS::EKS::Nodegroup", "SubnetIds": [ONE, TWO]}
    ]


@pytest.mark.parametrize("made_of", [[ONE], [ONE, VPC], [ONE, TWO, GROUP], []])
def test_a_list_that_may_be_made_of_something_else_is_unknown(made_of: list[str]) -> None:
    endpoint = create(SQS, {**ENDPOINT, "subnetIds": [UNKNOWN, UNKNOWN]}, propertyDependencies={"subnetIds": made_of})
    found = only(preview(*PREVIEW["steps"][:4], endpoint))
    assert found.request["SubnetIds"] == [None, None]
    assert found.unknown == ("/request/SubnetIds/0", "/request/SubnetIds/1")


@pytest.mark.parametrize("hidden", [UNKNOWN, "[secret]", SECRET])
def test_unknowns_and_secrets_are_not_known(hidden: Any) -> None:
    found = only(preview(create(SQS, {**ENDPOINT, "policy": hidden, "subnetIds": hidden, "tags": {"a": hidden}})))
    assert set(found.unknown) == {
        "/request/PolicyDocument",
        "/request/SubnetIds",
        "/request/TagSpecifications/0/Tags/0/Value",
    }
    assert "PolicyDocument" not in found.request


def test_an_endpoint_without_a_type_is_a_gateway() -> None:
    inputs = {"vpcId": "vpc-0a1b2c3d4e5f60718", "serviceName": "com.amazonaws.us-west-2.s3"}
    assert only(preview(create(SQS, inputs))).request["VpcEndpointType"] == "Gateway"


def test_an_update_is_what_changes() -> None:
    old = state(SQS, ENDPOINT, id="vpce-0a1b2c3d4e5f60718", outputs={**ENDPOINT, "ownerId": "111122223333"})
    new = state(SQS, {**ENDPOINT, "subnetIds": ["subnet-0a1b2c3d4e5f60702"], "privateDnsEnabled": True})
    found = only(preview({"op": "update", "urn": SQS, "oldState": old, "newState": new}))
    assert (found.operation, found.current and found.current["OwnerId"]) == ("modify", "111122223333")
    assert found.request == {
        "VpcEndpointId": "vpce-0a1b2c3d4e5f60718",
        "AddSubnetIds": ["subnet-0a1b2c3d4e5f60702"],
        "RemoveSubnetIds": ["subnet-0a1b2c3d4e5f60701"],
        "PrivateDnsEnabled": True,
    }


def replacement(*ops: str) -> Json:
    old = state(SQS, ENDPOINT, id="vpce-0a1b2c3d4e5f60718", outputs=ENDPOINT)
    new = state(SQS, {**ENDPOINT, "vpcId": "vpc-0a1b2c3d4e5f60719"})
    return preview(*({"op": op, "urn": SQS, "oldState": old, "newState": new} for op in ops))


@pytest.mark.parametrize("ops", [("replace",), ("create-replacement", "replace", "delete-replaced")])
def test_a_replacement_is_a_delete_and_a_create(ops: tuple[str, ...]) -> None:
    found = {proposal.operation: proposal for proposal in read(replacement(*ops))}
    assert found["delete"].request == {"VpcEndpointId": "vpce-0a1b2c3d4e5f60718"}
    assert found["create"].request["VpcId"] == "vpc-0a1b2c3d4e5f60719"


def test_what_is_deleted_is_told_as_it_is() -> None:
    old = state(SQS, ENDPOINT, id="vpce-0a1b2c3d4e5f60718", outputs=ENDPOINT)
    found = only(preview({"op": "delete", "urn": SQS, "oldState": old}))
    assert (found.operation, found.request) == ("delete", {"VpcEndpointId": "vpce-0a1b2c3d4e5f60718"})
    assert found.current is not None


@pytest.mark.parametrize(
    ("op", "more"),
    [
        ("same", {}),
        ("import", {}),
        ("read", {}),
        ("refresh", {}),
        ("discard", {}),
        ("delete", {"retainOnDelete": True}),
    ],
)
def test_what_changes_nothing_in_aws_is_not_judged(op: str, more: Json) -> None:
    there = state(SQS, ENDPOINT, id="vpce-0a1b2c3d4e5f60718", outputs=ENDPOINT, **more)
    assert read(preview({"op": op, "urn": SQS, "oldState": there, "newState": there})) == []


def test_an_endpoint_that_stays_is_a_neighbour() -> None:
    there = state(TWO.replace("subnet:Subnet", "vpcEndpoint:VpcEndpoint"), ENDPOINT, id="vpce-0a1b2c3d4e5f60718")
    step = {"op": "same", "urn": there["urn"], "oldState": there, "newState": there}
    found = only(preview(step, create(SQS, ENDPOINT)))
    assert [(peer["VpcEndpointId"], peer["address"]) for peer in found.peers] == [
        ("vpce-0a1b2c3d4e5f60718", there["urn"])
    ]


@pytest.mark.parametrize(
    ("kind", "own", "member", "value"),
    [
        (classic("VpcEndpointSubnetAssociation"), "subnetId", "SubnetIds", "subnet-0a1b2c3d4e5f60702"),
        (classic("SecurityGroupAssociation"), "securityGroupId", "SecurityGroupIds", "sg-0a1b2c3d4e5f60702"),
        (classic("VpcEndpointRouteTableAssociation"), "routeTableId", "RouteTableIds", "rtb-0a1b2c3d4e5f60702"),
    ],
)
def test_an_association_is_taken_into_its_endpoint(kind: str, own: str, member: str, value: str) -> None:
    part = create(
        urn(kind, "more"), {"vpcEndpointId": UNKNOWN, own: value}, propertyDependencies={"vpcEndpointId": [SQS]}
    )
    inputs = {name: item for name, item in ENDPOINT.items() if name != "subnetIds"}
    assert only(preview(create(SQS, inputs), part)).request[member] == [value]


def test_an_association_alone_changes_the_endpoint_it_names() -> None:
    inputs = {"vpcEndpointId": "vpce-0a1b2c3d4e5f60718", "subnetId": "subnet-0a1b2c3d4e5f60702"}
    found = only(preview(create(urn(classic("VpcEndpointSubnetAssociation"), "more"), inputs)))
    assert (found.operation, found.request["AddSubnetIds"]) == ("modify", ["subnet-0a1b2c3d4e5f60702"])


def test_a_native_endpoint_has_the_properties_of_cloudformation() -> None:
    native = urn("aws-native:ec2:VpcEndpoint", "sqs")
    policy = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}]}
    inputs = {
        **ENDPOINT,
        "policyDocument": policy,
        "tags": [{"key": "team", "value": "payments"}],
        "dnsOptions": {"privateDnsOnlyForInboundResolverEndpoint": "AllResolvers"},
    }
    document = preview(create(native, inputs))
    document["config"] = {"aws-native:region": "us-west-2"}
    found = only(document)
    assert (found.address, found.defaults) == (native, {"PrivateDnsEnabled": False})
    assert found.request["PolicyDocument"] == policy
    assert found.request["DnsOptions"] == {"PrivateDnsOnlyForInboundResolverEndpoint": False}
    assert found.request["TagSpecifications"][0]["Tags"] == [{"Key": "team", "Value": "payments"}]
    assert found.context["Region"] == "us-west-2"


def test_a_provider_of_ones_own_tells_the_region_where_it_is_in_the_preview() -> None:
    provider = urn("pulumi:providers:aws", "west")
    endpoint = create(SQS, ENDPOINT, provider=f"{provider}::{UNKNOWN}")
    assert "Region" not in only(preview(endpoint, region="us-east-1")).context
    document = preview(create(provider, {"region": "eu-west-1"}), endpoint, region="us-east-1")
    assert only(document).context["Region"] == "eu-west-1"


def test_a_new_native_group_lets_everything_out() -> None:
    group = urn("aws-native:ec2:SecurityGroup", "g")
    rules = [{"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIp": "10.0.0.0/16"}]
    found = only(preview(create(group, {"securityGroupIngress": rules}), create(SQS, ENDPOINT)))
    (told,) = found.context["SecurityGroups"]
    assert told["IpPermissions"][0]["IpRanges"] == [{"CidrIp": "10.0.0.0/16"}]
    assert told["IpPermissionsEgress"][0]["IpRanges"] == [{"CidrIp": "0.0.0.0/0"}]


@pytest.mark.parametrize(
    ("document", "detail"),
    [
        ({"version": 3, "deployment": {"resources": []}}, "the state of a Pulumi stack"),
        ({"resourcePlans": {}}, "a saved plan of Pulumi"),
        ({"steps": [{"op": "create", "urn": SQS}]}, "/steps/0/newState must be an object"),
        ({"steps": [{"op": "delete", "urn": SQS}]}, "/steps/0/oldState must be an object"),
        ({"steps": [{"op": "conjure", "urn": SQS}]}, "/steps/0/op must be one of"),
        ({"steps": [create(SQS, ENDPOINT), 1]}, "/steps/1 must be an object"),
        ({**PREVIEW, "diagnostics": [{"message": "x", "severity": "error"}]}, "could not complete this preview"),
        ({}, "not a preview of Pulumi"),
    ],
)
def test_what_is_no_complete_preview_is_refused_with_what_to_send(document: Json, detail: str) -> None:
    with pytest.raises(MalformedError, match=detail) as raised:
        read(document, format_name="pulumi_preview")
    assert raised.value.advice


def test_a_preview_without_steps_changes_nothing() -> None:
    assert read({"config": {}, "duration": 1, "changeSummary": {"same": 4}}) == []


@pytest.mark.parametrize("document", [{"steps": []}, {"steps": [{"op": "create", "urn": "x"}]}, {"steps": [1]}, []])
def test_steps_of_others_are_no_preview(document: Any) -> None:
    assert detect(document) is None


def test_what_may_make_endpoints_in_a_way_of_its_own_is_told() -> None:
    stack = urn("aws:cloudformation/stack:Stack", "net")
    custom = urn("kubernetes:ec2.services.k8s.aws/v1alpha1:VPCEndpoint", "sqs")
    body = {"templateBody": '{"Resources": {"E": {"Type": "AWS::EC2::VPCEndpoint"}}}'}
    module = urn("vpcmod:tf:aws_vpc_endpoint", "this")
    others = (
        create(urn("aws:s3/bucket:Bucket", "b"), {}),
        create(urn(classic("VpcEndpointService"), "s"), {}),
        create(urn("net:index:VpcEndpoints", "all"), {}, custom=False),
    )
    found = read_drafts(preview(create(stack, body), create(custom, {}), create(module, {}, custom=False), *others))
    assert [note.partition(" is not read")[0] for note in found.notes] == [stack, custom, module]


def test_steps_of_resources_that_are_not_read_may_look_like_anything() -> None:
    bucket = urn("aws:s3/bucket:Bucket", "b")
    steps = ({"op": "create", "urn": bucket}, {"op": "conjure", "urn": bucket + "2"}, {"op": [], "urn": bucket + "3"})
    assert only(preview(*steps, create(SQS, ENDPOINT))).operation == "create"


def test_a_violation_is_found_in_the_preview() -> None:
    data = json.dumps(preview(create(SQS, ENDPOINT)), indent=1).encode()
    text = read_text(data, file="preview.json", limit=10_000, yaml_limit=10_000)
    (draft,) = read_drafts(text.value, given=Extras(text=text)).drafts
    assert draft.locations is not None
    place = draft.locations.locate("/request/SubnetIds/0")
    assert place is not None
    assert b"subnet-0a1b2c3d4e5f60701" in data.splitlines()[(place.line or 0) - 1]
