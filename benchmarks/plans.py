"""Large Terraform plans, made up: endpoints among other resources, as `terraform show -json` prints them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SERVICES = ("sqs", "sns", "kms", "logs", "ec2")


def plan(
    endpoints: int, others: int, *, padding: int = 0, in_vpc: int = 5, services: Sequence[str] = SERVICES
) -> dict[str, Any]:
    """A plan of so many interface endpoints, `in_vpc` to a VPC, and other resources, each padded by so many characters.

    Private DNS is on for the first endpoint of a service in a VPC.
    """
    changes, planned, prior, blocks = [], [], [], []

    def add(kind: str, name: str, after: dict[str, Any], actions: list[str], **references: list[str]) -> None:
        address = f"{kind}.{name}"
        common = {"address": address, "mode": "managed", "type": kind, "name": name, "provider_name": "aws"}
        before = None if actions == ["create"] else after
        unknown = {"id": True} if actions == ["create"] else {}
        body = {"actions": actions, "before": before, "after": after, "after_unknown": unknown}
        changes.append({**common, "change": {**body, "before_sensitive": False, "after_sensitive": {}}})
        planned.append({**common, "schema_version": 0, "values": after, "sensitive_values": {}})
        if before is not None:
            prior.append({**common, "schema_version": 0, "values": after, "sensitive_values": {}})
        expressions = {attribute: {"references": found} for attribute, found in references.items()}
        blocks.append({**common, "provider_config_key": "aws", "expressions": expressions})

    for vpc in range((endpoints + in_vpc - 1) // in_vpc):
        add("aws_vpc", f"v{vpc}", {"id": f"vpc-{vpc:08x}", "cidr_block": "10.0.0.0/16", "enable_dns_support": True,
                                   "enable_dns_hostnames": True, "owner_id": "111122223333"}, ["no-op"])  # fmt: skip
        for zone in range(2):
            subnet = {"id": f"subnet-{vpc * 2 + zone:08x}", "vpc_id": f"vpc-{vpc:08x}", "owner_id": "111122223333",
                      "availability_zone": f"us-east-1{'ab'[zone]}", "cidr_block": f"10.0.{zone}.0/24"}  # fmt: skip
            add("aws_subnet", f"s{vpc}_{zone}", subnet, ["no-op"])
    for number in range(endpoints):
        vpc, at = divmod(number, in_vpc)
        after = {
            "vpc_endpoint_type": "Interface",
            "vpc_id": f"vpc-{vpc:08x}",
            "service_name": f"com.amazonaws.us-east-1.{services[at % len(services)]}",
            "subnet_ids": [f"subnet-{vpc * 2:08x}", f"subnet-{vpc * 2 + 1:08x}"],
            "security_group_ids": ["sg-0a000001"],
            "private_dns_enabled": at < len(services),
            "tags_all": {"Name": f"e{number}"},
        }
        add("aws_vpc_endpoint", f"e{number}", after, ["create"])
    for number in range(others):
        values = {"id": f"x{number}", "name": f"other {number}", "arn": f"arn:aws:sqs:us-east-1:111122223333:x{number}"}
        values |= {"policy": "x" * padding, "tags_all": {"Name": str(number)}, "numbers": list(range(8))}
        add("aws_sqs_queue", f"q{number}", values, ["no-op"])
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": prior}}},
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "expressions": {"region": {"constant_value": "us-east-1"}}}},
            "root_module": {"resources": blocks},
        },
    }


def write(path: Path, document: dict[str, Any]) -> int:
    """Write a plan; its size in bytes."""
    data = json.dumps(document, separators=(",", ":")).encode()
    path.write_bytes(data)
    return len(data)
