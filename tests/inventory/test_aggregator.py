"""An aggregator of AWS Config: pages of rows become what EC2 would describe."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vpce_guard.inventory.aggregator import Aggregator
from vpce_guard.inventory.aws import ReadError
from vpce_guard.inventory.kinds import KINDS

ACCOUNT, CREATED = "111122223333", "2024-01-01T00:00:00Z"


class Client:
    """Answers queries by what they say, a row a page."""

    def __init__(self, rows: dict[str, list[dict[str, Any]]]) -> None:
        self._rows = rows
        self.asked: list[str] = []

    def select_aggregate_resource_config(self, **asked: Any) -> dict[str, Any]:
        assert asked["ConfigurationAggregatorName"] == "all"
        self.asked.append(asked["Expression"])
        rows = next(rows for part, rows in self._rows.items() if part in asked["Expression"])
        at = int(asked.get("NextToken", 0))
        page = {"Results": [json.dumps(row) for row in rows[at : at + 1]]}
        return {**page, "NextToken": str(at + 1)} if at + 1 < len(rows) else page


def row(kind: str, identity: str, configuration: dict[str, Any], **more: Any) -> dict[str, Any]:
    place = {"accountId": ACCOUNT, "awsRegion": "us-east-1"}
    return {"resourceType": kind, "resourceId": identity, **place, "configuration": configuration, **more}


def test_places_are_those_with_a_vpc() -> None:
    rows = [{"accountId": ACCOUNT, "awsRegion": region, "COUNT(*)": 2} for region in ("us-east-1", "eu-west-1")]
    assert Aggregator(Client({"COUNT": rows}), "all").places() == [(ACCOUNT, "eu-west-1"), (ACCOUNT, "us-east-1")]


def test_rows_become_what_ec2_describes_with_tags_and_without_what_config_does_not_tell() -> None:
    endpoint = {"vpcId": "vpc-1", "serviceName": "com.amazonaws.us-east-1.sqs", "vpcEndpointType": "Interface"}
    tags = [{"key": "owner", "value": "net", "tag": "owner=net"}]
    client = Client(
        {
            "VPCEndpoint": [
                row("AWS::EC2::VPCEndpoint", "vpce-1", endpoint, tags=tags, resourceCreationTime=CREATED),
                row("AWS::EC2::VPCEndpoint", "vpce-2", endpoint, tags=[]),
            ],
            "Subnet": [row("AWS::EC2::Subnet", "subnet-1", {"subnetId": "subnet-1", "vpcId": "vpc-1"})],
        }
    )
    place = Aggregator(client, "all").place(ACCOUNT, "us-east-1")
    first, second = place.read(KINDS["VpcEndpoints"])
    assert (first["VpcEndpointId"], first["Tags"]) == ("vpce-1", [{"Key": "owner", "Value": "net"}])
    assert first["CreationTimestamp"] == CREATED
    assert "PolicyDocument" not in second
    assert place.read(KINDS["Subnets"]) == [{"SubnetId": "subnet-1", "VpcId": "vpc-1"}]
    assert f"accountId = '{ACCOUNT}' AND awsRegion = 'us-east-1'" in client.asked[0]


def test_only_kinds_that_config_records_are_read() -> None:
    assert Aggregator.kinds.keys() == {"Vpcs", "Subnets", "RouteTables", "SecurityGroups", "VpcEndpoints"}


def test_a_query_that_fails_says_which_permission_lacks() -> None:
    from botocore.exceptions import ClientError

    class Denied:
        def select_aggregate_resource_config(self, **_: Any) -> Any:
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "SelectAggregateResourceConfig")

    with pytest.raises(ReadError) as failed:
        Aggregator(Denied(), "all").places()
    assert failed.value.action == "config:SelectAggregateResourceConfig"
