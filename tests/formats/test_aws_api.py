"""Requests and CloudTrail records of the API."""

from __future__ import annotations

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats import read


def test_a_bare_request_is_a_create_and_one_with_an_id_a_modify() -> None:
    create, modify = {"VpcId": "vpc-1", "ServiceName": "com.amazonaws.us-east-1.s3"}, {"VpcEndpointId": "vpce-1"}
    assert [read(document, format_name="aws_api")[0].operation for document in (create, modify)] == [
        "create",
        "modify",
    ]


def test_a_record_of_another_call_is_told() -> None:
    with pytest.raises(MalformedError):
        read({"eventName": "RunInstances", "requestParameters": {}}, format_name="aws_api")


def test_an_endpoint_as_aws_describes_it_is_no_request() -> None:
    described = {"VpcEndpointId": "vpce-0a1b2c3d", "VpcId": "vpc-0a1b2c3d", "State": "available", "Groups": []}
    with pytest.raises(MalformedError, match="as AWS describes it"):
        read([described])
