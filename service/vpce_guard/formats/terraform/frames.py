"""Where an expression stands, and what its forms ask for."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from tree_sitter import Node

from vpce_guard.formats.terraform.hcl import Block
from vpce_guard.formats.terraform.scope import ModuleScope
from vpce_guard.formats.terraform.syntax import text

_OWN = re.compile(r"\b(?:each|count|self)\.")


@dataclass(frozen=True)
class Frame:
    """Where an expression stands: its module instance, the block whose `each` and `count` it sees, names of `for`s.

    `catches` says that a `try` or `can` around it goes on where it fails.
    """

    scope: ModuleScope
    block: Block | None = None
    names: Mapping[str, Any] = field(default_factory=dict)
    catches: bool = False

    def with_names(self, **names: Any) -> Frame:
        """The frame inside a `for` or a dynamic block."""
        return replace(self, names={**self.names, **names})

    def catching(self) -> Frame:
        """The frame inside a `try` or `can`."""
        return replace(self, catches=True)

    def mark(self, node: Node) -> Hashable | None:
        """What two expressions of the same value have in common; None inside a `for`, where each turn differs."""
        if self.names:
            return None
        source = text(node).strip()
        own = (self.scope.key, self.block and self.block.labels) if _OWN.search(source) else None
        return self.scope.modules, own, source


class Symbols(Protocol):
    """What the names of a configuration stand for, and how what is not known is taken to turn out."""

    def value(self, names: Sequence[str], frame: Frame) -> tuple[Any, int]:
        """The value that the first of these names stand for, and how many they are."""

    def choose(self, count: int, about: Hashable | None) -> int | None:
        """Which of so many possibilities is taken to come true; None where nobody takes one.

        What is `about` the same thing turns out alike; None is about nothing else.
        """


class Evaluator(Protocol):
    """Works out expressions."""

    @property
    def symbols(self) -> Symbols:
        """What names stand for."""

    def evaluate(self, nodes: Sequence[Node], frame: Frame) -> Any:
        """The value of a term with the steps that follow it. Raises EvaluationError where Terraform would fail."""
