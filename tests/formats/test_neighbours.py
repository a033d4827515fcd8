"""What rules are given of the endpoints of a document is enough: every answer is what it is with all of them."""

from __future__ import annotations

import random
from typing import Any

import pytest

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.decisions import possibilities
from vpce_guard.decisions.inputs import rego_input
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.formats import neighbours, read
from vpce_guard.formats.neighbours import Neighbours, Peers, near_peers
from vpce_guard.model import Json, Proposal
from vpce_guard.org.data import EffectiveOrg, no_org_data
from vpce_guard.org.load import read_org_data

VPC, OTHER_VPC = "vpc-0a000001", "vpc-0b000002"
SERVICES = [
    *(f"com.amazonaws.us-east-1.{name}" for name in ("sqs", "kms", "s3", "ecr.api", "ecr.dkr", "dynamodb")),
    *(f"com.amazonaws.vpce.us-east-1.vpce-svc-{n:017x}" for n in range(3)),
    "com.amazonaws.${AWS::Region}.s3",
    None,
]
CLOSED = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::own/*"}]}'
LATTICE = "arn:aws:vpc-lattice:us-east-1:111122223333"


@pytest.fixture(scope="module")
def engine() -> EmbeddedEngine:
    return EmbeddedEngine(open_bundle(), timeout=20, memory_limit=1 << 30)


@pytest.fixture(scope="module")
def orgs() -> list[EffectiveOrg]:
    rules = {rule.id: rule for rule in open_bundle().catalogue.rules}
    asked = {
        "environments": {"111122223333": "prod"},
        "quotas": {"interface_gwlb_per_vpc": 4, "gateway_per_region": 3},
        "availability": {"min_azs": {"prod": 2}},
        "required_endpoints": [{"services": ["kms", "ecr.api", "s3"]}],
        "limits": {"interface_gwlb_per_vpc": 5, "gateway_per_vpc": 2, "gateway_per_region": 2, "resource_per_vpc": 1},
    }
    return [no_org_data(rules).effective(None, None), read_org_data(asked, rules).effective("111122223333", "prod")]


def configuration(number: str) -> str:
    return f"{LATTICE}:resourceconfiguration/rcfg-{number:0>17}"


def network(number: str) -> str:
    return f"{LATTICE}:servicenetwork/sn-{number:0>17}"


def request(pick: random.Random) -> Json:
    kind = pick.choice(["Interface"] * 5 + ["Gateway"] * 2 + ["GatewayLoadBalancer", "Resource", "ServiceNetwork"])
    found: Json = {"VpcEndpointType": kind, "VpcId": pick.choice([VPC] * 9 + [OTHER_VPC])}
    if kind == "Resource":
        found["ResourceConfigurationArn"] = configuration(pick.choice("12"))
    elif kind == "ServiceNetwork":
        found["ServiceNetworkArn"] = network(pick.choice("12"))
    elif service := pick.choice(SERVICES[-4:-1] if kind == "GatewayLoadBalancer" else SERVICES):
        found["ServiceName"] = service
        if service.endswith(".s3"):
            found |= pick.choice([{}, {"PolicyDocument": CLOSED}])
            if kind == "Interface":
                found["DnsOptions"] = {"PrivateDnsOnlyForInboundResolverEndpoint": pick.choice([True, False])}
    if kind == "Gateway":
        found["RouteTableIds"] = pick.sample(["rtb-0a000001", "rtb-0a000002"], k=pick.choice([1, 1, 2]))
    else:
        found["SubnetIds"] = pick.sample(["subnet-0a100001", "subnet-0b100001"], k=pick.choice([1, 2]))
    if (
        kind in ("Interface", "Resource", "ServiceNetwork")
        and (wanted := pick.choice([True, True, False, None])) is not None
    ):
        found["PrivateDnsEnabled"] = wanted
    return {name: value for name, value in found.items() if name == "VpcEndpointType" or pick.random() > 0.03}


def current(pick: random.Random, number: int) -> Json:
    found = {**request(pick), "VpcEndpointId": f"vpce-{number:08x}", "State": pick.choice(["available", "deleted"])}
    if pick.random() < 0.5:
        found["DnsEntries"] = [{"DnsName": pick.choice(["sqs.us-east-1.amazonaws.com", "*.example.com"])}]
    return found


def proposal(pick: random.Random, number: int) -> Json:
    operation = pick.choice(["create"] * 4 + ["modify", "delete"])
    address = {"operation": operation, "address": f"e{number}"}
    if operation == "create":
        unknown = pick.sample(["/request/ServiceName", "/request/VpcId", "/request/SubnetIds"], k=1)
        return {**address, "request": request(pick), **({"unknown": unknown} if pick.random() < 0.1 else {})}
    before = current(pick, number)
    changed = {"PrivateDnsEnabled": True} if operation == "modify" else {}
    return {**address, "request": {"VpcEndpointId": before["VpcEndpointId"], **changed}, "current": before}


def details(pick: random.Random) -> list[Json]:
    names = ["sqs.us-east-1.amazonaws.com", "*.example.com", "a.example.com", "b.a.example.com", "*.a.example.com"]
    return [
        {
            "ServiceName": service,
            "AvailabilityZoneIds": ["use1-az1", "use1-az2"],
            "ServiceType": [{"ServiceType": pick.choice(["Interface", "Interface", "Interface", "Gateway"])}],
            "PrivateDnsNames": [{"PrivateDnsName": pick.choice(names)} for _ in range(pick.choice([0, 1, 2]))],
            **({"ServiceRegion": pick.choice(["us-east-1", "eu-west-1"])} if pick.random() < 0.5 else {}),
        }
        for service in pick.sample([s for s in SERVICES if s], k=6)
    ]


def proposals_of(pick: random.Random) -> list[Proposal]:
    context: Json = {
        "Region": "us-east-1",
        "AccountId": "111122223333",
        "Subnets": [
            {
                "SubnetId": f"subnet-0{zone}100001",
                "VpcId": VPC,
                "OwnerId": "111122223333",
                "AvailabilityZoneId": f"use1-az{number}",
                "AvailableIpAddressCount": pick.choice([2, 4, 100]),
            }
            for number, zone in enumerate("ab", start=1)
        ],
        "Vpc": {"VpcId": VPC, "EnableDnsSupport": True, "EnableDnsHostnames": True},
        "ServiceNetworkResourceAssociations": [
            {"resourceConfigurationArn": configuration(n), "serviceNetworkArn": network("1")} for n in "12"
        ],
    }
    if pick.random() < 0.7:
        context["ServiceDetails"] = details(pick)
    if pick.random() < 0.5:
        context["VpcEndpoints"] = [current(pick, 900 + number) for number in range(pick.choice([0, 3]))]
    proposals = [proposal(pick, number) for number in range(pick.choice([4, 8, 12]))]
    return read({"proposals": proposals}, context=context)


def answers(engine: EmbeddedEngine, proposals: list[Proposal], org: EffectiveOrg, *, all_peers: bool) -> list[Any]:
    inputs = [rego_input(one, "aws-current", org, all_peers=all_peers) for one in proposals]
    found = engine.answers(possibilities.spread(inputs))
    return [
        {name: sorted(map(repr, value)) if isinstance(value, list) else value for name, value in answer.items()}
        for answer in found
    ]


@pytest.mark.parametrize("seed", range(60))
def test_every_answer_is_what_it_is_with_all_peers(
    engine: EmbeddedEngine, orgs: list[EffectiveOrg], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "_MOST_ALIKE", 1)
    pick = random.Random(seed)  # noqa: S311 - documents, no secrets
    proposals = proposals_of(pick)
    for org in orgs:
        assert answers(engine, proposals, org, all_peers=False) == answers(engine, proposals, org, all_peers=True)


def listed(number: int, name: str) -> Json:
    service = {"ServiceName": f"com.amazonaws.us-east-1.s{number}", "ServiceType": [{"ServiceType": "Interface"}]}
    return {**service, "PrivateDnsNames": [{"PrivateDnsName": name}]}


@pytest.mark.parametrize(
    ("proposals", "context", "rule"),
    [
        (
            lambda: endpoints(3, PrivateDnsEnabled=True),
            {"ServiceDetails": [listed(0, "*.example.com"), listed(2, "A.example.com"), listed(1, "example.com")]},
            "iface.one_private_dns_name",
        ),
        (
            lambda: [
                *endpoints(2),
                {"request": {"VpcEndpointType": "GatewayLoadBalancer", "SubnetIds": ["subnet-0a100001"]}},
            ],
            {"Subnets": [{"SubnetId": "subnet-0a100001", "VpcId": VPC, "AvailableIpAddressCount": 2}]},
            "common.free_address_in_subnet",
        ),
        (
            lambda: [
                {"request": {"VpcEndpointType": "ServiceNetwork", "VpcId": VPC, "ServiceNetworkArn": network("1")}},
                {"request": {**RESOURCE, "ResourceConfigurationArn": configuration("1")}},
                {"request": {**RESOURCE, "ResourceConfigurationArn": configuration("2")}},
            ],
            {
                "ServiceNetworkResourceAssociations": [
                    {"resourceConfigurationArn": configuration("1"), "serviceNetworkArn": network("1")}
                ]
            },
            "common.resource_endpoint",
        ),
        (
            lambda: [*endpoints(2), *shutting_out_what_a_neighbour_needs()],
            {},
            "common.buckets_of_neighbours",
        ),
    ],
    ids=["names", "addresses", "networks", "buckets"],
)
def test_what_matters_across_services_is_given(
    engine: EmbeddedEngine, orgs: list[EffectiveOrg], proposals: Any, context: Json, rule: str
) -> None:
    dns = {"Vpc": {"VpcId": VPC, "EnableDnsSupport": True, "EnableDnsHostnames": True}}
    all_ = [{"operation": "create", "address": f"a{n}", **one} for n, one in enumerate(proposals())]
    for one in all_[:1] if rule.endswith("resource_endpoint") else ():
        one["request"]["PrivateDnsEnabled"] = True
    made = read({"proposals": all_}, context={"Region": "us-east-1", "VpcEndpoints": [], **dns, **context})
    near, whole = (answers(engine, made, orgs[0], all_peers=all_peers) for all_peers in (False, True))
    assert near == whole
    assert any(rule in found for answer in near for found in answer["violations"])


RESOURCE = {"VpcEndpointType": "Resource", "VpcId": VPC, "PrivateDnsEnabled": True}


def endpoints(count: int, **members: Any) -> list[Json]:
    request = {"VpcEndpointType": "Interface", "VpcId": VPC, "SubnetIds": ["subnet-0a100001"], **members}
    named = [{**request, "ServiceName": f"com.amazonaws.us-east-1.s{number}"} for number in range(count)]
    return [{"operation": "create", "address": f"e{n}", "request": one} for n, one in enumerate(named)]


def shutting_out_what_a_neighbour_needs() -> list[Json]:
    s3 = {"VpcEndpointType": "Gateway", "VpcId": VPC, "ServiceName": "com.amazonaws.us-east-1.s3"}
    images = {"VpcEndpointType": "Interface", "VpcId": VPC, "ServiceName": "com.amazonaws.us-east-1.ecr.dkr"}
    return [{"request": {**s3, "PolicyDocument": CLOSED}}, {"request": images}]


def test_what_rules_are_given_does_not_grow_with_endpoints_of_other_services() -> None:
    few, many = (read({"proposals": endpoints(count)}) for count in (10, 500))
    assert len(few[0].peers) == 9
    assert len(many[0].peers) == 499
    near = [near_peers({**one.as_input("aws-current")}) for one in (few[0], many[0])]
    assert [one.peers for one in near] == [[], []]
    assert near[1].counts == {
        "of_vpc": {"Interface": 499},
        "gateways": 0,
        "created_in": {"subnet-0a100001": 499},
    }


def described(number: int, **members: Any) -> Json:
    name = f"vpce-{number:017x}-0abcdef1.sqs.us-east-1.vpce.amazonaws.com"
    return {"VpcId": VPC, "VpcEndpointType": "Interface", "DnsEntries": [{"DnsName": name}], **members}


def test_what_rules_are_given_does_not_grow_with_endpoints_of_one_service_that_own_no_name() -> None:
    sqs = {"ServiceName": "com.amazonaws.us-east-1.sqs", "PrivateDnsEnabled": False, "State": "available"}
    deleting, owner = {**sqs, "State": "deleting"}, {**sqs, "PrivateDnsEnabled": True}
    all_ = [*(described(n, **sqs) for n in range(80)), described(80, **deleting), described(81, **owner)]
    near = Neighbours(all_).seen_by(all_[0], but=all_[0]).near(all_[0], {})
    assert near is not None
    assert near.peers == [*all_[1:51], *all_[80:]]
    assert near.counts["of_vpc"] == {"Interface": 81}


def test_names_that_aws_gives_each_endpoint_are_none_that_another_may_own() -> None:
    sqs = described(1, ServiceName="com.amazonaws.us-east-1.sqs", PrivateDnsEnabled=True)
    kms = described(2, ServiceName="com.amazonaws.us-east-1.kms", PrivateDnsEnabled=True)
    own = {"DnsName": "sqs.us-east-1.amazonaws.com"}
    named = {**sqs, "DnsEntries": [*sqs["DnsEntries"], own]}
    for other, found in ((sqs, []), (named, [named])):
        near = Neighbours([kms, other]).seen_by(kms, but=kms).near(kms, {})
        assert near is not None
        assert near.peers == found


def test_one_whose_service_is_not_known_is_given_all() -> None:
    unknown = {"operation": "create", "address": "x", "request": {"VpcEndpointType": "Interface", "VpcId": VPC}}
    proposals = read({"proposals": [*endpoints(5), {**unknown, "unknown": ["/request/ServiceName"]}]})
    assert near_peers(proposals[-1].as_input("aws-current")).counts == {}
    assert [peer["address"] for peer in near_peers(proposals[0].as_input("aws-current")).peers] == ["x"]


def test_a_fix_that_changes_the_service_is_judged_beside_those_of_the_new_one() -> None:
    proposals = read({"proposals": endpoints(3)})
    endpoint = {**(proposals[0].endpoint or {}), "ServiceName": "com.amazonaws.us-east-1.s2"}
    changed = {**proposals[0].as_input("aws-current"), "endpoint": endpoint}
    assert [peer["address"] for peer in near_peers(changed).peers] == ["e2"]


def test_peers_are_a_view_of_the_endpoints_of_the_document() -> None:
    all_ = [{"VpcId": vpc, "n": number} for number, vpc in enumerate([VPC, OTHER_VPC, VPC, None, VPC])]
    seen = Neighbours(all_).seen_by(all_[2], but=all_[2])
    assert isinstance(seen, Peers)
    assert [peer["n"] for peer in seen] == [0, 3, 4]
    assert len(seen) == 3
    assert seen[-1] is all_[4]
    assert list(seen.runs()) == [range(1), range(3, 5)]
    assert seen == [all_[0], all_[3], all_[4]]
    hidden = seen.transform("key", lambda peer: {"n": -peer["n"]})
    assert [peer["n"] for peer in hidden] == [0, -3, -4]
    assert hidden.neighbours is seen.transform("key", lambda peer: peer).neighbours
