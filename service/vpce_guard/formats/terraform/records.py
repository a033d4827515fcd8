"""Instances of resources and modules as objects of expressions: attributes are looked up when they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from vpce_guard.formats.terraform.resources import Instance
from vpce_guard.formats.terraform.scope import ModuleScope


class Attributes(Protocol):
    """Knows what attributes and outputs are."""

    def attribute(self, instance: Instance, name: str) -> Any:
        """The value of an instance's attribute."""

    def output(self, scope: ModuleScope, name: str) -> Any:
        """The value of an output of a module instance."""


@dataclass(frozen=True)
class ResourceRecord:
    """An instance of a resource, whose attributes are looked up when they are asked for."""

    symbols: Attributes
    instance: Instance

    def attribute(self, name: str) -> Any:
        """See LazyObject."""
        return self.symbols.attribute(self.instance, name)


@dataclass(frozen=True)
class ModuleRecord:
    """An instance of a module, whose attributes are its outputs."""

    symbols: Attributes
    scope: ModuleScope

    def attribute(self, name: str) -> Any:
        """See LazyObject."""
        return self.symbols.output(self.scope, name)
