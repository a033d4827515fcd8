"""Plans printed by Terraform, read into proposals."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats import read
from vpce_guard.model import Proposal

PLANS = Path(__file__).parent / "plans"


def plan(name: str) -> Any:
    return json.loads((PLANS / name / "plan.json").read_text())


def proposals(name: str) -> dict[tuple[str, str], Proposal]:
    return {(p.address or "", p.operation): p for p in read(plan(name))}


def test_a_create_is_read_with_its_context() -> None:
    (found,) = read(plan("create-one-interface"))
    assert (found.operation, found.address) == ("create", "aws_vpc_endpoint.sqs")
    assert found.request["VpcEndpointType"] == "Interface"
    assert found.request["SubnetIds"] == ["subnet-0a000000000000001", "subnet-0a000000000000002"]
    assert found.request["DnsOptions"] == {"DnsRecordIpType": "ipv4"}
    assert found.unknown == ()
    assert found.context["Region"] == "us-east-1"
    assert found.context["Vpc"]["EnableDnsSupport"] is True
    assert [s["AvailabilityZoneId"] for s in found.context["Subnets"]] == ["use1-az1", "use1-az2"]
    assert "VpcEndpoints" not in found.context


def test_what_the_configuration_leaves_out_is_not_unknown() -> None:
    found = proposals("defaults-omitted")
    assert found["aws_vpc_endpoint.s3", "create"].unknown == ()
    assert found["aws_vpc_endpoint.s3", "create"].request["VpcEndpointType"] == "Gateway"
    assert found["aws_vpc_endpoint.sqs", "create"].unknown == ()


@pytest.mark.parametrize("name", ["all-unknown-subnets", "partly-unknown-subnets"])
def test_subnets_known_only_after_apply_are_unknown(name: str) -> None:
    for found in read(plan(name)):
        assert "/request/SubnetIds" in found.unknown  # a literal beside the references is not printed


def test_an_unknown_policy_is_unknown() -> None:
    found = proposals("unknown-policy")
    assert found["aws_vpc_endpoint.sqs", "create"].unknown == ("/request/PolicyDocument", "/request/TagSpecifications")
    assert found["aws_vpc_endpoint.sns", "create"].unknown == ()


def test_subnet_configurations_know_which_subnet_is_meant() -> None:
    found = proposals("subnet-configuration")["aws_vpc_endpoint.kms", "create"]
    assert [c["SubnetId"] for c in found.request["SubnetConfigurations"]] == [
        "subnet-0a000000000000001",
        "aws_subnet.c",
    ]
    document = plan("subnet-configuration")
    for resource in document["configuration"]["root_module"]["resources"]:
        if resource["address"] == "aws_vpc_endpoint.kms":
            resource["expressions"]["subnet_configuration"][1]["subnet_id"] = {"references": ["local.subnet"]}
    hidden = next(p for p in read(document) if p.address == "aws_vpc_endpoint.kms").unknown
    assert "/request/SubnetConfigurations/1/SubnetId" in hidden


def test_addresses_of_nested_modules_stay_whole() -> None:
    addresses = [p.address for p in read(plan("nested-modules"))]
    assert 'module.network[0].module.endpoints["say \\"hi\\""].aws_vpc_endpoint.this["a/b[0].c"]' in addresses
    assert len(addresses) == 8


def test_an_update_becomes_the_modify_that_makes_it() -> None:
    (found,) = read(plan("update-subnets"))
    assert found.operation == "modify"
    assert found.request["AddSubnetIds"] == ["subnet-0a000000000000003"]
    assert found.request["RemoveSubnetIds"] == ["subnet-0a000000000000001"]
    assert found.current is not None
    assert found.endpoint is not None
    assert found.endpoint["SubnetIds"] == ["subnet-0a000000000000002", "subnet-0a000000000000003"]


def test_an_update_whose_subnets_are_unknown_is_not_an_update_to_none() -> None:
    (found,) = read(plan("update-subnets-recomputed"))
    assert set(found.unknown) == {"/request/AddSubnetIds", "/request/RemoveSubnetIds"}


@pytest.mark.parametrize(
    ("name", "member"), [("update-policy", "PolicyDocument"), ("update-private-dns", "PrivateDnsEnabled")]
)
def test_an_update_names_only_what_changes(name: str, member: str) -> None:
    (found,) = read(plan(name))
    assert set(found.request) == {"VpcEndpointId", member}


@pytest.mark.parametrize("name", ["replace-service-name", "replace-create-before-destroy"])
def test_a_replacement_is_a_delete_and_a_create(name: str) -> None:
    assert sorted(p.operation for p in read(plan(name))) == ["create", "delete"]


def test_a_delete_leaves_no_endpoint() -> None:
    (found,) = read(plan("delete"))
    assert (found.operation, found.endpoint) == ("delete", None)


@pytest.mark.parametrize("name", ["no-op", "no-endpoints", "read-data-only"])
def test_a_plan_that_changes_no_endpoint_has_no_proposal(name: str) -> None:
    assert read(plan(name)) == []


def test_a_forgotten_endpoint_stays_beside_the_others() -> None:
    (found,) = read(plan("forget-and-import"))
    assert (found.address, found.operation) == ("aws_vpc_endpoint.kms", "modify")
    assert [peer["address"] for peer in found.peers] == ["aws_vpc_endpoint.sqs"]


def test_endpoints_of_one_plan_see_each_other() -> None:
    found = proposals("two-creates-one-route-table")
    peers = found["aws_vpc_endpoint.one", "create"].peers
    assert [(p["address"], p["RouteTableIds"]) for p in peers] == [("aws_vpc_endpoint.two", ["rtb-0a000000000000001"])]


def test_the_region_is_that_of_the_resource_or_its_provider() -> None:
    found = {p.address: p.context["Region"] for p in read(plan("provider-regions"))}
    assert found["aws_vpc_endpoint.east"] == "us-east-1"
    assert found["aws_vpc_endpoint.west"] == "us-west-2"
    assert found["aws_vpc_endpoint.ireland"] == "eu-west-1"


@pytest.mark.parametrize("path", sorted(PLANS.glob("*/plan.json")), ids=lambda path: path.parent.name)
def test_every_plan_follows_the_documented_format(path: Path) -> None:
    document = json.loads(path.read_text())
    assert document["format_version"] == "1.2"
    for change in document.get("resource_changes", []):
        assert {"address", "mode", "type", "name", "change"} <= change.keys()
        assert {"actions", "before", "after", "after_unknown"} <= change["change"].keys()


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"format_version": "9.0", "resource_changes": []}, "not supported"),
        ({"format_version": "1.0", "values": {}}, "state"),
        ({"format_version": "1.2", "errored": True}, "could not complete"),
        ({"format_version": "1.2", "resource_changes": {}}, "/resource_changes must be a list"),
        ({"format_version": "1.2", "resource_changes": [3]}, "/resource_changes/0"),
        (
            {"format_version": "1.2", "resource_changes": [{"type": "aws_vpc_endpoint", "mode": "managed"}]},
            "/resource_changes/0/address",
        ),
        (
            {
                "format_version": "1.2",
                "resource_changes": [
                    {
                        "type": "aws_vpc_endpoint",
                        "mode": "managed",
                        "address": "a",
                        "change": {"actions": ["create"], "after": None},
                    }
                ],
            },
            "/change/after",
        ),
        ({"format_version": "1.2", "configuration": "x", "prior_state": [1]}, "not a well-formed"),
    ],
)
def test_what_is_no_complete_plan_is_refused_with_its_place(document: Any, message: str) -> None:
    with pytest.raises(MalformedError, match=message):
        read(document)


@pytest.mark.parametrize("name", sorted(path.parent.name for path in PLANS.glob("*/plan.json")))
def test_reading_leaves_the_plan_as_it_was(name: str) -> None:
    document = plan(name)
    before = copy.deepcopy(document)
    read(document)
    assert document == before
