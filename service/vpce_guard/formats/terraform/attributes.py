"""How aws_vpc_endpoint's attributes are spelled in AWS's API. Source: the AWS provider's documentation, v6."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vpce_guard.model import Json


@dataclass(frozen=True)
class Member:
    """A member of CreateVpcEndpoint, and the endpoint types it exists on (all if none are named)."""

    name: str
    types: tuple[str, ...] = ()

    def exists_on(self, endpoint_type: object) -> bool:
        """Whether the member means something on a type; True while the type is not known."""
        return not self.types or endpoint_type is None or endpoint_type in self.types


_ENI = ("Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork", "Tunnel")

MEMBERS: dict[str, Member] = {
    "vpc_endpoint_type": Member("VpcEndpointType"),
    "vpc_id": Member("VpcId"),
    "service_name": Member("ServiceName"),
    "service_region": Member("ServiceRegion"),
    "service_network_arn": Member("ServiceNetworkArn"),
    "resource_configuration_arn": Member("ResourceConfigurationArn"),
    "subnet_ids": Member("SubnetIds", _ENI),
    "subnet_configuration": Member("SubnetConfigurations", _ENI),
    "security_group_ids": Member("SecurityGroupIds", tuple(t for t in _ENI if t != "GatewayLoadBalancer")),
    "route_table_ids": Member("RouteTableIds", ("Gateway",)),
    "policy": Member("PolicyDocument", ("Gateway", "Interface")),
    "private_dns_enabled": Member("PrivateDnsEnabled", ("Interface", "Resource", "ServiceNetwork")),
    "ip_address_type": Member("IpAddressType"),
    "dns_options": Member("DnsOptions"),
}
_LISTS = ("subnet_ids", "route_table_ids", "security_group_ids")
_CHANGEABLE = ("policy", "private_dns_enabled", "ip_address_type", "dns_options")
UNCHANGEABLE = ("vpc_endpoint_type", "vpc_id", "service_name", "service_region")
_RESOLVER_OPTION = "private_dns_only_for_inbound_resolver_endpoint"
DNS_OPTIONS = {
    "dns_record_ip_type": "DnsRecordIpType",
    _RESOLVER_OPTION: "PrivateDnsOnlyForInboundResolverEndpoint",
    "private_dns_preference": "PrivateDnsPreference",
    "private_dns_specified_domains": "PrivateDnsSpecifiedDomains",
}
_SUBNET_CONFIGURATION = {"subnet_id": "SubnetId", "ipv4": "Ipv4", "ipv6": "Ipv6"}


def create_request(after: Json, unknown: Json) -> tuple[Json, tuple[str, ...]]:
    """The CreateVpcEndpoint request of a planned resource, and pointers to what is not known yet."""
    request = {
        member.name: _value(name, after[name]) for name, member in MEMBERS.items() if after.get(name) not in (None, [])
    }
    if request.get("PolicyDocument") == "":
        del request["PolicyDocument"]  # the provider leaves it out, and AWS attaches its default
    if tags := _tags(after):
        request["TagSpecifications"] = [{"ResourceType": "vpc-endpoint", "Tags": tags}]
    pointers: list[str] = []
    for name, value in unknown.items():
        if name == "tags":
            pointers += _unknown_tags(request, value)
            continue
        member = MEMBERS[name].name
        if value is True:
            pointers.append(f"/request/{member}")
        elif name == "subnet_configuration" and isinstance(value, list):
            pointers += _unknown_blocks(value, f"/request/{member}")
        elif name == "policy" and isinstance(value, list):  # pointers into it
            pointers += [f"/request/{member}{pointer}" for pointer in value]
        elif name in _LISTS and isinstance(value, list):
            pointers += [f"/request/{member}/{i}" for i, hidden in enumerate(value) if hidden is True]
    return request, tuple(pointers)


def modify_request(before: Json, after: Json, unknown: Json) -> tuple[Json, tuple[str, ...]]:
    """The ModifyVpcEndpoint request that takes a resource from before to after, and what of it is not known."""
    request: Json = {"VpcEndpointId": before["id"]} if before.get("id") else {}
    pointers: list[str] = [] if request else ["/request/VpcEndpointId"]
    for name in _LISTS:
        member = MEMBERS[name].name
        if unknown.get(name) is True:
            pointers += [f"/request/Add{member}", f"/request/Remove{member}"]
            continue
        old, new = before.get(name) or [], after.get(name) or []
        if added := [i for i in new if i is None or i not in old]:
            request[f"Add{member}"] = added
            pointers += [f"/request/Add{member}/{index}" for index, i in enumerate(added) if i is None]
        if removed := [i for i in old if i not in new]:
            request[f"Remove{member}"] = removed
    for name in _CHANGEABLE:
        if unknown.get(name) is True:
            pointers.append(f"/request/{MEMBERS[name].name}")
        elif name == "policy" and after.get(name) == "" and before.get(name):
            request["ResetPolicy"] = True
        elif after.get(name) not in (None, []) and after.get(name) != before.get(name):
            request[MEMBERS[name].name] = _value(name, after[name])
            if name == "policy" and isinstance(marks := unknown.get(name), list):
                pointers += [f"/request/PolicyDocument{pointer}" for pointer in marks]
    return request, tuple(pointers)


def add_resolver_option(request: Json, after: Json, unknown: Json) -> None:
    """Put in the option that Terraform's provider sends as false for S3 where a dns_options block leaves it out.

    Source: hashicorp/terraform-provider-aws, pull requests 32021 and 32355.
    """
    options = request.get("DnsOptions")
    marks = unknown.get("dns_options")
    hidden = marks is True or (isinstance(marks, list) and bool(marks) and bool((marks[0] or {}).get(_RESOLVER_OPTION)))
    if options and not hidden and str(after.get("service_name")).endswith(".s3"):
        options.setdefault(DNS_OPTIONS[_RESOLVER_OPTION], False)


def describe_endpoint(state: Json) -> Json:
    """A resource of the state in the shape of DescribeVpcEndpoints."""
    endpoint = {
        member.name: _value(name, state[name])
        for name, member in MEMBERS.items()
        if name not in ("security_group_ids", "subnet_configuration") and state.get(name) is not None
    }
    for name, member_name in (("id", "VpcEndpointId"), ("state", "State"), ("owner_id", "OwnerId")):
        if state.get(name):
            endpoint[member_name] = state[name]
    if isinstance(state.get("requester_managed"), bool):
        endpoint["RequesterManaged"] = state["requester_managed"]
    if isinstance(state.get("security_group_ids"), list):
        endpoint["Groups"] = [{"GroupId": group} for group in state["security_group_ids"]]
    endpoint["Tags"] = _tags(state)
    return endpoint


def _value(name: str, value: Any) -> Any:
    if name == "dns_options" and isinstance(value, list):
        return _rename_members(value[0], DNS_OPTIONS) if value else {}
    if name == "subnet_configuration" and isinstance(value, list):
        return [_rename_members(block, _SUBNET_CONFIGURATION) for block in value]
    return value


def _rename_members(block: Any, names: dict[str, str]) -> Json:
    if not isinstance(block, dict):
        return {}
    return {aws: block[name] for name, aws in names.items() if block.get(name) not in (None, "")}


def _unknown_blocks(blocks: list[Any], pointer: str) -> list[str]:
    return [
        f"{pointer}/{index}/{_SUBNET_CONFIGURATION[name]}"
        for index, block in enumerate(blocks)
        if isinstance(block, dict)
        for name, hidden in block.items()
        if hidden is True and name in _SUBNET_CONFIGURATION
    ]


def _unknown_tags(request: Json, hidden: Any) -> list[str]:
    """Pointers to tags that are not known; one whose value alone is not known is there without it."""
    if hidden is True:
        return ["/request/TagSpecifications"]
    keys = [key for key, is_hidden in hidden.items() if is_hidden is True] if isinstance(hidden, dict) else []
    if not keys:
        return []
    specifications = request.setdefault("TagSpecifications", [{"ResourceType": "vpc-endpoint", "Tags": []}])
    tags = specifications[0]["Tags"]
    tags += [{"Key": key} for key in keys if key not in {tag["Key"] for tag in tags}]
    return [f"/request/TagSpecifications/0/Tags/{index}/Value" for index, tag in enumerate(tags) if tag["Key"] in keys]


def _tags(values: Json) -> list[Json]:
    tags = values.get("tags_all") or values.get("tags")
    return [{"Key": key, "Value": value} for key, value in tags.items()] if isinstance(tags, dict) else []
