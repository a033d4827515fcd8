"""Where an expression of a Terraform configuration stands."""

from __future__ import annotations

import re
from typing import NamedTuple

_STEP = re.compile(r'module\.([\w-]+)(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?(?:\.|$)')


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


def scope_at(address: str | None, key: str | int | None) -> ModuleScope:
    """Where a resource stands, by its own address or that of its module; None for the root module."""
    modules: list[str] = []
    position = 0
    while step := _STEP.match(address or "", position):
        modules.append(step[0].removesuffix("."))
        position = step.end()
    return ModuleScope(tuple(modules), key)


def outside(scope: ModuleScope) -> ModuleScope:
    """Where the block of a module stands, as one of its instances sees it."""
    return ModuleScope(scope.modules[:-1], _key_of(scope.modules[-1]))


def _key_of(module: str) -> str | int | None:
    """The key of a module instance: module.a["x"] has x."""
    index = module.partition("[")[2].removesuffix("]")
    if not index:
        return None
    return int(index) if index.isdecimal() else index.strip('"').replace('\\"', '"').replace("\\\\", "\\")
