"""What data sources that list ids tell of each id by what they were asked: the VPC and the zone that it is in.

A filter of one plain value holds of everything that is found; one of several values, or with a wildcard, tells nothing.
Source: the AWS provider's documentation of aws_subnets, aws_route_tables and aws_security_groups, and the filters of
EC2's DescribeSubnets, DescribeRouteTables and DescribeSecurityGroups.
"""

from __future__ import annotations

from collections.abc import Sequence

from vpce_guard.formats.terraform.network import PlannedNetwork, PlannedResource, text_or_none
from vpce_guard.model import Json

_FILTERS = {"vpc-id": "VpcId", "availability-zone": "AvailabilityZone", "availability-zone-id": "AvailabilityZoneId"}
_WILDCARDS = set("*?\\")


def add_listed(items: Sequence[Json], network: PlannedNetwork, kind: str, identity: str) -> list[Json]:
    """Things that a plan tells of, and those that data sources of a kind list; what tells of a thing itself wins."""
    listed: dict[str, Json] = {}
    for resource in network.of_kind(kind):
        ids = resource.values.get("ids")
        for number, one in enumerate(ids if resource.instance.is_data and isinstance(ids, list) else ()):
            if text_or_none(one) and (told := {**_asked_for(resource), **_vpc_beside(resource, number)}):
                listed.setdefault(one, {identity: one}).update(told)
    found = [{**listed.pop(item[identity], {}), **item} for item in items]
    return [*found, *listed.values()]


def _asked_for(resource: PlannedResource) -> Json:
    """What every thing found has, as it was asked for."""
    found = {}
    filters = resource.values.get("filter")
    for one in filters if isinstance(filters, list) else ():
        name, values = (one.get("name"), one.get("values")) if isinstance(one, dict) else (None, None)
        if name in _FILTERS and isinstance(values, list) and len(values) == 1 and _is_plain(values[0]):
            found[_FILTERS[name]] = values[0]
    if _is_plain(vpc := resource.values.get("vpc_id")):
        found["VpcId"] = vpc
    return found


def _vpc_beside(resource: PlannedResource, number: int) -> Json:
    """The VPC of one security group: aws_security_groups lists them in the same order."""
    vpcs, ids = resource.values.get("vpc_ids"), resource.values.get("ids")
    if not isinstance(vpcs, list) or not isinstance(ids, list) or len(vpcs) != len(ids):
        return {}
    return {"VpcId": vpcs[number]} if _is_plain(vpcs[number]) else {}


def _is_plain(value: object) -> bool:
    return text_or_none(value) is not None and not _WILDCARDS & set(str(value))
