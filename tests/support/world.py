"""An inventory of the world that the examples of rules stand in, written as a sync would write it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Engine

from vpce_guard.instants import now
from vpce_guard.inventory.kinds import KINDS
from vpce_guard.inventory.store import Unit, write_unit

ACCOUNT, REGION, VPC = "111122223333", "us-east-1", "vpc-0a000001"
CONTEXT = Path(__file__).parents[2] / "rego/vpce/testing/context.yaml"
SQS = {
    "VpcEndpointType": "Interface",
    "VpcId": VPC,
    "ServiceName": "com.amazonaws.us-east-1.sqs",
    "SubnetIds": ["subnet-0a100001", "subnet-0b100001"],
    "SecurityGroupIds": ["sg-0a000001"],
    "PrivateDnsEnabled": True,
}


def sync_world(database: Engine, *, snapshot: str | None = None, **changed: list[dict[str, Any]]) -> None:
    """Write all kinds of the account and Region; what is `changed` in the place of what the examples have."""
    context = yaml.safe_load(CONTEXT.read_text())
    told = {"Vpcs": [context["Vpc"]], **context, **changed}
    for kind in KINDS:
        unit = Unit(ACCOUNT, REGION, kind)
        write_unit(database, unit, told.get(kind, []), snapshot=snapshot or now(), source="aws")
