"""The Lambda Hook, called as Lambda calls it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.support.world import SQS, sync_world
from vpce_guard.decision_log.database import open_database
from vpce_guard.surfaces.hooks import cloudformation_hook
from vpce_guard.surfaces.hooks.cloudformation_hook import handler

GOOD = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}
BAD = {**GOOD, "ServiceName": "com.amazonaws.us-east-1.kms"}


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    cloudformation_hook._guard.cache_clear()
    yield
    cloudformation_hook._guard.cache_clear()


def event(point: str = "CREATE_PRE_PROVISION", **data: Any) -> Any:
    return {
        "clientRequestToken": "token-1",
        "awsAccountId": "111122223333",
        "stackId": "arn:aws:cloudformation:us-east-1:111122223333:stack/x/1",
        "hookTypeName": "Org::Vpce::Guard",
        "actionInvocationPoint": point,
        "requestData": data,
        "requestContext": {"invocation": 1, "callbackContext": None},
    }


def resource(point: str, new: Any, old: Any = None, kind: str = "AWS::EC2::VPCEndpoint") -> Any:
    model = {"resourceProperties": new, "previousResourceProperties": old}
    return event(point, targetName=kind, targetType=kind, targetLogicalId="Endpoint", targetModel=model)


def stack(monkeypatch: pytest.MonkeyPatch, payload: Any, point: str = "CREATE_PRE_PROVISION") -> Any:
    real = httpx2.Client

    def answer(request: httpx2.Request) -> httpx2.Response:
        assert str(request.url) == "https://bucket.example/payload"
        return payload if isinstance(payload, httpx2.Response) else httpx2.Response(200, json=payload)

    monkeypatch.setattr(httpx2, "Client", lambda **o: real(**o, transport=httpx2.MockTransport(answer)))
    return handler(event(point, targetType="STACK", targetName="STACK", payload="https://bucket.example/payload"))


def test_an_endpoint_is_let_through_or_refused_with_annotations() -> None:
    good = handler(resource("CREATE_PRE_PROVISION", GOOD))
    assert (good["hookStatus"], good["clientRequestToken"]) == ("SUCCESS", "token-1")
    assert "errorCode" not in good
    bad = handler(resource("CREATE_PRE_PROVISION", BAD))
    assert (bad["hookStatus"], bad["errorCode"]) == ("FAILED", "NonCompliant")
    assert "VPCE-GW-001" in bad["message"]
    note = next(a for a in bad["annotations"] if a["annotationName"] == "VPCE-GW-001")
    assert (note["status"], note["severityLevel"]) == ("FAILED", "HIGH")
    assert note["remediationMessage"] == "Set VpcEndpointType to Interface."
    assert json.loads(json.dumps(bad)) == bad


def test_an_update_is_judged_as_the_change_it_is() -> None:
    old = {**GOOD, "Id": "vpce-0a000001", "VpcEndpointType": "Gateway"}
    changed = handler(resource("UPDATE_PRE_PROVISION", {**old, "RouteTableIds": ["rtb-0a000002"]}, old))
    assert changed["hookStatus"] == "SUCCESS"
    replaced = handler(resource("UPDATE_PRE_PROVISION", {**old, "ServiceName": BAD["ServiceName"]}, old))
    assert (replaced["hookStatus"], replaced["errorCode"]) == ("FAILED", "NonCompliant")


def test_a_delete_and_another_resource_are_let_through() -> None:
    assert handler(resource("DELETE_PRE_PROVISION", GOOD))["hookStatus"] == "SUCCESS"
    assert handler(resource("CREATE_PRE_PROVISION", {}, kind="AWS::S3::Bucket"))["hookStatus"] == "SUCCESS"


def test_a_stack_is_judged_by_its_template(monkeypatch: pytest.MonkeyPatch) -> None:
    for properties, status in ((GOOD, "SUCCESS"), (BAD, "FAILED")):
        template = {"Resources": {"E": {"Type": "AWS::EC2::VPCEndpoint", "Properties": properties}}}
        with monkeypatch.context() as patched:
            found = stack(patched, {"template": json.dumps(template), "previousTemplate": None})
        assert found["hookStatus"] == status, found
    assert found["errorCode"] == "NonCompliant"


def test_what_was_in_the_stack_before_is_not_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def template(**resources: Any) -> str:
        bodies = {n: {"Type": "AWS::EC2::VPCEndpoint", "Properties": p} for n, p in resources.items()}
        return json.dumps({"Resources": bodies})

    for after, status in (
        ({"Old": BAD}, "SUCCESS"),
        ({"Old": BAD, "New": GOOD}, "SUCCESS"),
        ({"Old": {**BAD, "VpcId": "vpc-0a000002"}}, "FAILED"),
    ):
        payload = {"template": template(**after), "previousTemplate": template(Old=BAD)}
        with monkeypatch.context() as patched:
            assert stack(patched, payload)["hookStatus"] == status, after


@pytest.mark.parametrize(
    ("transform", "kind", "begin", "told"),
    [
        (["Own"], "AWS::EC2::VPCEndpoint", "vpce-guard allows it. The macro Own may change every resource", True),
        ([], "AWS::CloudFormation::Stack", "No VPC endpoint in what was read. The nested stack E", True),
        ([], "AWS::SQS::Queue", "No VPC endpoint changes.", False),
    ],
)
def test_what_is_not_read_is_told(
    monkeypatch: pytest.MonkeyPatch, transform: list[str], kind: str, begin: str, told: bool
) -> None:
    template = json.dumps({"Transform": transform, "Resources": {"E": {"Type": kind, "Properties": GOOD}}})
    answer = stack(monkeypatch, {"template": template, "previousTemplate": template})
    assert answer["hookStatus"] == "SUCCESS"
    assert answer["message"].startswith(begin)
    assert (len(answer["message"]) > len(begin)) is told


def test_a_template_that_cannot_hold_an_endpoint_need_not_be_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stack(monkeypatch, {"template": "a: ["})["hookStatus"] == "SUCCESS"


def test_a_change_set_is_judged_by_its_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    change = {
        "logicalResourceId": "E",
        "resourceType": "AWS::EC2::VPCEndpoint",
        "action": "CREATE",
        "afterContext": json.dumps({"Properties": BAD}),
    }
    other = {"logicalResourceId": "Q", "resourceType": "AWS::SQS::Queue", "action": "CREATE"}
    found = stack(monkeypatch, {"template": "{}", "changedResources": [other, change]})
    assert (found["hookStatus"], found["errorCode"]) == ("FAILED", "NonCompliant")


@pytest.mark.parametrize(
    "payload",
    [
        httpx2.Response(403),
        httpx2.Response(200, text="no json"),
        {"template": "Transform: OwnMacro\nResources: {}"},
        {"template": "a: [AWS::EC2::VPCEndpoint"},
        {"changedResources": [{"resourceType": "AWS::EC2::VPCEndpoint", "afterContext": "{"}]},
        [],
    ],
)
def test_what_cannot_be_read_is_never_let_through(monkeypatch: pytest.MonkeyPatch, payload: Any) -> None:
    found = stack(monkeypatch, payload)
    assert (found["hookStatus"], found["errorCode"]) == ("FAILED", "InternalFailure")
    assert found["clientRequestToken"] == "token-1"


@pytest.mark.parametrize("bad", [None, [], {}, {"requestData": {"targetType": "AWS::EC2::VPCEndpoint"}}])
def test_an_event_of_another_shape_is_never_let_through(bad: Any) -> None:
    assert handler(bad)["hookStatus"] == "FAILED"


def test_an_address_that_is_not_https_is_not_fetched() -> None:
    found = handler(event(targetType="STACK", payload="http://169.254.169.254/"))
    assert found["errorCode"] == "InternalFailure"


def test_what_the_hook_is_not_told_comes_from_the_inventory(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> None:
    sync_world(open_database(sqlite_url))
    asked = resource("CREATE_PRE_PROVISION", {**SQS, "PrivateDnsEnabled": True})
    settings = {"DATABASE_URL": sqlite_url, "STRICT": "true"}
    for name, value in settings.items():
        monkeypatch.setenv(f"VPCE_GUARD_{name}", value)
    assert handler(asked)["hookStatus"] == "FAILED"
    monkeypatch.setenv("VPCE_GUARD_INVENTORY", "true")
    cloudformation_hook._guard.cache_clear()
    assert handler(asked)["hookStatus"] == "SUCCESS"
