"""What CloudFormation's documents look like."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.formats.cloudformation.forms import detect

TEMPLATE = {"Resources": {"S3": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {}}}}


@pytest.mark.parametrize(
    "document", [TEMPLATE, {"StackName": "net", "TemplateBody": TEMPLATE}, {"ChangeSetId": "arn:x", "Changes": []}]
)
def test_templates_what_carries_one_and_change_sets_are_told(document: Any) -> None:
    assert detect(document)


@pytest.mark.parametrize("document", [[TEMPLATE], {}, {"Resources": []}, {"Changes": []}, {"TemplateBody": "hello"}])
def test_what_is_none_is_not(document: Any) -> None:
    assert not detect(document)
