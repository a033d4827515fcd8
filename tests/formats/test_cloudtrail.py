"""Records of CloudTrail in each form in which they are delivered, and what AWS answered."""

from __future__ import annotations

import json

import pytest

from tests.support.cloudtrail import create, record
from vpce_guard.errors import MalformedError
from vpce_guard.formats.cloudtrail import (
    AwsAnswer,
    answer_of,
    answers_by_endpoint,
    check_record,
    created_endpoint,
    records,
)

ONE = create(1, code="Client.InvalidParameter", message="No.")
ATHENA_COLUMNS = ["eventid", "eventname", "eventtime", "requestparameters", "errorcode", "useridentity"]
ATHENA_VALUES = [
    ONE["eventID"],
    "CreateVpcEndpoint",
    ONE["eventTime"],
    json.dumps(ONE["requestParameters"]),
    "Client.InvalidParameter",
    "{type=AssumedRole, arn=arn:aws:sts::111122223333:assumed-role/deploy/session}",
]


@pytest.mark.parametrize(
    "document",
    [
        ONE,
        [ONE],
        {"Records": [ONE]},
        {"detail-type": "AWS API Call via CloudTrail", "detail": ONE},
        {"Events": [{"EventId": "1", "EventName": "CreateVpcEndpoint", "CloudTrailEvent": json.dumps(ONE)}]},
        {"QueryStatus": "FINISHED", "QueryResultRows": [[{"eventJson": json.dumps(ONE)}]]},
        {"QueryResultRows": [[{name: value} for name, value in zip(ATHENA_COLUMNS, ATHENA_VALUES, strict=True)]]},
        {
            "ResultSet": {
                "Rows": [
                    {"Data": [{"VarCharValue": name} for name in ATHENA_COLUMNS]},
                    {"Data": [{"VarCharValue": value} for value in ATHENA_VALUES]},
                ]
            }
        },
    ],
)
def test_each_form_gives_the_record_as_cloudtrail_spells_it(document: object) -> None:
    (found,) = records(document)
    assert found["eventID"] == ONE["eventID"]
    assert found["requestParameters"] == ONE["requestParameters"]
    assert answer_of(found).code == "InvalidParameter"
    check_record(found)


def test_the_endpoint_that_was_made_is_told_by_the_answer() -> None:
    answer = {"CreateVpcEndpointResponse": {"requestId": "r", "vpcEndpoint": {"vpcEndpointId": "vpce-1"}}}
    assert created_endpoint({**create(1), "responseElements": answer}) == "vpce-1"
    assert created_endpoint({**create(1), "responseElements": {"vpcEndpoint": {"vpcEndpointId": ""}}}) is None
    assert created_endpoint({**create(1), "responseElements": {"vpcEndpointId": "vpce-1"}}) is None
    assert created_endpoint({**ONE, "responseElements": answer}) is None


def test_other_calls_and_insights_are_passed_over() -> None:
    other = record(2, "RunInstances", {})
    elsewhere = {**ONE, "eventSource": "vpc-lattice.amazonaws.com"}
    assert list(records({"Records": [other, elsewhere, {"eventVersion": "1.08", "insightDetails": {}}]})) == []


@pytest.mark.parametrize("document", ["text", 1, {"Reservations": []}, {"QueryResultRows": ["a"]}, {"ResultSet": {}}])
def test_what_is_no_record_is_told(document: object) -> None:
    with pytest.raises(MalformedError):
        list(records(document))


def test_the_time_of_a_query_is_read_as_utc() -> None:
    (found,) = records({**ONE, "eventTime": "2026-03-01 10:00:01.000"})
    assert found["eventTime"] == "2026-03-01T10:00:01.000Z"


@pytest.mark.parametrize(
    "members",
    [
        {"requestParameters": None},
        {"requestParameters": "{vpcId=vpc-0a0000000000000aa}"},
        {"requestParameters": {"omitted": True, "originalSize": 120000, "reason": "too large"}},
        {"eventTime": None},
    ],
)
def test_a_record_that_does_not_say_what_was_asked_for_or_when_is_told(members: dict[str, object]) -> None:
    (found,) = records({**ONE, **members})
    with pytest.raises(MalformedError):
        check_record(found)


def test_a_delete_answers_for_each_endpoint() -> None:
    deleted = record(3, "DeleteVpcEndpoints", {"DeleteVpcEndpointsRequest": {"VpcEndpointId": []}})
    item = {"resourceId": "vpce-0a000000000000001", "error": {"code": "OperationNotPermitted", "message": "Managed."}}
    deleted["responseElements"] = {"DeleteVpcEndpointsResponse": {"unsuccessful": {"item": item}, "requestId": "r"}}
    assert answer_of(deleted) == AwsAnswer(None, None)
    assert answers_by_endpoint(deleted) == {"vpce-0a000000000000001": AwsAnswer("OperationNotPermitted", "Managed.")}
