"""What outputs of Pulumi look like."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.formats.pulumi.forms import detect, is_state

STATE = {"version": 3, "deployment": {"resources": []}}
STEP = {"op": "create", "urn": "urn:pulumi:dev::net::aws:ec2/vpcEndpoint:VpcEndpoint::s3"}


@pytest.mark.parametrize(
    "document", [STATE, {"resourcePlans": {}}, {"steps": [STEP]}, {"config": {}, "changeSummary": {"same": 3}}]
)
def test_what_pulumi_writes_is_told(document: Any) -> None:
    assert detect(document)


@pytest.mark.parametrize(
    "document", [[STEP], {}, {"steps": []}, {"steps": [{"op": "create"}]}, {"steps": [{**STEP, "urn": 1}]}]
)
def test_what_others_write_is_not(document: Any) -> None:
    assert not detect(document)


def test_a_state_is_told_from_a_preview() -> None:
    assert is_state(STATE)
    assert not is_state({"steps": [STEP]})
