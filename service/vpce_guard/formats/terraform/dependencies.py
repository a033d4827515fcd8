"""Which endpoints of a plan the configuration of a resource names: those it waits for, and those it may be about.

A plan's configuration has the names in expressions, not what is done with them; a module that is named stands for
every endpoint in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from vpce_guard.formats.terraform.changes import ResourceChange
from vpce_guard.formats.terraform.references import References
from vpce_guard.formats.terraform.resources import references_of
from vpce_guard.formats.terraform.scope import ModuleScope


def dependencies(references: References, change: ResourceChange) -> tuple[str, ...]:
    """The addresses of endpoints that the configuration says are there before a resource.

    That is what depends_on names and what expressions refer to, its own and those of the modules around it.
    """
    found: dict[str, None] = {}
    for depth in range(len(change.scope.modules) + 1):
        scope = ModuleScope(change.scope.modules[:depth])
        if depth == len(change.scope.modules):
            block = references.resource(change) or {}
        else:
            block = references.resources.call(ModuleScope(change.scope.modules[: depth + 1]))
        for name in [*(block.get("depends_on") or []), *_references_in(block.get("expressions"))]:
            if "aws_vpc_endpoint." in name or name.startswith("module."):
                found |= dict.fromkeys(_endpoints_named(references, scope.address(name)))
    return tuple(found)


def endpoints_named(references: References, change: ResourceChange, attribute: str) -> set[str] | None:
    """The addresses of the endpoints that an expression may be about; None where it does not name their resource."""
    names = references_of(references.expression(change, attribute))
    named = [name for name in names if name.startswith("aws_vpc_endpoint.")]
    if not named:
        return None
    return {address for name in named for address in _endpoints_named(references, change.scope.address(name))}


def _endpoints_named(references: References, name: str) -> Iterator[str]:
    """The instances of the endpoint that a name is, leads into or, where it is a module, holds."""
    if "aws_vpc_endpoint." in name:
        head, _, rest = name.rpartition("aws_vpc_endpoint.")
        owners = [f"{head}aws_vpc_endpoint.{re.split(r'[.[]', rest)[0]}"]
    else:
        owners = references.endpoints_in.get(name, [])
    for owner in owners:
        yield from (instance.address for instance in references.resources.instances(owner).values())


def _references_in(expressions: Any) -> Iterator[str]:
    """What expressions of the configuration refer to, however deep."""
    if isinstance(expressions, list):
        for each in expressions:
            yield from _references_in(each)
    elif isinstance(expressions, dict):
        for name, value in expressions.items():
            if name == "references" and isinstance(value, list):
                yield from (reference for reference in value if isinstance(reference, str))
            else:
                yield from _references_in(value)
