"""What data sources of a Terraform plan tell of prefix lists, endpoints and hosted zones, as AWS spells it.

Source: the AWS provider's documentation of the data sources, v6.
"""

from __future__ import annotations

from collections.abc import Sequence

from vpce_guard.formats.terraform.attributes import describe_endpoint
from vpce_guard.formats.terraform.network import (
    PlannedNetwork,
    PlannedResource,
    describe,
    is_partly_unknown,
    text_or_none,
)
from vpce_guard.model import Json

_PREFIX_LIST = {"id": "PrefixListId", "name": "PrefixListName"}


def describe_data_endpoints(network: PlannedNetwork) -> list[Json]:
    """The endpoints that data sources tell of, as DescribeVpcEndpoints returns them, each with its address."""
    return [
        {**describe_endpoint(endpoint.values), **_dns_entries(endpoint.values), "address": endpoint.instance.address}
        for endpoint in network.data_endpoints
        if text_or_none(endpoint.values.get("id"))
    ]


def _dns_entries(values: Json) -> Json:
    entries = values.get("dns_entry")
    if not isinstance(entries, list) or not entries:
        return {}
    names = {"dns_name": "DnsName", "hosted_zone_id": "HostedZoneId"}
    return {"DnsEntries": [{aws: entry[name] for name, aws in names.items() if entry.get(name)} for entry in entries]}


def describe_prefix_lists(network: PlannedNetwork) -> list[Json]:
    """The managed prefix lists, with their entries where those are all known."""
    found = describe(network.of_kind("aws_ec2_managed_prefix_list"), _PREFIX_LIST)
    entries = {r.values.get("id"): _entries(r) for r in network.of_kind("aws_ec2_managed_prefix_list")}
    growing = {
        r.values.get("prefix_list_id") for r in network.of_kind("aws_ec2_managed_prefix_list_entry") if r.created
    }
    for one in found:
        known = None if growing & {one["PrefixListId"], None} else entries.get(one["PrefixListId"])
        if known is not None:
            one["Entries"] = known
    for resource in network.of_kind("aws_prefix_list"):
        if text_or_none(resource.values.get("id")):
            (listed,) = describe([resource], _PREFIX_LIST)
            ranges = resource.values.get("cidr_blocks")
            found.append({**listed, **({"Entries": [{"Cidr": c} for c in ranges]} if isinstance(ranges, list) else {})})
    return found


def _entries(resource: PlannedResource) -> list[Json] | None:
    """The entries of a list; None where entries may stand in resources of their own."""
    entries = resource.values.get("entries" if resource.instance.is_data else "entry")
    if not isinstance(entries, list) or not entries or is_partly_unknown(resource.unknown.get("entry")):
        return None
    return [{"Cidr": entry["cidr"]} for entry in entries if isinstance(entry, dict) and entry.get("cidr")]


def hosted_zones(network: PlannedNetwork, vpc_id: str) -> list[Json] | None:
    """The private hosted zones that the plan gives a new VPC; None where it cannot be told for which VPCs they are."""
    found: list[Json] = []
    zones: dict[str, PlannedResource] = {}
    for zone in network.of_kind("aws_route53_zone"):
        zones[str(zone.values.get("zone_id") or zone.values.get("id"))] = zone
        if zone.instance.is_data or not (zone.values.get("vpc") or zone.unknown.get("vpc")):
            continue
        vpcs = _vpcs_of(zone, network)
        if vpcs is None or not text_or_none(zone.values.get("name")):
            return None
        if vpc_id in vpcs:
            found.append({"Name": zone.values["name"], "VPCs": [{"VPCId": vpc} for vpc in vpcs]})
    for association in network.of_kind("aws_route53_zone_association"):
        vpc = association.values.get("vpc_id")
        associated = zones.get(str(association.values.get("zone_id")))
        if not isinstance(vpc, str) or (vpc == vpc_id and associated is None):
            return None
        if vpc == vpc_id and associated is not None:
            if not text_or_none(associated.values.get("name")):
                return None
            found.append({"Name": associated.values["name"], "VPCs": [{"VPCId": vpc}]})
    return found


def _vpcs_of(zone: PlannedResource, network: PlannedNetwork) -> Sequence[str] | None:
    blocks, marks = zone.values.get("vpc"), zone.unknown.get("vpc")
    if not isinstance(blocks, list):
        return None
    known = [block.get("vpc_id") for block in blocks if isinstance(block, dict)]
    if all(isinstance(vpc, str) for vpc in known) and marks is not True:
        return [str(vpc) for vpc in known]
    written = network.references.expression(zone.instance, "vpc")
    if not isinstance(written, list) or len(written) != len(blocks):
        return None
    found = [
        vpc if isinstance(vpc, str) else network.references.resolve_expression(zone.instance, expression, "vpc")
        for vpc, expression in zip(known, [(block or {}).get("vpc_id") for block in written], strict=True)
    ]
    return None if any(vpc is None for vpc in found) else [str(vpc) for vpc in found]
