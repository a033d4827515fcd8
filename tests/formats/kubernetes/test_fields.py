"""Fields of specs that no definition has: the API server drops or refuses them."""

from __future__ import annotations

import pytest

from tests.support.kubernetes import ACK, CROSSPLANE, ack, crossplane, fields_of
from vpce_guard.errors import MalformedError
from vpce_guard.formats import read_drafts
from vpce_guard.formats.kubernetes.fields import wrong_names
from vpce_guard.model import Json


@pytest.mark.parametrize("item", [ACK, CROSSPLANE], ids=["ack", "crossplane"])
def test_fields_of_the_definitions_are_no_note(item: Json) -> None:
    assert read_drafts(item).notes == ()
    assert list(wrong_names(fields_of(item), item["apiVersion"].partition("/")[0])) == []


@pytest.mark.parametrize(
    ("item", "note"),
    [
        (ack(vpcId="v"), "ACK's VPCEndpoint has no field vpcId, only vpcID; the API server drops or refuses it"),
        (ack(subnetIds=["s"]), "no field subnetIds, only subnetIDs"),
        (ack(privateDnsEnabled=True), "no field privateDnsEnabled, only privateDNSEnabled"),
        (ack(policy="{}"), "no field policy, only policyDocument"),
        (ack(subnetIdRefs=[]), "no field subnetIdRefs, only subnetRefs"),
        (ack(security_group_ids=[]), "no field security_group_ids, only securityGroupIDs"),
        (ack(vpcEndpointTyp="Gateway"), "ACK's VPCEndpoint has no field vpcEndpointTyp, so it is not read"),
        (
            ack(dnsOptions={"dnsRecordIpType": "ipv4"}),
            "no field dnsOptions.dnsRecordIpType, only dnsOptions.dnsRecordIPType",
        ),
        (crossplane(vpcID="v"), "Crossplane's VPCEndpoint has no field vpcID, only vpcId"),
        (crossplane(policyDocument="{}"), "no field policyDocument, only policy"),
        (crossplane(service_region="a"), "no field service_region, only serviceRegion"),
    ],
)
def test_a_field_that_is_none_is_a_note_with_the_one_that_is_meant(item: Json, note: str) -> None:
    (found,) = read_drafts(item).notes
    assert note in found


def test_the_first_provider_spells_as_it_likes() -> None:
    item = {**crossplane(vpcID="v", privateDNSEnabled=True), "apiVersion": "ec2.aws.crossplane.io/v1alpha1"}
    assert read_drafts(item).notes == ()


@pytest.mark.parametrize(
    ("item", "pointer", "detail"),
    [
        (ack(routeTableIDs="rtb-1"), "/spec/routeTableIDs", "must be a list"),
        (ack(privateDNSEnabled="yes"), "/spec/privateDNSEnabled", "must be true or false"),
        (ack(subnetIDs=["a", 1]), "/spec/subnetIDs/1", "must be a string"),
        (crossplane(privateDnsEnabled="yes"), "/spec/forProvider/privateDnsEnabled", "must be true or false"),
        (ack(tags={"owner": "a"}), "/spec/tags", "must be a list of objects with key and value"),
        (crossplane(tags=[{"key": "owner", "value": "a"}]), "/spec/forProvider/tags", "must be an object"),
    ],
)
def test_a_value_of_a_wrong_type_is_told_by_its_field(item: Json, pointer: str, detail: str) -> None:
    with pytest.raises(MalformedError, match="wrong") as caught:
        read_drafts(item)
    assert [(one["pointer"], one["detail"]) for one in caught.value.pointers] == [(pointer, detail)]
    assert "AWS API" not in str(caught.value)
