"""A preview of Pulumi as the Terraform plan that it stands for.

What an input that is not known yet refers to, Pulumi says in `propertyDependencies`: the resources it is made of. One
id is certain where it is made of one resource; the ids of a list where there are as many resources as ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vpce_guard.formats.pulumi.providers import expressions_of, provider_key
from vpce_guard.formats.pulumi.steps import Resource
from vpce_guard.formats.pulumi.types import attribute_name, is_native, snake_case, with_native_words
from vpce_guard.formats.pulumi.values import has_unknown, is_unknown, split
from vpce_guard.model import Json

_MAPS = ("tags", "tagsAll", "policy", "policyDocument")  # whose members are the user's own
_WHOLE = ("policy", "policy_document", "dns_options", "desired_state")  # not known where a part is not
_NAMED_BY = {"service_name": "service_name", "service_network_arn": "arn", "resource_configuration_arn": "arn"}
_TARGETS = {"subnet_ids": "subnet", "security_group_ids": "security_group", "route_table_ids": "route_table"}


class PreviewPlan:
    """The plan; `addresses` gives the URN of each of its resources."""

    def __init__(self, resources: Sequence[Resource], config: Any) -> None:
        self._config: Json = config if isinstance(config, dict) else {}
        self._by_urn = {resource.urn: resource for resource in resources}
        self._resources = [resource for resource in resources if resource.kind is not None]
        self._address = {resource.urn: _address(resource) for resource in self._resources}
        self.addresses: Mapping[str, str] = {address: urn for urn, address in self._address.items()}

    def as_json(self) -> Json:
        """The plan, in the shape of `terraform show -json`."""
        keys = {provider_key(resource) for resource in self._resources}
        return {
            "format_version": "1.2",
            "resource_changes": [self._change(resource) for resource in self._resources],
            "configuration": {
                "provider_config": {k: {"expressions": expressions_of(k, self._by_urn, self._config)} for k in keys},
                "root_module": {"resources": [self._block(resource) for resource in self._resources]},
            },
        }

    def _change(self, resource: Resource) -> Json:
        before: Json | None = None
        after: Json | None = None
        unknown: Json = {}
        if resource.old is not None:
            before, hidden = self._values(resource, resource.old, with_outputs=True)
            before = {name: value for name, value in before.items() if name not in hidden}
        if "create" in resource.actions:
            after, unknown = self._values(resource, resource.new or {})
            after.pop("id", None)  # of the one that is replaced
        elif resource.new is not None and "delete" not in resource.actions:
            changes = resource.actions == ("update",)
            after, unknown = self._values(resource, resource.new, with_outputs=not changes)
            after = {**{name: value for name, value in (before or {}).items() if name not in unknown}, **after}
        if before is None and resource.actions == ("no-op",):
            before = after
        change = {"actions": [*resource.actions], "before": before, "after": after, "after_unknown": unknown}
        return {**_identity(resource), "address": _address(resource), "change": change}

    def _block(self, resource: Resource) -> Json:
        """The block of a configuration that a resource would come from."""
        expressions = {}
        for name, value in _own_properties(resource.inputs):
            attribute = "tags" if name == "tagsAll" else attribute_name(resource.type, str(resource.kind), name)
            if has_unknown(value):
                made_of = _urns(resource.state, name)
                own = _NAMED_BY.get(attribute, "id")
                expressions[attribute] = {"references": [f"{self._address.get(u, 'other.r')}.{own}" for u in made_of]}
            else:
                expressions[attribute] = {"constant_value": value}
        dependencies = resource.state.get("dependencies")
        return {
            **_identity(resource),
            "provider_config_key": provider_key(resource),
            "expressions": expressions,
            "depends_on": [self._address[urn] for urn in _texts(dependencies) if urn in self._address],
        }

    def _values(self, resource: Resource, state: Json, *, with_outputs: bool = False) -> tuple[Json, Json]:
        """The attributes of a state, and what of them is not known."""
        kind = str(resource.kind)
        properties = dict(_own_properties(state.get("inputs")))
        if with_outputs:
            properties = {**dict(_own_properties(state.get("outputs"))), **properties}
        if "tagsAll" in properties:
            properties["tags"] = properties.pop("tagsAll")
        values: Json = {}
        unknown: Json = {}
        for name, value in properties.items():
            attribute = attribute_name(resource.type, kind, name)
            value = self._with_ids(attribute, value, _urns(state, name))
            known, mark = _split(resource, name, attribute, value)
            values[attribute] = known
            if mark:
                unknown[attribute] = mark
        if is_native(resource.type):
            values = with_native_words(kind, values, created="create" in resource.actions)
        elif kind == "aws_vpc_endpoint" and "vpc_endpoint_type" not in unknown:
            values.setdefault("vpc_endpoint_type", "Gateway")  # the provider's default
        if isinstance(identity := state.get("id"), str) and identity and not is_unknown(identity):
            values["id"] = identity
        return values, unknown

    def _with_ids(self, attribute: str, value: Any, made_of: Sequence[str]) -> Any:
        """A list of ids with the addresses of the resources whose ids are to come, where it is certain which."""
        if attribute not in _TARGETS or not isinstance(value, list):
            return value
        hidden = [item for item in value if is_unknown(item)]
        coming = [urn for urn in made_of if urn not in self._by_urn or "create" in self._by_urn[urn].actions]
        kinds = [getattr(self._by_urn.get(urn), "kind", None) or "" for urn in coming]
        if len(hidden) != len(coming) or not all(kind.endswith(f"_{_TARGETS[attribute]}") for kind in kinds):
            return value
        addresses = iter(self._address[urn] for urn in coming)
        return [next(addresses) if is_unknown(item) else item for item in value]


def _split(resource: Resource, name: str, attribute: str, value: Any) -> tuple[Any, Any]:
    """An attribute's value, and the marks of what of it is not known, as Terraform has them."""
    if attribute in _WHOLE and has_unknown(value):
        return None, True
    if name == "tags" and isinstance(value, list):
        if any(not isinstance(tag, dict) or not isinstance(tag.get("key"), str) for tag in value):
            return None, True
        value = {tag["key"]: tag.get("value") for tag in value}
    known, mark = split(value, str if name in _MAPS else snake_case)
    if attribute == "dns_options" and isinstance(known, dict) and not is_native(resource.type):
        known = [known]  # a block that Pulumi has as one object
    return known, mark


def _address(resource: Resource) -> str:
    return f"{resource.kind}.r{resource.index}"


def _identity(resource: Resource) -> Json:
    return {"mode": "managed", "type": resource.kind, "name": f"r{resource.index}"}


def _own_properties(properties: Any) -> Iterator[tuple[str, Any]]:
    """The properties without what Pulumi keeps for itself."""
    for name, value in properties.items() if isinstance(properties, dict) else ():
        if not name.startswith("__") and value is not None:
            yield name, value


def _urns(state: Json, name: str) -> list[str]:
    """The resources that a property is made of."""
    dependencies = state.get("propertyDependencies")
    return _texts(dependencies.get(name)) if isinstance(dependencies, dict) else []


def _texts(value: Any) -> list[str]:
    found = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
    return list(dict.fromkeys(found))
