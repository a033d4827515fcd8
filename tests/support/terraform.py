"""Terraform plans as tests write them, and those that Terraform made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vpce_guard.formats import read
from vpce_guard.formats.document import Extras
from vpce_guard.formats.terraform.hcl import Configuration
from vpce_guard.model import Json, Proposal

PLANS = Path(__file__).parents[1] / "formats/terraform/plans"


def plan(name: str) -> Any:
    return json.loads((PLANS / name / "plan.json").read_text())


def proposals(name: str, *, source: bool = False) -> dict[str, Proposal]:
    given = Extras(configuration=Configuration(PLANS / name) if source else None)
    return {p.address or "": p for p in read(plan(name), given=given)}


def resource(
    address: str, kind: str, after: Json, *, unknown: Json | None = None, module: str = "", **more: Any
) -> Json:
    name = address.rpartition(".")[2].partition("[")[0]
    change = {"actions": ["create"], "before": None, "after": after, "after_unknown": {"id": True, **(unknown or {})}}
    found = {"address": address, "mode": "managed", "type": kind, "name": name, "change": change, **more}
    return {**found, "module_address": module} if module else found


def written(root: Json, *changes: Json) -> Json:
    return {"format_version": "1.2", "resource_changes": list(changes), "configuration": {"root_module": root}}


def block(kind: str, name: str, **expressions: Any) -> Json:
    return {"mode": "managed", "type": kind, "name": name, "expressions": expressions}


def refers(*references: str) -> Json:
    return {"references": list(references)}


ENDPOINT = {"vpc_endpoint_type": "Interface", "service_name": "com.amazonaws.us-east-1.sqs"}


SUBNETS = [
    resource(f"aws_subnet.p[{i}]", "aws_subnet", {"availability_zone": zone}, unknown={"vpc_id": True}, index=i)
    for i, zone in enumerate(["us-east-1a", "us-east-1b"])
]
