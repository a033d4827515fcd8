"""What stacks export, so that others whose templates are at hand may import it.

Names of exports are unique in a Region of an account. Source: the AWS CloudFormation user guide, Fn::ImportValue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from vpce_guard.errors import VpceGuardError
from vpce_guard.formats.cloudformation.environment import environment
from vpce_guard.formats.cloudformation.shape import is_template
from vpce_guard.formats.cloudformation.stack import Stack
from vpce_guard.formats.cloudformation.words import Symbol
from vpce_guard.formats.document import Extras

_EXPRESSION = re.compile(r"\$\{[^{}]*\}|\{\{[^{}]*\}\}")
_ONE_IN_A_REGION = ("${AWS::Region}", "${AWS::AccountId}", "${AWS::Partition}", "${AWS::URLSuffix}")

Finder = Callable[[Any], tuple[Any, Stack] | None]


class _Export(NamedTuple):
    name: Any
    value: tuple[Any, str]
    stack: Stack
    given: Extras


class Exports:
    """The exports of some templates, which are read once something is imported."""

    def __init__(self) -> None:
        self._templates: list[tuple[Any, Extras]] = []
        self._exports: list[_Export] | None = None

    def add(self, document: Any, given: Extras) -> None:
        """Add a template that may export something, with what is given for it; anything else is passed over."""
        outputs = document.get("Outputs") if is_template(document) else None
        bodies = outputs.values() if isinstance(outputs, dict) else ()
        if given.text is not None and any(isinstance(body, dict) and "Export" in body for body in bodies):
            self._templates.append((document, replace(given, scope=given.scope or f"{given.text.file}:")))

    def finder(self, given: Extras) -> Finder | None:
        """What finds an export for the template that is read with `given`; None where nothing is exported."""
        return partial(self._find, given) if self._templates else None

    def _find(self, given: Extras, name: Any) -> tuple[Any, Stack] | None:
        """The value and the stack of the one export of a name that can be meant; None where none surely is."""
        if self._exports is None:
            self._exports = []  # while they are read, none is known
            self._exports = list(self._read())
        asking = environment(given)
        fitting = []
        for export in self._exports:
            there = environment(export.given)
            is_other = export.given.text is not given.text
            if is_other and _is_one(export.name, name) and all(there.get(k, v) == v for k, v in asking.items()):
                fitting.append(export)
        if len(fitting) != 1:
            return None
        try:
            return fitting[0].stack.evaluate(fitting[0].value), fitting[0].stack
        except VpceGuardError:
            return None

    def _read(self) -> Iterator[_Export]:
        for document, given in self._templates:
            with suppress(VpceGuardError):  # told where the template itself is read
                stack = Stack(document, replace(given, imports=self.finder(given)))
                for member in stack.members():
                    for name, value in member.stack.exports():
                        yield _Export(name, value, member.stack, given)


def _is_one(exported: Any, name: Any) -> bool:
    """Whether an export surely is the one that is imported: both names are known, or alike in one Region and account.

    A name with that of its stack in it is known where the name of the stack is given: the template may be that of any.
    """
    if isinstance(exported, str) or not isinstance(exported, Symbol):
        return bool(exported == name)
    return exported == name and set(_EXPRESSION.findall(exported.text)) <= set(_ONE_IN_A_REGION)
