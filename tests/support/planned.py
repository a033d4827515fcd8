"""Terraform plans written out for tests: changes, data sources, blocks of the configuration."""

from __future__ import annotations

import json
from typing import Any

from vpce_guard.formats import read
from vpce_guard.formats.terraform.slim import slim
from vpce_guard.model import Json, Proposal

VPC = "vpc-0a1b2c3d4e5f60718"
SERVICE = "com.amazonaws.us-east-1.sqs"


def change(
    kind: str, name: str, actions: list[str], *, before: Json | None = None, after: Json | None = None, **more: Any
) -> Json:
    body = {"actions": actions, "before": before, "after": after, "after_unknown": more.pop("unknown", {})}
    body |= {side: more.pop(side) for side in ("before_sensitive", "after_sensitive") if side in more}
    mode = more.pop("mode", "managed")
    prefix = "data." if mode == "data" else ""
    address = more.pop("address", f"{prefix}{kind}.{name}")
    return {"address": address, "mode": mode, "type": kind, "name": name, "change": body, **more}


def endpoint(name: str = "this", *, unknown: Json | None = None, **values: Any) -> Json:
    after = {"vpc_endpoint_type": "Interface", "service_name": SERVICE, "vpc_id": VPC, **values}
    hidden = {"id": True, **(unknown or {})}
    for attribute in hidden:
        after.pop(attribute, None)
    return change("aws_vpc_endpoint", name, ["create"], after=after, unknown=hidden)


def data(kind: str, name: str, /, **values: Any) -> Json:
    return {"address": f"data.{kind}.{name}", "mode": "data", "type": kind, "name": name, "values": values}


def block(kind: str, name: str, mode: str = "managed", **expressions: Any) -> Json:
    return {"mode": mode, "type": kind, "name": name, "expressions": expressions}


def plan(
    *changes: Json, state: list[Json] | None = None, blocks: list[Json] | None = None, providers: Json | None = None
) -> Json:
    return {
        "format_version": "1.2",
        "resource_changes": list(changes),
        "prior_state": {"values": {"root_module": {"resources": state or []}}},
        "configuration": {"provider_config": providers or {}, "root_module": {"resources": blocks or []}},
    }


def only(document: Json, address: str = "aws_vpc_endpoint.this", operation: str = "create") -> Proposal:
    found = read(document)
    assert found == [p.model_copy(update={"context": q.context, "instant": q.instant}) for p, q in zip(
        read(slim(json.dumps(document).encode())), found, strict=True
    )]  # fmt: skip
    return next(p for p in found if (p.address, p.operation) == (address, operation))


def new_vpc(**expressions: Any) -> tuple[list[Json], list[Json]]:
    hidden = {"id": True, "enable_dns_hostnames": True}
    vpc = change("aws_vpc", "v", ["create"], after={"cidr_block": "10.0.0.0/16"}, unknown=hidden)
    referring = {"references": ["aws_vpc.v.id", "aws_vpc.v"]}
    blocks = [block("aws_vpc", "v", **expressions), block("aws_vpc_endpoint", "this", vpc_id=referring)]
    return [vpc, endpoint(unknown={"vpc_id": True})], blocks
