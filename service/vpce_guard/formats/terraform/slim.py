"""A Terraform plan without what nobody asks about, parsed straight from its text.

A plan tells each resource up to three times and is mostly about other things than endpoints. Their resources are
skipped without becoming objects, which takes a fifth of the memory. Everything else of the reader sees no difference:
what is left out is never looked at.
"""

from __future__ import annotations

from typing import Any

import msgspec

from vpce_guard.formats.workloads import TERRAFORM_TYPES
from vpce_guard.model import Json

_ABOUT = ("vpc", "subnet", "route", "security_group", "prefix_list", "network_acl", "cloudcontrolapi", "terraform_data")
_WHOLE_TYPES = {"aws_lb", "aws_alb", *TERRAFORM_TYPES}  # what is behind endpoint services, and what shows workloads


class _Kind(msgspec.Struct):
    type: str = ""
    mode: str = ""


class _StateModule(msgspec.Struct):
    resources: list[msgspec.Raw] = []
    child_modules: list[_StateModule] = []


class _Values(msgspec.Struct):
    root_module: _StateModule | None = None


class _PlanState(msgspec.Struct):
    values: _Values | None = None


class _Call(msgspec.Struct):
    expressions: Any = None
    module: _Module | None = None
    depends_on: Any = None


class _Module(msgspec.Struct):
    resources: list[msgspec.Raw] = []
    module_calls: dict[str, _Call] = {}
    outputs: Any = None
    variables: Any = None


class _Configuration(msgspec.Struct):
    provider_config: Any = None
    root_module: _Module | None = None


class _Plan(msgspec.Struct):
    format_version: str
    resource_changes: list[msgspec.Raw]
    variables: Any = None
    prior_state: _PlanState | None = None
    configuration: _Configuration | None = None
    errored: bool = False
    deferred_changes: list[Any] = []


_OTHER: Json = {}  # keeps the numbers of the changes
_KIND = msgspec.json.Decoder(_Kind)
_PLAN = msgspec.json.Decoder(_Plan)
_ANY = msgspec.json.Decoder()


def slim(data: bytes) -> Json | None:
    """The plan in a text without the resources nobody asks about; None for anything that is not clearly a plan."""
    try:
        plan = _PLAN.decode(data)
        return {
            "format_version": plan.format_version,
            "resource_changes": [_ANY.decode(raw) if _about(raw) else _OTHER for raw in plan.resource_changes],
            "variables": plan.variables,
            "errored": plan.errored,
            "deferred_changes": plan.deferred_changes,
            "prior_state": {"values": {"root_module": _state(_root(plan.prior_state))}},
            "configuration": _configuration(plan.configuration),
        }
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None  # read in full, which says what is wrong


def _about(raw: msgspec.Raw) -> bool:
    found = _KIND.decode(raw)
    return found.mode == "data" or found.type in _WHOLE_TYPES or any(word in found.type for word in _ABOUT)


def _select_resources(resources: list[msgspec.Raw]) -> list[Any]:
    return [_ANY.decode(raw) for raw in resources if _about(raw)]


def _root(state: _PlanState | None) -> _StateModule:
    return (state and state.values and state.values.root_module) or _StateModule()


def _state(module: _StateModule) -> Json:
    return {
        "resources": _select_resources(module.resources),
        "child_modules": [_state(child) for child in module.child_modules],
    }


def _configuration(configuration: _Configuration | None) -> Json:
    if configuration is None:
        return {}
    return {
        "provider_config": configuration.provider_config,
        "root_module": _module(configuration.root_module or _Module()),
    }


def _module(module: _Module) -> Json:
    calls = {
        name: {
            "expressions": call.expressions,
            "module": _module(call.module or _Module()),
            "depends_on": call.depends_on,
        }
        for name, call in module.module_calls.items()
    }
    return {
        "resources": _select_resources(module.resources),
        "module_calls": calls,
        "outputs": module.outputs,
        "variables": module.variables,
    }
