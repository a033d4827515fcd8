"""Policies of which only parts are known: what `jsonencode` and aws_iam_policy_document make of values to come.

Source: the AWS provider's documentation of the data source aws_iam_policy_document, v6.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vpce_guard.formats.terraform.resources import Instance
from vpce_guard.formats.terraform.values import UNKNOWN, AtLeast, JsonText, LazyObject, overlay, stands_in
from vpce_guard.model import Json

_LISTS = {"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"}
_PARTIES = {"principals": "Principal", "not_principals": "NotPrincipal"}
_MERGED = ("source_json", "override_json", "source_policy_documents", "override_policy_documents")


def policy_of(instance: Instance) -> Any:
    """The policy that a data source will give; UNKNOWN where not even its statements are known."""
    values, unknown = instance.values, instance.unknown
    if instance.kind != "aws_iam_policy_document" or not instance.is_data:
        return UNKNOWN
    if any(values.get(name) or unknown.get(name) for name in _MERGED):
        return UNKNOWN
    statements = overlay(values.get("statement"), unknown.get("statement"))
    if not isinstance(statements, list) or not all(isinstance(statement, dict) for statement in statements):
        return UNKNOWN
    version = values.get("version") or "2012-10-17"
    return JsonText({"Version": version, "Statement": [_statement(statement) for statement in statements]})


def _statement(block: Mapping[str, Any]) -> Json:
    found: Json = {"Effect": block.get("effect") or "Allow"}
    if block.get("sid"):
        found["Sid"] = block["sid"]
    for name, member in _LISTS.items():
        if block.get(name) not in (None, []):
            found[member] = block[name]
    for name, member in _PARTIES.items():
        if block.get(name) not in (None, []):
            found[member] = _parties(block[name])
    if block.get("condition") not in (None, []):
        found["Condition"] = _conditions(block["condition"])
    return found


def _parties(blocks: Any) -> Any:
    if not isinstance(blocks, list):
        return UNKNOWN
    found: Json = {}
    for block in blocks:
        if not isinstance(block, dict) or not isinstance(block.get("type"), str):
            return UNKNOWN
        if block["type"] == "*":
            return "*"
        found[block["type"]] = block.get("identifiers")
    return found


def _conditions(blocks: Any) -> Any:
    if not isinstance(blocks, list):
        return UNKNOWN
    found: Json = {}
    for block in blocks:
        if not isinstance(block, dict) or not all(isinstance(block.get(name), str) for name in ("test", "variable")):
            return UNKNOWN
        found.setdefault(block["test"], {})[block["variable"]] = block.get("values")
    return found


def split_known(value: Any, pointer: str = "") -> tuple[Any, list[str]]:
    """A value with None for what is not known, and the JSON Pointers of that; an id to come is not known."""
    if value is UNKNOWN or isinstance(value, LazyObject | JsonText) or (isinstance(value, str) and stands_in(value)):
        return None, [pointer]
    if isinstance(value, AtLeast):
        items, hidden = split_known(value.items, pointer)
        return items, [pointer, *hidden]
    if isinstance(value, dict):
        parts = {name: split_known(item, f"{pointer}/{_escape(name)}") for name, item in value.items()}
        return {name: part[0] for name, part in parts.items()}, [p for part in parts.values() for p in part[1]]
    if isinstance(value, list):
        members = [split_known(item, f"{pointer}/{index}") for index, item in enumerate(value)]
        return [part[0] for part in members], [p for part in members for p in part[1]]
    return value, []


def _escape(name: str) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
