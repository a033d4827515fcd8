"""States of Terraform and OpenTofu: what `terraform show -json` prints of one, and the file terraform.tfstate.

What the reader of plans knows of resources is used: a state is a plan that changes nothing. Source:
https://developer.hashicorp.com/terraform/internals/json-format (values representation); version 4 of the state file is
that of the states package of Terraform's source.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from vpce_guard.errors import MalformedError
from vpce_guard.formats.existing.inventory import ExistingEndpoint, Inventory
from vpce_guard.formats.terraform.associations import COMPLETIONS
from vpce_guard.formats.terraform.attributes import describe_endpoint
from vpce_guard.formats.terraform.changes import ResourceChange
from vpce_guard.formats.terraform.context import PlanContext
from vpce_guard.formats.terraform.kin import as_endpoint, is_kin
from vpce_guard.formats.terraform.providers import region_and_account
from vpce_guard.formats.terraform.references import References
from vpce_guard.formats.terraform.resources import walk
from vpce_guard.model import Json, Location

_ENDPOINT = "aws_vpc_endpoint"
_SHOW = "Run `terraform show -json` in the folder of the state and send what that prints."


def detect(document: Any) -> bool:
    """Whether the document is a state, in either form, or what show prints of an empty one."""
    if not isinstance(document, dict):
        return False
    if "lineage" in document or ("terraform_version" in document and isinstance(document.get("version"), int)):
        return True
    return "format_version" in document and "resource_changes" not in document and "planned_values" not in document


def read(document: Json, inventory: Inventory) -> None:
    """Take up the endpoints that the state holds. Raises MalformedError for a version that is not read."""
    inventory.tells_endpoints = True
    module = {"resources": list(_resources_of_file(document))} if "version" in document else _root(document)
    references = References({"prior_state": {"values": {"root_module": module}}})
    surroundings = PlanContext(references)
    managed = [one for one in walk(module) if one.get("mode") == "managed" and isinstance(one.get("values"), dict)]
    parts: defaultdict[object, list[Json]] = defaultdict(list)
    for one in managed:
        if one.get("type") in COMPLETIONS:
            parts[one["values"].get("vpc_endpoint_id")].append(one)
    for resource in managed:
        entry = _as_unchanged(resource)
        if resource.get("type") == _ENDPOINT or is_kin(entry):
            change = as_endpoint(ResourceChange.from_json(entry))
            values = change.after or {}
            change = replace(change, after=_complete(values, parts.get(values.get("id"), ())))
            inventory.add(_endpoint(change, surroundings, inventory.file))


def _root(document: Json) -> Json:
    root = (document.get("values") or {}).get("root_module") or {}
    if not isinstance(root, dict):
        raise MalformedError("The state has no root_module.", advice=_SHOW)
    return root


def _as_unchanged(resource: Json) -> Json:
    """A resource of a state as an entry of a plan that leaves it alone."""
    values, sensitive = resource["values"], resource.get("sensitive_values") or {}
    change = {"actions": ["no-op"], "before": values, "after": values, "after_sensitive": sensitive}
    return {**resource, "module_address": resource.get("address"), "change": change}


def _endpoint(change: ResourceChange, surroundings: PlanContext, file: str | None) -> ExistingEndpoint:
    values = change.after or {}
    context = surroundings.context_for(values, change)
    region, account = region_and_account(values.get("arn"))
    told_region, told_account = context.pop("Region", None), context.pop("AccountId", None)
    owner = values.get("owner_id")
    return ExistingEndpoint(
        endpoint=describe_endpoint(values),
        region=region or told_region,
        account=account or (owner if isinstance(owner, str) and owner else told_account),
        address=change.address,
        context=context,
        sensitive=change.sensitive,
        source=Location(file=file) if file else None,
    )


def _complete(values: Json, parts: Sequence[Json]) -> Json:
    """The values of an endpoint with what other resources of the state have added to it since it was read."""
    completed = dict(values)
    for part in parts:
        own = part["values"]
        attribute, name = COMPLETIONS[str(part["type"])]
        value = own.get(name)
        if attribute in ("policy", "private_dns_enabled"):
            completed[attribute] = completed.get(attribute) if value is None else value
        elif value is not None and value not in (listed := completed.get(attribute) or []):
            completed[attribute] = [*listed, value]
    return completed


def _resources_of_file(document: Json) -> Iterator[Json]:
    """The resources of a state file as show prints them, one for each instance."""
    if document.get("version") != 4:
        raise MalformedError(f"Version {document.get('version')} of Terraform's state is not read.", advice=_SHOW)
    for resource in document.get("resources") or ():
        local = f"{resource.get('type')}.{resource.get('name')}"
        prefix = "data." if resource.get("mode") == "data" else ""
        base = ".".join(part for part in (resource.get("module"), f"{prefix}{local}") if part)
        for instance in resource.get("instances") or ():
            if "deposed" in instance:  # left behind by a replacement: no longer the resource
                continue
            values = instance.get("attributes")
            if not isinstance(values, dict):
                if resource.get("type") == _ENDPOINT and resource.get("mode") == "managed":
                    raise MalformedError(f"{base} has no attributes in this state.", advice=_SHOW)
                continue
            key = instance.get("index_key")
            index = "" if key is None else f"[{key}]" if isinstance(key, int) else f'["{key}"]'
            yield {
                **{name: resource.get(name) for name in ("mode", "type", "name")},
                "address": f"{base}{index}",
                "index": key,
                "values": values,
                "sensitive_values": _sensitive(instance.get("sensitive_attributes")),
            }


def _sensitive(paths: Any) -> Json:
    """The attributes that a state file marks as sensitive, as show prints them."""
    steps = [path[0] for path in paths or () if isinstance(path, list) and path and isinstance(path[0], dict)]
    return {str(step["value"]): True for step in steps if "value" in step}
