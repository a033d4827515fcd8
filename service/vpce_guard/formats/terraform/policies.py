"""Policies of which only parts are known: what `jsonencode` and aws_iam_policy_document make of values to come.

Source: the AWS provider's documentation of the data source aws_iam_policy_document, v6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vpce_guard.formats.terraform.resources import Instance
from vpce_guard.formats.terraform.values import (
    UNKNOWN,
    AtLeast,
    JsonText,
    LazyObject,
    overlay,
    parse_json_text,
    stands_in,
)
from vpce_guard.model import Json

_LISTS = {"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"}
_PARTIES = {"principals": "Principal", "not_principals": "NotPrincipal"}
_SOURCES, _OVERRIDES = ("source_json", "source_policy_documents"), ("override_json", "override_policy_documents")
MERGED = ("statement", *_SOURCES, *_OVERRIDES)
"""The attributes of the data source that say which statements the policy has."""

_MOST_POINTERS = 50  # more parts that are not known are told as one: the policy


def policy_of(instance: Instance) -> Any:
    """The policy that a data source will give; UNKNOWN where not even its statements are known."""
    values, unknown = instance.values, instance.unknown
    if instance.kind != "aws_iam_policy_document" or not instance.is_data:
        return UNKNOWN
    merged = {name: overlay(values.get(name), unknown.get(name)) for name in MERGED}
    own = merged["statement"] or []
    if not isinstance(own, list) or not all(isinstance(statement, dict) for statement in own):
        return UNKNOWN
    statements: list[Json] = []
    sources, overrides = (_documents(merged[name] for name in names) for names in (_SOURCES, _OVERRIDES))
    for document in (*sources, [_statement(statement) for statement in own], *overrides):
        if document is not UNKNOWN:
            _merge(document, statements)
    if any(document is UNKNOWN for document in overrides):
        statements = [one for one in statements if not one.get("Sid")]  # it may have another in the place of the others
    some_unknown = any(document is UNKNOWN for document in (*sources, *overrides))
    version = values.get("version") or "2012-10-17"
    return JsonText({"Version": version, "Statement": AtLeast(statements) if some_unknown else statements})


def _documents(given: Iterable[Any]) -> list[Any]:
    """The statements of each document that is merged in; UNKNOWN for one that is not known, or not how many are."""
    texts = [one for value in given for one in (value if isinstance(value, list) else [value])]
    return [_statements_of(text) for text in texts if text not in (None, "")]


def _statements_of(text: Any) -> Any:
    value = parse_json_text(text)
    found = value.get("Statement") if isinstance(value, dict) else None
    found = [found] if isinstance(found, dict) else found
    return found if isinstance(found, list) and all(isinstance(one, dict) for one in found) else UNKNOWN


def _merge(document: Sequence[Json], statements: list[Json]) -> None:
    """Put the statements of a document behind others; one takes the place of another that has its Sid."""
    for statement in document:
        same = [at for at, other in enumerate(statements) if other.get("Sid") and other["Sid"] == statement.get("Sid")]
        if same:
            statements[same[0]] = statement
        else:
            statements.append(statement)


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


def split_known(value: Any) -> tuple[Any, list[str]]:
    """A value with None for what is not known, and the JSON Pointers of that; an id to come is not known.

    Where very much is not known, the one pointer is to the whole.
    """
    known, pointers = _split(value, "")
    return known, pointers if len(pointers) <= _MOST_POINTERS else [""]


def _split(value: Any, pointer: str) -> tuple[Any, list[str]]:
    if value is UNKNOWN or isinstance(value, LazyObject | JsonText) or (isinstance(value, str) and stands_in(value)):
        return None, [pointer]
    if isinstance(value, AtLeast):
        items, hidden = _split(value.items, pointer)
        return items, [pointer, *hidden]
    if isinstance(value, dict):
        parts = {name: _split(item, f"{pointer}/{_escape(name)}") for name, item in value.items()}
        return {name: part[0] for name, part in parts.items()}, [p for part in parts.values() for p in part[1]]
    if isinstance(value, list):
        members = [_split(item, f"{pointer}/{index}") for index, item in enumerate(value)]
        return [part[0] for part in members], [p for part in members for p in part[1]]
    return value, []


def _escape(name: str) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
