"""The Region and the account that a provider of a Terraform configuration sends its requests to."""

from __future__ import annotations

import re
from typing import Any

from vpce_guard.formats.terraform.resources import Instance, PlanResources
from vpce_guard.formats.terraform.scope import ModuleScope
from vpce_guard.model import Json

_ACCOUNT = re.compile(r"^arn:[a-z-]+:(?:iam|sts)::(\d{12}):")
_REGION = re.compile(r"^[a-z]{2,}(?:-[a-z]+)+-\d")
_ARN = re.compile(r"^arn:[a-z-]+:[a-z0-9-]+:([a-z0-9-]+):(\d{12}):")
_MAX_DEPTH = 20


def region_of_zone(zone: object) -> str | None:
    """The Region that an Availability Zone or Local Zone is in, by its name."""
    found = _REGION.match(zone) if isinstance(zone, str) else None
    return found[0] if found else None


def region_and_account(arn: object) -> tuple[str | None, str | None]:
    """What an ARN tells."""
    found = _ARN.match(arn) if isinstance(arn, str) else None
    return (found[1], found[2]) if found else (None, None)


class Providers:
    """The provider blocks of a plan, with what data sources found out about where they lead."""

    def __init__(self, plan: Json, resources: PlanResources) -> None:
        self._providers: Json = (plan.get("configuration") or {}).get("provider_config") or {}
        self._resources = resources
        self.source_region: str | None = None  # of the default provider, where the source tells it
        self._regions: dict[str, set[str]] = {}
        self._accounts: dict[str, set[str]] = {}
        self._find_data_sources()

    def region(self, names: tuple[str, ...], kind: str, name: str, scope: ModuleScope, mode: str = "managed") -> Any:
        """The Region of a resource's provider; None where nothing tells it."""
        key = self._key(names, kind, name, mode)
        found = self._constant(*self._expression(key, scope, "region"))
        if isinstance(found, str) and found:
            return found
        if key == "aws" and self.source_region:
            return self.source_region
        return _single(self._regions.get(key, set()))

    def region_of_instance(self, instance: Instance) -> str | None:
        """The Region that a resource or data source is in."""
        if isinstance(instance.values.get("region"), str) and instance.kind != "aws_region":
            return str(instance.values["region"])
        mode = "data" if instance.is_data else "managed"
        found = self.region(instance.scope.names, instance.kind, instance.name, instance.scope, mode)
        return found if isinstance(found, str) else None

    def key_of(self, instance: Instance) -> str:
        """The name under which the plan has a resource's provider."""
        mode = "data" if instance.is_data else "managed"
        return self._key(instance.scope.names, instance.kind, instance.name, mode)

    def account(self, names: tuple[str, ...], kind: str, name: str, scope: ModuleScope) -> str | None:
        """The account of a resource's provider; None where nothing tells it."""
        key = self._key(names, kind, name, "managed")
        if found := _single(self._accounts.get(key, set())):
            return found
        allowed = self._constant(*self._expression(key, scope, "allowed_account_ids"))
        if isinstance(allowed, list) and len(allowed) == 1:
            return str(allowed[0])
        expression, scope = self._expression(key, scope, "assume_role")
        roles = expression if isinstance(expression, list) else []
        role = self._constant(roles[-1].get("role_arn"), scope) if roles else None
        account = _ACCOUNT.match(role) if isinstance(role, str) else None
        return account[1] if account else None

    def _key(self, names: tuple[str, ...], kind: str, name: str, mode: str) -> str:
        block = self._resources.block(names, kind, name, mode) or {}
        return str(block.get("provider_config_key", "aws"))

    def _expression(self, key: str, scope: ModuleScope, attribute: str) -> tuple[Any, ModuleScope]:
        """An expression of a provider block, and where it stands."""
        provider = self._providers.get(key) or {}
        depth = str(provider.get("module_address") or "").count("module.")
        return (provider.get("expressions") or {}).get(attribute), ModuleScope(scope.modules[:depth])

    def _constant(self, expression: Any, scope: ModuleScope, depth: int = 0) -> Any:
        """The value of an expression that is constant or comes from a variable; None when it is neither."""
        if not isinstance(expression, dict) or depth > _MAX_DEPTH:
            return None
        if expression.get("constant_value") is not None:
            return expression["constant_value"]
        names = expression.get("references") or []
        if len(names) != 1 or not names[0].startswith("var."):
            return None
        name = names[0][4:]
        if not scope.modules:
            return self._resources.variable(name)
        call = self._resources.call(scope).get("expressions") or {}
        if name not in call:
            declared = self._resources.module(scope.names).get("variables") or {}
            return (declared.get(name) or {}).get("default")
        return self._constant(call[name], ModuleScope(scope.modules[:-1]), depth + 1)

    def _find_data_sources(self) -> None:
        for kind, attributes, found in (
            ("aws_region", ("region", "name", "id"), self._regions),
            ("aws_caller_identity", ("account_id",), self._accounts),
        ):
            for instance in self._resources.of_kind(kind):
                values = [instance.values.get(name) for name in attributes]
                told = next((value for value in values if isinstance(value, str) and value), None)
                if told is not None:
                    key = self._key(instance.scope.names, kind, instance.name, "data")
                    found.setdefault(key, set()).add(told)


def _single(found: set[str]) -> str | None:
    return next(iter(found)) if len(found) == 1 else None
