"""The Region and account that Pulumi's providers lead to, as provider blocks of a Terraform plan.

A provider of one's own is a resource of the preview, where it changes; the default one takes the stack's configuration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json

from vpce_guard.formats.pulumi.steps import Resource
from vpce_guard.formats.pulumi.values import has_unknown
from vpce_guard.model import Json

_DEFAULT = "default:"


def provider_key(resource: Resource) -> str:
    """The provider of a resource: its URN, or default: and the package."""
    urn, _, _ = str(resource.state.get("provider") or "").rpartition("::")
    name = urn.rpartition("::")[2]
    return urn if urn and not name.startswith("default") else _DEFAULT + resource.type.partition(":")[0]


def expressions_of(key: str, resources: Mapping[str, Resource], config: Json) -> Json:
    """The expressions of a provider block, as far as they are known."""
    if key.startswith(_DEFAULT):
        package = key.removeprefix(_DEFAULT) + ":"
        told = {name.removeprefix(package): value for name, value in config.items() if name.startswith(package)}
    else:
        told = resources[key].inputs if key in resources else {}
    found: Json = {}
    if isinstance(region := told.get("region"), str) and not has_unknown(region):
        found["region"] = {"constant_value": region}
    accounts = _parse_setting(told.get("allowedAccountIds"))
    if isinstance(accounts, list) and not has_unknown(accounts):
        found["allowed_account_ids"] = {"constant_value": accounts}
    roles = _parse_setting(told.get("assumeRoles")) or _parse_setting(told.get("assumeRole"))
    role = roles[-1] if isinstance(roles, list) and roles else roles
    if isinstance(role, dict) and isinstance(arn := role.get("roleArn"), str):
        found["assume_role"] = [{"role_arn": {"constant_value": arn}}]
    return found


def _parse_setting(value: Any) -> Any:
    """Settings that are no text stand as JSON in one."""
    if isinstance(value, str):
        try:
            return from_json(value)
        except ValueError:
            return None
    return value
