"""Where an expression of a Terraform configuration stands, and the ids it gives."""

from __future__ import annotations

import re
from typing import Any, NamedTuple, Protocol

_STEP = re.compile(r'module\.([\w-]+)(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?')


class ModuleScope(NamedTuple):
    """Where an expression stands: the instances of the modules around it, and the key of its own resource instance."""

    modules: tuple[str, ...]
    key: str | int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the modules."""
        return tuple(module.partition("[")[0].removeprefix("module.") for module in self.modules)

    def address(self, local: str) -> str:
        """The address of something local to the module instance."""
        return ".".join([*self.modules, local])


class FoundIds(NamedTuple):
    """Ids that an expression gives, and whether those are all and surely so."""

    ids: list[str]
    certain: bool


class Resources(Protocol):
    """What an expression may refer to: the resources of a plan and its root variables."""

    def id_of(self, address: str) -> str:
        """The id of a resource, or its address while there is none."""

    def instances(self, address: str) -> dict[str | int | None, str]:
        """The addresses of a resource's instances by key; the key is None where there is neither count nor for_each."""

    def variable(self, name: str) -> Any:
        """The value of a root variable; None when it has none."""


def scope_at(module_address: str | None, key: str | int | None) -> ModuleScope:
    """Where a resource stands whose module has an address; None for the root module."""
    return ModuleScope(tuple(step[0] for step in _STEP.finditer(module_address or "")), key)
