"""Configurations as people write them: what is read from the plan is what Terraform made of it when it was applied.

The plans and what came of them are Terraform's own, see README.md.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from vpce_guard.formats import read
from vpce_guard.formats.document import Extras
from vpce_guard.formats.terraform.hcl import Configuration
from vpce_guard.model import Proposal

IDIOMS = Path(__file__).parent / "idioms"
MEMBERS = {
    "subnet_ids": "SubnetIds",
    "route_table_ids": "RouteTableIds",
    "security_group_ids": "SecurityGroupIds",
    "vpc_id": "VpcId",
    "service_name": "ServiceName",
    "vpc_endpoint_type": "VpcEndpointType",
}
APPLIED = {
    (folder.name, address): applied
    for folder in sorted(IDIOMS.iterdir())
    if (folder / "applied.json").exists()
    for address, applied in json.loads((folder / "applied.json").read_text()).items()
}


@cache
def proposals(folder: str, *, source: bool) -> dict[str, Proposal]:
    configuration = Configuration(IDIOMS / folder) if source else None
    plan = json.loads((IDIOMS / folder / "plan.json").read_text())
    return {str(p.address): p for p in read(plan, given=Extras(configuration=configuration))}


def told(proposal: Proposal) -> dict[str, Any]:
    """What the request says, lists sorted."""
    values = {name: proposal.request.get(member) for name, member in MEMBERS.items()}
    return {name: sorted(value) if isinstance(value, list) else value for name, value in values.items()}


@pytest.mark.parametrize(("folder", "address"), APPLIED)
def test_with_the_source_the_request_is_what_was_applied(folder: str, address: str) -> None:
    proposal = proposals(folder, source=True)[address]
    applied = {name: value or None for name, value in APPLIED[folder, address].items()}
    assert {name: value for name, value in told(proposal).items() if value is not None} == {
        name: value for name, value in applied.items() if value is not None
    }
    assert proposal.unknown == ()


@pytest.mark.parametrize(("folder", "address"), APPLIED)
def test_without_the_source_nothing_is_told_that_was_not_applied(folder: str, address: str) -> None:
    proposal = proposals(folder, source=False)[address]
    applied = APPLIED[folder, address]
    assert {
        name: value for name, value in told(proposal).items() if isinstance(value, str) and value != applied[name]
    } == {}
    for name, value in told(proposal).items():
        if isinstance(value, list):
            assert set(value) <= set(applied[name])
    lists = {f"/request/{member}" for member in MEMBERS.values() if member.endswith("Ids")}
    assert set(proposal.unknown) & lists
