"""Documents in the console: what is found stands at its line, and a fix is an edit of the text."""

from __future__ import annotations

import html
import json
import re

import pytest

from tests.support.console import Reader, written_on
from vpce_guard.errors import MalformedError
from vpce_guard.surfaces.console.documents import apply_edit

TEMPLATE = """\
Resources:
  Queue:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcEndpointType: Gateway
      VpcId: vpc-0a000001
      ServiceName: com.amazonaws.us-east-1.sqs
"""
TWO_SUBNETS = json.dumps(
    {
        "operation": "create",
        "request": {
            "VpcEndpointType": "Interface",
            "VpcId": "vpc-0a000001",
            "ServiceName": "com.amazonaws.us-east-1.sqs",
            "SubnetIds": ["subnet-0a100001", "subnet-0a200001"],
            "SecurityGroupIds": ["sg-0a000001"],
        },
    },
    indent=1,
)
SUBNETS = json.dumps(
    {
        "Subnets": [
            {"SubnetId": "subnet-0a100001", "VpcId": "vpc-0a000001", "AvailabilityZoneId": "use1-az1"},
            {"SubnetId": "subnet-0a200001", "VpcId": "vpc-0a000001", "AvailabilityZoneId": "use1-az1"},
        ]
    }
)
TRY = {"try": "yes"}


def test_a_fix_is_applied_to_the_text_and_judged_again(reader: Reader) -> None:
    first = reader.post("check", document=TWO_SUBNETS, context=SUBNETS, **TRY)
    assert re.search(r'<div class="out">- +&#34;subnet-0a200001&#34;</div>', first.text)
    (edit,) = re.findall(r'name="apply" value="([^"]+)"', first.text)
    again = reader.post("check", document=TWO_SUBNETS, context=SUBNETS, apply=html.unescape(edit), **TRY)
    assert "The fix was applied." in again.text
    assert "Allowed" in written_on(again)
    (text,) = re.findall(r'<textarea id="document"[^>]*>(.*?)</textarea>', again.text, re.DOTALL)
    assert "subnet-0a100001" in text
    assert "subnet-0a200001" not in text


def test_a_fix_of_another_text_is_not_applied(reader: Reader) -> None:
    edit = json.dumps({"of": "x", "edits": []})
    page = reader.post("check", document=TWO_SUBNETS, apply=edit, **TRY)
    assert "The text has changed since: no fix was applied." in written_on(page)
    for strange in ("{", "[]", '{"of": 1}', '{"of": "x", "edits": [{"file": 1}]}'):
        with pytest.raises(MalformedError, match="is none"):
            apply_edit("text", strange)


def test_context_may_be_what_aws_prints_one_or_several(reader: Reader) -> None:
    several = f'[{SUBNETS}, {{"UserId": "u", "Account": "111122223333", "Arn": "arn:aws:iam::111122223333:user/u"}}]'
    page = written_on(reader.post("check", document=TWO_SUBNETS, context=several, **TRY))
    assert "VPCE-IFACE-002" in page
    assert "settles VPCE-IFACE-002" not in page
    assert "The context is no object." in written_on(reader.post("check", document=TWO_SUBNETS, context="[1]", **TRY))


def test_parameters_are_those_of_the_template(reader: Reader) -> None:
    template = TEMPLATE.replace("vpc-0a000001", "!Ref Vpc").replace(
        "Resources:", "Parameters: {Vpc: {Type: String}}\nResources:"
    )
    page = reader.post("check", document=template, parameters='{"Vpc": "vpc-0a00000f"}', **TRY)
    assert "Gateway · com.amazonaws.us-east-1.sqs · vpc-0a00000f" in written_on(page)
    wrong = reader.post("check", document=template, parameters="[1]", **TRY)
    assert "The parameters are no object." in written_on(wrong)


@pytest.mark.parametrize(
    ("document", "status", "said"),
    [
        ("", 400, "is empty"),
        ("{", 400, "is not JSON"),
        ("{}", 422, "format"),
        ('{"operation": "create",\n"request": {\n"VpcId": 5}}', 422, "VpcId"),
        ('{"proposals": [\n{"operation": "sing"}]}', 422, "Line 2:"),
    ],
)
def test_what_cannot_be_read_is_said_and_stays(reader: Reader, document: str, status: int, said: str) -> None:
    page = reader.post("check", document=document, **TRY)
    assert page.status_code == status
    assert said in written_on(page)
    assert document.replace('"', "&#34;") in page.text
