"""The properties of AWS::EC2::VPCEndpoint, and the request that CloudFormation makes of them.

Source: the AWS CloudFormation template reference and the resource's published schema.
"""

from __future__ import annotations

import re
from typing import Any

from vpce_guard.formats.cloudformation.words import MACRO, NO_VALUE, UNKNOWN, Symbol, escape, is_true, parts_of
from vpce_guard.formats.document import TOOL_DEFAULTS, Draft
from vpce_guard.formats.json_around import parse_around
from vpce_guard.formats.terraform.attributes import MEMBERS, UNCHANGEABLE, describe_endpoint, modify_request
from vpce_guard.model import Json

PROPERTIES = frozenset({member.name for member in MEMBERS.values()} | {"Tags"})
_IDS = re.compile(r"/request/(VpcId|(SubnetIds|RouteTableIds|SecurityGroupIds)/\d+|SubnetConfigurations/\d+/SubnetId)$")
_LISTS = re.compile(r"/request/(SubnetIds|RouteTableIds|SecurityGroupIds)$")
_SERVICE = re.compile(r"[a-z][a-z.]*\.(\$\{[^.{}]+\}|\{\{[^.{}]+\}\})\.[a-z0-9][a-z0-9.-]*")
_OWN_SERVICE = re.compile(r"com\.amazonaws\.vpce\.([a-z0-9-]+|\$\{[^.{}]+\}|\{\{[^.{}]+\}\})\.\$\{[^{}]+\}")
_OWN_TARGET = re.compile(r"\$\{[^{}]+\}")
_POLICY = "/request/PolicyDocument"
_TAG_VALUE = re.compile(r"/request/TagSpecifications/0/Tags/\d+/Value")
_LONGEST_TAG = 256  # characters of a tag's value
_OWN = re.compile(r"\$\{(?!AWS::(?:StackId|NotificationARNs)\})[^{}]+\}|\{\{[^{}]*AWS::StackName\}\}")
_LONGEST_NAME = 128  # characters of a stack's name; ids, ARNs and other pseudo parameters of a network have fewer
_TARGETS = ("/request/ServiceNetworkArn", "/request/ResourceConfigurationArn")
_RESOLVER_OPTION = "PrivateDnsOnlyForInboundResolverEndpoint"
_MAY_BE_NOT_SPECIFIED = ("IpAddressType", "DnsRecordIpType", _RESOLVER_OPTION)
_NOT_SPECIFIED = ("not-specified", "NotSpecified")
_RESOLVERS = {"OnlyInboundResolver": True, "AllResolvers": False}
_VERBS = dict.fromkeys(("SubnetIds", "RouteTableIds", "SecurityGroupIds"), ("Add", "Remove"))
_NOT_YET = "{{changeSet:KNOWN_AFTER_APPLY}}"


def endpoint_request(properties: Json, *, keep_vpc: bool = True) -> tuple[Json, tuple[str, ...]]:
    """The CreateVpcEndpoint request that CloudFormation makes of a resource's properties, and what is not known.

    What is not known stays as the expression that gives it where rules compare it: ids, and a service in an unknown
    Region. Without `keep_vpc`, a VPC that may be any is only unknown.
    """
    unknown: list[str] = []
    found: Json = {}
    properties = dict(properties)
    if properties.pop(MACRO, None) is not None:  # which may add any property that is not spelled out
        properties |= dict.fromkeys(sorted(PROPERTIES - properties.keys()), UNKNOWN)
    for name, value in properties.items():
        if name == "VpcId" and not keep_vpc and isinstance(value, Symbol) and "{{" in value.text:
            value = UNKNOWN
        member = "TagSpecifications" if name == "Tags" else name
        if name == "Tags" and isinstance(value, list):
            tags = _settle(value, "/request/TagSpecifications/0/Tags", unknown)
            found[member] = [{"ResourceType": "vpc-endpoint", "Tags": _tags(tags)}]
        elif value is not None:
            settled = _settle(value, f"/request/{member}", unknown)
            if settled is not None:
                found[member] = settled
    _to_api_types(found)
    return found, tuple(unknown)


def change_of(before: Json | None, after: Json | None) -> Draft:
    """The change from one set of properties, with their values worked out, to another.

    A change of a property that cannot be changed in place makes a new endpoint, as CloudFormation does.
    """
    before, after = (None if side is None else _without_placeholders(side) for side in (before, after))
    old, new = _attributes(before or {}), _attributes(after or {})
    unknown = () if old.get("id") else ("/request/VpcEndpointId",)
    if after is None:
        request = {"VpcEndpointId": old["id"]} if old.get("id") else {}
        return Draft(operation="delete", request=request, current=describe_endpoint(old), unknown=unknown)
    open_names = {pointer.split("/")[2] for pointer in endpoint_request(_known_properties(after))[1]}
    new |= {name: old.get(name) for name, member in MEMBERS.items() if member.name in open_names}
    replaced = any(new.get(name) != old.get(name) for name in UNCHANGEABLE) or (
        before is not None and _fixed_members(before) != _fixed_members(after)
    )
    if before is None or replaced:
        request, hidden = endpoint_request(_known_properties(after))
        return Draft(operation="create", request=request, unknown=hidden, sender_defaults=TOOL_DEFAULTS)
    request, hidden = modify_request(old, new, {})
    if not old.get("id"):
        request.pop("VpcEndpointId")
    not_known = [f"/request/{verb}{name}" for name in sorted(open_names) for verb in _VERBS.get(name, ("",))]
    hidden = (*hidden, *not_known, *unknown)
    return Draft(operation="modify", request=request, current=describe_endpoint(old), unknown=hidden)


def _fixed_members(properties: Json) -> list[Any]:
    """The values that no update changes in place, but for those of every endpoint."""
    options = properties.get("DnsOptions")
    options = options if isinstance(options, dict) else {}
    return [
        *(properties.get(name) for name in ("ServiceNetworkArn", "ResourceConfigurationArn")),
        *(options.get(name) for name in ("PrivateDnsPreference", "PrivateDnsSpecifiedDomains")),
    ]


def _known_properties(properties: Json) -> Json:
    """The properties that a request is made of."""
    return {name: value for name, value in properties.items() if name in PROPERTIES}


def _without_placeholders(value: Any) -> Any:
    """Properties of a change set, with what is known only afterwards as unknown."""
    if isinstance(value, dict):
        return {name: _without_placeholders(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_placeholders(item) for item in value]
    return UNKNOWN if isinstance(value, str) and _NOT_YET in value else value


def _attributes(properties: Json) -> Json:
    """Properties under the names that the state of an endpoint has."""
    request, _ = endpoint_request(properties)
    found: Json = {name: request[m.name] for name, m in MEMBERS.items() if request.get(m.name) is not None}
    if properties and "VpcEndpointType" not in properties:
        found["vpc_endpoint_type"] = "Gateway"  # the default of the resource
    tags = (request.get("TagSpecifications") or [{}])[0].get("Tags")
    if isinstance(tags, list):
        found["tags"] = {tag.get("Key"): tag.get("Value") for tag in tags if isinstance(tag, dict)}
    if isinstance(properties.get("Id"), str):
        found["id"] = properties["Id"]
    return found


def _settle(value: Any, pointer: str, unknown: list[str]) -> Any:
    """The value with null in place of what is not known and cannot be compared, which is listed in `unknown`."""
    if isinstance(value, Symbol) and _is_compared(value, pointer):
        return value.text
    if isinstance(value, Symbol) and _TAG_VALUE.fullmatch(pointer) and _is_short(value.text):
        unknown.append(pointer)  # what it is nobody knows, but that it is a legal value
        return value.text
    if isinstance(value, Symbol) and pointer == _POLICY:
        value = parse_around(parts_of(value.text), UNKNOWN)
    if value is UNKNOWN or value is NO_VALUE or isinstance(value, Symbol):
        unknown.append(pointer)
        # a list that is not known and surely has an item has the first one, and nobody knows which others
        return [value.item(0).text] if _LISTS.match(pointer) and isinstance(value, Symbol) and value.has_items else None
    if isinstance(value, list):
        return [_settle(item, f"{pointer}/{index}", unknown) for index, item in enumerate(value)]
    if isinstance(value, dict):
        if MACRO in value:
            unknown.append(pointer)
            return None
        members = {k: _settle(item, f"{pointer}/{escape(k)}", unknown) for k, item in value.items()}
        return {name: item for name, item in members.items() if item is not None or value[name] is None}
    return value


def _is_compared(value: Symbol, pointer: str) -> bool:
    """Whether rules can use the expression of a value in a place."""
    if value.is_list:
        return False
    if pointer == "/request/ServiceName":
        return bool(_SERVICE.fullmatch(value.text) or _OWN_SERVICE.fullmatch(value.text))
    if pointer in _TARGETS:
        return _OWN_TARGET.fullmatch(value.text) is not None
    return _IDS.match(pointer) is not None


def _is_short(text: str) -> bool:
    """Whether a text of literals, pseudo parameters and what is made here is surely short enough for a tag's value.

    Source: AWS CloudFormation user guide, a stack's name has at most 128 characters.
    """
    longest = _OWN.sub("x" * _LONGEST_NAME, text)
    return "{{" not in longest and "${" not in longest and len(longest) <= _LONGEST_TAG


def _tags(tags: Any) -> Any:
    """Tags with text for their values: CloudFormation takes numbers and booleans too."""
    if not isinstance(tags, list):
        return tags
    return [
        {
            k: str(v).lower() if isinstance(v, bool) else str(v) if isinstance(v, int | float) else v
            for k, v in tag.items()
        }
        if isinstance(tag, dict)
        else tag
        for tag in tags
    ]


def _to_api_types(found: Json) -> None:
    """Properties that the resource types otherwise than the API: text for booleans, words for the resolver option."""
    if (value := is_true(found.get("PrivateDnsEnabled"))) is not None:
        found["PrivateDnsEnabled"] = value
    options = found.get("DnsOptions")
    if isinstance(options, dict):
        word = options.get(_RESOLVER_OPTION)
        value = _RESOLVERS.get(word, is_true(word)) if isinstance(word, str) else None
        if value is not None:
            options[_RESOLVER_OPTION] = value
    for members in (options, found):
        if isinstance(members, dict):
            for name in _MAY_BE_NOT_SPECIFIED:
                if members.get(name) in _NOT_SPECIFIED:
                    del members[name]
                    if members is options and not options:
                        del found["DnsOptions"]
