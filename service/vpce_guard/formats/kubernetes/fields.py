"""The fields of an endpoint's spec as Terraform's attributes, whichever controller spells them.

ObjectReferences to other objects stand for ids: of objects of the same document, else for something that is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from vpce_guard.formats.kubernetes.expressions import hide_expressions
from vpce_guard.formats.kubernetes.objects import ACK, UPJET, PlacedObject, object_error
from vpce_guard.formats.kubernetes.references import ObjectReferences
from vpce_guard.formats.terraform.attributes import MEMBERS
from vpce_guard.model import Json

LISTS = ("subnet_ids", "security_group_ids", "route_table_ids")

_ATTRIBUTE = {name.replace("_", ""): name for name in MEMBERS} | {m.name.lower(): name for name, m in MEMBERS.items()}
_REFERENCE = re.compile(r"^(.*?)s?(Ref|Refs|Selector)$")
_KINDS = {
    "vpc_id": "VPC",
    "subnet_ids": "Subnet",
    "security_group_ids": "SecurityGroup",
    "route_table_ids": "RouteTable",
}
_BLOCKS = ("dns_options", "subnet_configuration")
_BLOCK_FIELDS = ("dnsOptions", "subnetConfiguration", "subnetConfigurations")
_OTHER = ("tags", "region", "autoaccept", "tagspecifications")
_NAMES = ("vpc_id", *LISTS)
"""Attributes of ids, where an expression stands for whatever has the same one."""


class Fields(NamedTuple):
    """Terraform's attributes, and those that are not known: true for the whole, or marks as in a plan."""

    attributes: Json
    unknown: Json


def read_fields(spec: Json, placed: PlacedObject, references: ObjectReferences) -> Fields:
    """The attributes that the fields of a spec say."""
    attributes: Json = {}
    unknown: Json = {}
    named: dict[str, list[str | None]] = {}
    for name, value in spec.items():
        key = name.lower()
        if value is None:
            continue
        if attribute := _ATTRIBUTE.get(key):
            _take(attribute, _as_terraform(attribute, value), attributes, unknown)
        elif key == "region":
            attributes[key] = value
        elif key == "tags":
            _check_tags(value, placed)
            _take("tags", _tags(value), attributes, unknown)
        elif key == "tagspecifications":
            _take("tags", _tags(_specified_tags(value)), attributes, unknown)
        elif (found := _REFERENCE.match(name)) and (known := _attribute_of(found[1].lower())):
            named.setdefault(known, []).extend(references.resolve_all(_KINDS.get(known), value, placed))
    for attribute, ids in named.items():
        _take_references(attribute, ids, attributes, unknown)
    _resolve_blocks(attributes, unknown, placed, references)
    _open_holes(attributes, unknown, placed)
    return Fields(attributes, unknown)


def argument_of(field: str) -> str | None:
    """The attribute that a field of a spec says, directly or by reference; None for any other field."""
    key = field.lower()
    if key in _ATTRIBUTE:
        return _ATTRIBUTE[key]
    found = _REFERENCE.match(field)
    return _attribute_of(found[1].lower()) if found else None


def wrong_names(spec: Json, group: str) -> Iterator[tuple[str, str | None]]:
    """Fields of a spec that its definition does not have, each with the one that is meant, as far as that is known."""
    for name in spec:
        meant = _spell(name, group)
        if argument_of(meant) is None and meant.lower() not in _OTHER:
            yield name, None
        elif meant != name:
            yield name, meant
    for block in _BLOCK_FIELDS:
        given = spec.get(block)
        for one in given if isinstance(given, list) else [given]:
            for name in one if isinstance(one, dict) else ():
                if (meant := _spell(name, group)) != name:
                    yield f"{block}.{name}", f"{block}.{meant}"


def _spell(name: str, group: str) -> str:
    """A name as ACK spells it, with ID, DNS, IP and ARN in capitals and references without ID, or Crossplane."""
    camel = re.sub(r"_([a-z])", lambda found: found[1].upper(), name[:1].lower() + name[1:])
    if group != ACK:
        camel = re.sub(r"(?<=[a-z])(ID|DNS|IP|ARN)(?=s?$|[A-Z])", lambda found: found[1].capitalize(), camel)
        return {"policyDocument": "policy", "subnetConfigurations": "subnetConfiguration"}.get(camel, camel)
    camel = re.sub(r"(?<=[a-z])(Id|Dns|Ip|Arn)(?=s?$|[A-Z])", lambda found: found[1].upper(), camel)
    camel = re.sub(r"(?:IDs?|Name)(?=Refs?$)", "", camel)
    return {"policy": "policyDocument", "subnetConfiguration": "subnetConfigurations"}.get(camel, camel)


def sources_of(spec: Json) -> dict[str, Json]:
    """For each attribute the fields of a spec that say it."""
    found: dict[str, Json] = {}
    for name, value in spec.items():
        if value is not None and (attribute := argument_of(name)):
            found.setdefault(attribute, {})[name] = value
    return found


def _take(attribute: str, value: Any, attributes: Json, unknown: Json) -> None:
    """A value that a field says, as far as it is there yet."""
    if attribute in _NAMES and not (attribute in LISTS and isinstance(value, str)):
        attributes[attribute] = value
        return
    known, marks = hide_expressions(value)
    if marks and attribute not in ("tags", "subnet_configuration"):
        marks = True
    if marks is not True:
        attributes[attribute] = known
    if marks:
        unknown[attribute] = marks


def _take_references(attribute: str, ids: list[str | None], attributes: Json, unknown: Json) -> None:
    given = attributes.get(attribute)
    if attribute not in LISTS:
        if given in (None, ""):
            attributes.pop(attribute, None)
            if len(ids) == 1 and ids[0] is not None:
                attributes[attribute] = ids[0]
            else:
                unknown[attribute] = True
        return
    if given:  # Crossplane writes the ids that it found beside the references
        return
    if any(i is not None for i in ids):
        attributes[attribute] = ids
        unknown[attribute] = [i is None for i in ids]
    else:
        attributes.pop(attribute, None)
        unknown[attribute] = True


def _attribute_of(stem: str) -> str | None:
    """vpcIdRef, vpcRef, subnetIdRefs, subnetRefs, serviceRef and so on."""
    candidates = (stem, f"{stem}s", f"{stem}id", f"{stem}ids", f"{stem}name")
    return next((_ATTRIBUTE[name] for name in candidates if name in _ATTRIBUTE), None)


def _as_terraform(attribute: str, value: Any) -> Any:
    """Blocks as Terraform prints them: lists of objects in snake case."""
    if attribute in _BLOCKS:
        blocks = value if isinstance(value, list) else [value]
        return [{_snake(k): v for k, v in block.items()} if isinstance(block, dict) else block for block in blocks]
    return value


def _resolve_blocks(attributes: Json, unknown: Json, placed: PlacedObject, references: ObjectReferences) -> None:
    """The subnets that blocks of subnet configuration name by reference."""
    blocks = attributes.get("subnet_configuration")
    if not isinstance(blocks, list):
        return
    marks: list[Json] = []
    for block in blocks:
        mark: Json = {}
        for name in [n for n in block if n.endswith(("_ref", "_selector"))] if isinstance(block, dict) else []:
            found = references.resolve_one("Subnet", block.pop(name), placed)
            if not block.get("subnet_id"):
                block["subnet_id"] = found
                mark["subnet_id"] = block["subnet_id"] is None
        marks.append(mark)
    if any(any(mark.values()) for mark in marks):
        given = unknown.get("subnet_configuration") or [{}] * len(marks)
        unknown["subnet_configuration"] = [{**(one or {}), **mark} for one, mark in zip(given, marks, strict=True)]


def _open_holes(attributes: Json, unknown: Json, placed: PlacedObject) -> None:
    """What is filled in later is not known."""
    for hole in placed.holes:
        parts = [part for part in re.split(r"[.\[\]\"']+", hole) if part]
        if not parts or parts.pop(0) != "spec":
            continue
        if parts and parts[0] in ("forProvider", "initProvider"):
            parts.pop(0)
        if not parts:
            attributes.clear()
            unknown.update(dict.fromkeys([*MEMBERS, "tags"], True))
            return
        if parts[0] == "region":
            attributes.pop("region", None)
        elif parts[0] == "tags":
            _open_tag(parts[1:], attributes, unknown)
        elif attribute := argument_of(parts[0]):
            attributes.pop(attribute, None)
            unknown[attribute] = True


def _open_tag(key: list[str], attributes: Json, unknown: Json) -> None:
    marks = unknown.get("tags")
    if not key or key[0].isdecimal() or marks is True:
        unknown["tags"] = True
    else:
        unknown["tags"] = {**(marks or {}), ".".join(key): True}
        if isinstance(attributes.get("tags"), dict):
            attributes["tags"] = {k: v for k, v in attributes["tags"].items() if k != ".".join(key)}


def _check_tags(value: Any, placed: PlacedObject) -> None:
    """Raises MalformedError for tags in the form of another controller."""
    if placed.group == ACK and isinstance(value, dict):
        raise object_error(f"{placed.pointer}/spec/tags", "must be a list of objects with key and value")
    if placed.group in UPJET and isinstance(value, list):
        raise object_error(f"{placed.pointer}/spec/forProvider/tags", "must be an object")


def _tags(value: Any) -> Any:
    """Tags by key: ACK and the classic provider list them."""
    if not isinstance(value, list):
        return value
    pairs = [(tag.get("key"), tag.get("value")) for tag in value if isinstance(tag, dict)]
    return {key if isinstance(key, str) else None: found for key, found in pairs}


def _specified_tags(value: Any) -> list[Any]:
    specifications = value if isinstance(value, list) else []
    return [tag for one in specifications if isinstance(one, dict) for tag in one.get("tags") or []]


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
