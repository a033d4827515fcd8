"""The endpoint as it will be after an operation."""

from __future__ import annotations

from vpce_guard.formats.aws.endpoint import endpoint_after


def test_a_modify_changes_the_lists_of_what_there_is() -> None:
    current = {"VpcEndpointId": "vpce-1", "SubnetIds": ["subnet-1", "subnet-2"]}
    request = {"VpcEndpointId": "vpce-1", "AddSubnetIds": ["subnet-3"], "RemoveSubnetIds": ["subnet-1"]}
    endpoint = endpoint_after("modify", request, current, [])
    assert endpoint is not None
    assert endpoint["SubnetIds"] == ["subnet-2", "subnet-3"]


def test_nothing_remains_after_a_delete_and_nothing_is_guessed_of_what_is_not_known() -> None:
    assert endpoint_after("delete", {}, {"VpcEndpointId": "vpce-1"}, []) is None
    assert endpoint_after("modify", {"VpcEndpointId": "vpce-1"}, None, []) is None


def test_a_type_that_is_not_told_is_the_one_aws_takes_unless_it_is_unknown() -> None:
    known, hidden = (
        endpoint_after("create", {}, None, []),
        endpoint_after("create", {}, None, ["/request/VpcEndpointType"]),
    )
    assert known is not None
    assert hidden is not None
    assert (known["VpcEndpointType"], hidden.get("VpcEndpointType")) == ("Gateway", None)
