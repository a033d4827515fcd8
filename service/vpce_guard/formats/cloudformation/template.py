"""CloudFormation templates, as JSON or YAML.

Each AWS::EC2::VPCEndpoint becomes a create; what of it depends on things that only AWS knows is unknown. Source: the
AWS CloudFormation template reference.
"""

from __future__ import annotations

from typing import Any

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.cloudformation.context import TemplateContext
from vpce_guard.formats.cloudformation.values import Values
from vpce_guard.formats.cloudformation.words import NO_VALUE, UNKNOWN, escape, template_error
from vpce_guard.formats.document import TOOL_DEFAULTS, Document, Draft, Extras
from vpce_guard.formats.terraform.attributes import MEMBERS, UNCHANGEABLE, describe_endpoint, modify_request
from vpce_guard.model import Json

NAME = "cloudformation"
ENDPOINT = "AWS::EC2::VPCEndpoint"

_PROPERTIES = frozenset({member.name for member in MEMBERS.values()} | {"Tags"})
_FLAGS = ("PrivateDnsEnabled",)
_DNS_FLAGS = ("PrivateDnsOnlyForInboundResolverEndpoint",)
_PARTITIONS = {"cn-": ("aws-cn", "amazonaws.com.cn"), "us-gov-": ("aws-us-gov", "amazonaws.com")}


def detect(document: Any) -> bool:
    """Whether the document looks like a template."""
    if not isinstance(document, dict):
        return False
    return "AWSTemplateFormatVersion" in document or _has_types(document.get("Resources"))


def read(document: Any, given: Extras) -> Document:
    """A draft for each endpoint of the template that is created, or may be.

    Raises MalformedError for what CloudFormation would refuse, and for templates with transforms: what those become
    is known only to CloudFormation.
    """
    _check(document)
    context = _environment(given)
    values = Values(document, given.parameters, _pseudo(context, given))
    account = {**given.context, **context}.get("AccountId")
    surroundings = TemplateContext(document["Resources"], values, account if isinstance(account, str) else None)
    drafts = []
    for name in document["Resources"]:
        properties = values.resource(name, ENDPOINT)
        if properties is None:
            continue
        request, unknown = request_of(properties)
        place = f"/Resources/{escape(name)}"
        drafts.append(
            Draft(
                operation="create",
                request=request,
                unknown=unknown,
                context={**surroundings.context_for(request), **context},
                address=name,
                sender_defaults=TOOL_DEFAULTS,
                depends_on=_dependencies(document["Resources"], name),
                locations=given.locations(
                    {"": place, "/request": f"{place}/Properties", **_tag_locations(place)}, literal=True
                ),
            )
        )
    return Document(drafts=tuple(drafts))


def _dependencies(resources: Json, name: str) -> tuple[str, ...]:
    """The logical ids that CloudFormation creates before a resource because it says so, directly or through others."""
    found: dict[str, None] = {}
    pending = [name]
    while pending:
        named = resources.get(pending.pop(), {})
        says = named.get("DependsOn") if isinstance(named, dict) else None
        for other in says if isinstance(says, list) else [says]:
            if isinstance(other, str) and other in resources and other not in found:
                found[other] = None
                pending.append(other)
    return tuple(found)


def request_of(properties: Json) -> tuple[Json, tuple[str, ...]]:
    """The CreateVpcEndpoint request that CloudFormation makes of a resource's properties, and what is not known."""
    unknown: list[str] = []
    found: Json = {}
    for name, value in properties.items():
        member = "TagSpecifications" if name == "Tags" else name
        if value is UNKNOWN:
            unknown.append(f"/request/{member}")
        elif name == "Tags":
            tags = _without_unknown(value, "/request/TagSpecifications/0/Tags", unknown)
            found[member] = [{"ResourceType": "vpc-endpoint", "Tags": _tags(tags)}]
        elif value is not None:
            found[member] = _without_unknown(value, f"/request/{member}", unknown)
    _to_flags(found, _FLAGS)
    if isinstance(found.get("DnsOptions"), dict):
        _to_flags(found["DnsOptions"], _DNS_FLAGS)
    return found, tuple(unknown)


def change_of(before: Json | None, after: Json | None) -> Draft:
    """The change from one set of properties, with their values worked out, to another; None where there is none.

    A change of a property that cannot be changed in place makes a new endpoint, as CloudFormation does.
    """
    old, new = _attributes(before or {}), _attributes(after or {})
    unknown = () if old.get("id") else ("/request/VpcEndpointId",)
    if after is None:
        request = {"VpcEndpointId": old["id"]} if old.get("id") else {}
        return Draft(operation="delete", request=request, current=describe_endpoint(old), unknown=unknown)
    replaced = any(new.get(name) != old.get(name) for name in UNCHANGEABLE)
    if before is None or replaced:
        request, hidden = request_of({name: value for name, value in after.items() if name in _PROPERTIES})
        return Draft(operation="create", request=request, unknown=hidden, sender_defaults=TOOL_DEFAULTS)
    request, hidden = modify_request(old, new, {})
    if not old.get("id"):
        request.pop("VpcEndpointId")
    return Draft(operation="modify", request=request, current=describe_endpoint(old), unknown=(*hidden, *unknown))


def _attributes(properties: Json) -> Json:
    """Properties under the names that the state of an endpoint has."""
    request, _ = request_of(properties)
    found: Json = {name: request[m.name] for name, m in MEMBERS.items() if request.get(m.name) is not None}
    tags = (request.get("TagSpecifications") or [{}])[0].get("Tags")
    if isinstance(tags, list):
        found["tags"] = {tag.get("Key"): tag.get("Value") for tag in tags if isinstance(tag, dict)}
    if isinstance(properties.get("Id"), str):
        found["id"] = properties["Id"]
    return found


def _without_unknown(value: Any, pointer: str, unknown: list[str]) -> Any:
    """The value with null in place of what is not known, which is listed in `unknown`."""
    if value is UNKNOWN or value is NO_VALUE:
        unknown.append(pointer)
        return None
    if isinstance(value, list):
        return [_without_unknown(item, f"{pointer}/{index}", unknown) for index, item in enumerate(value)]
    if isinstance(value, dict):
        members = {k: _without_unknown(item, f"{pointer}/{escape(k)}", unknown) for k, item in value.items()}
        return {name: item for name, item in members.items() if item is not None or value[name] is None}
    return value


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


def _tag_locations(place: str) -> dict[str, str]:
    tags = f"{place}/Properties/Tags"
    return {"/request/TagSpecifications": tags, "/request/TagSpecifications/0/Tags": tags}


def _to_flags(members: Json, names: tuple[str, ...]) -> None:
    for name in names:
        if members.get(name) in ("true", "false", "True", "False"):
            members[name] = members[name] in ("true", "True")


def _environment(given: Extras) -> Json:
    """Region and account, as far as parameters say them; the context given for all says them too."""
    said = {"Region": given.parameters.get("AWS::Region"), "AccountId": given.parameters.get("AWS::AccountId")}
    return {name: value for name, value in said.items() if value is not None}


def _pseudo(context: Json, given: Extras) -> Json:
    known = {**given.context, **context}
    pseudo = {name: value for name, value in given.parameters.items() if name.startswith("AWS::")}
    if isinstance(known.get("AccountId"), str):
        pseudo.setdefault("AWS::AccountId", known["AccountId"])
    if isinstance(region := known.get("Region"), str):
        prefix = next((start for start in _PARTITIONS if region.startswith(start)), "")
        partition, suffix = _PARTITIONS.get(prefix, ("aws", "amazonaws.com"))
        for name, value in (("Region", region), ("Partition", partition), ("URLSuffix", suffix)):
            pseudo.setdefault(f"AWS::{name}", value)
    return pseudo


def _has_types(resources: Any) -> bool:
    if not isinstance(resources, dict):
        return False
    return any(isinstance(body, dict) and isinstance(body.get("Type"), str) for body in resources.values())


def _check(document: Any) -> None:
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        raise MalformedError(
            "This is not a CloudFormation template.",
            advice="A template is an object with `Resources`.",
            pointers=(Pointer(pointer="/Resources", code="missing", detail="must be an object"),),
        )
    if document.get("Transform") not in (None, []):
        raise _transform_error("/Transform", document["Transform"])
    for name, body in document["Resources"].items():
        pointer = f"/Resources/{escape(name)}"
        if name.startswith("Fn::"):
            raise _transform_error(pointer, name)
        if not isinstance(body, dict):
            raise template_error(pointer, "must be an object")
        if "Fn::Transform" in body or "Fn::Transform" in (body.get("Properties") or {}):
            raise _transform_error(pointer, "Fn::Transform")


def _transform_error(pointer: str, what: Any) -> MalformedError:
    return MalformedError(
        f"The template is not final: {pointer} uses a transform ({what}), which only CloudFormation can apply.",
        advice="Create a change set and send what `aws cloudformation get-template --template-stage Processed` prints.",
        pointers=(Pointer(pointer=pointer, code="transform", detail="transforms are not applied here"),),
    )
