"""States of Terraform, as show prints them and as the file holds them: both tell the same."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats.existing.inventory import Inventory
from vpce_guard.formats.existing.terraform_state import detect, read
from vpce_guard.model import Json

ENDPOINT: Json = {
    "id": "vpce-0a00000000000001a",
    "arn": "arn:aws:ec2:us-east-1:111122223333:vpc-endpoint/vpce-0a00000000000001a",
    "vpc_endpoint_type": "Gateway",
    "vpc_id": "vpc-0a000001",
    "service_name": "com.amazonaws.us-east-1.s3",
    "route_table_ids": ["rtb-0a000001"],
    "state": "available",
    "owner_id": "111122223333",
    "policy": "{}",
    "tags_all": {"owner": "payments"},
}
ASSOCIATION: Json = {"id": "a", "vpc_endpoint_id": ENDPOINT["id"], "route_table_id": "rtb-0a000002"}
TABLE: Json = {"id": "rtb-0a000001", "vpc_id": "vpc-0a000001", "owner_id": "111122223333", "route": []}


def resource(kind: str, values: Json, **more: Any) -> Json:
    return {"mode": "managed", "type": kind, "name": "this", "address": f"{kind}.this", "values": values, **more}


def shown(*resources: Json, **modules: Any) -> Json:
    return {"format_version": "1.0", "values": {"root_module": {"resources": list(resources), **modules}}}


def in_file(kind: str, values: Json, *, mode: str = "managed", key: Any = None, **more: Any) -> Json:
    instance = {"attributes": values, **({} if key is None else {"index_key": key})}
    return {"mode": mode, "type": kind, "name": "this", "instances": [instance], **more}


def state(*resources: Json, version: int = 4) -> Json:
    return {"version": version, "terraform_version": "1.9.0", "lineage": "l", "resources": list(resources)}


def read_state(document: Json) -> Inventory:
    assert detect(document)
    inventory = Inventory()
    read(document, inventory)
    return inventory


@pytest.mark.parametrize(
    "document",
    [
        shown(
            resource("aws_vpc_endpoint", ENDPOINT),
            resource("aws_vpc_endpoint_route_table_association", ASSOCIATION),
            resource("aws_route_table", TABLE),
        ),
        state(
            in_file("aws_vpc_endpoint", ENDPOINT),
            in_file("aws_vpc_endpoint_route_table_association", ASSOCIATION),
            in_file("aws_route_table", TABLE),
        ),
    ],
    ids=["show", "file"],
)
def test_an_endpoint_is_read_with_what_completes_it_and_what_is_around(document: Json) -> None:
    (one,) = read_state(document).endpoints.values()
    assert one.endpoint["RouteTableIds"] == ["rtb-0a000001", "rtb-0a000002"]
    assert one.endpoint["Tags"] == [{"Key": "owner", "Value": "payments"}]
    assert (one.region, one.account, one.listed) == ("us-east-1", "111122223333", False)
    assert one.address == "aws_vpc_endpoint.this"
    assert [table["RouteTableId"] for table in one.context["RouteTables"]] == ["rtb-0a000001"]


def test_modules_and_keys_are_in_the_address() -> None:
    (one,) = read_state(state(in_file("aws_vpc_endpoint", ENDPOINT, module="module.net", key="s3"))).endpoints.values()
    assert one.address == 'module.net.aws_vpc_endpoint.this["s3"]'
    child = {"address": "module.net", "resources": [resource("aws_vpc_endpoint", ENDPOINT)]}
    assert len(read_state(shown(child_modules=[child])).endpoints) == 1


def test_a_data_source_is_not_of_this_state_and_what_was_replaced_is_no_more() -> None:
    data = in_file("aws_vpc_endpoint", ENDPOINT, mode="data")
    replaced = in_file("aws_vpc_endpoint", ENDPOINT)
    replaced["instances"][0]["deposed"] = "0a1b2c3d"
    assert read_state(state(data, replaced)).endpoints == {}


def test_an_endpoint_of_the_other_provider_is_read() -> None:
    values = {
        "vpc_endpoint_id": "vpce-0c",
        "vpc_id": "vpc-1",
        "service_name": "s",
        "tags": [{"key": "a", "value": "b"}],
    }
    (one,) = read_state(shown(resource("awscc_ec2_vpc_endpoint", values))).endpoints.values()
    assert (one.endpoint_id, one.endpoint["VpcEndpointType"]) == ("vpce-0c", "Gateway")


def test_what_a_state_file_marks_as_sensitive_is_not_to_be_shown() -> None:
    marked = in_file("aws_vpc_endpoint", {**ENDPOINT, "service_name": "com.amazonaws.vpce.us-east-1.vpce-svc-0secret1"})
    marked["instances"][0]["sensitive_attributes"] = [[{"type": "get_attr", "value": "service_name"}]]
    (one,) = read_state(state(marked)).endpoints.values()
    assert one.sensitive == ("com.amazonaws.vpce.us-east-1.vpce-svc-0secret1",)


def test_other_versions_of_the_file_are_refused() -> None:
    with pytest.raises(MalformedError, match="Version 3"):
        read_state(state(version=3))


def test_an_endpoint_without_attributes_is_refused() -> None:
    bare = in_file("aws_vpc_endpoint", ENDPOINT)
    bare["instances"] = [{"attributes_flat": {}}]
    with pytest.raises(MalformedError, match="has no attributes"):
        read_state(state(bare))


def test_a_plan_is_no_state() -> None:
    assert not detect({"format_version": "1.2", "resource_changes": []})
    assert not detect({"format_version": "1.2", "planned_values": {}})
