"""The shape of explain.json: which probe stands for which body of which rule, and what its expressions say.

`explain.wasm` holds one probe per body; it tells how far the body got and with which values, by the numbers here.
"""

from __future__ import annotations

from typing import Literal

from vpce_guard.bundle.rules import rule_of
from vpce_guard.model import FrozenModel

BodyKind = Literal["deny", "undetermined", "rule", "function"]
ExpressionKind = Literal["condition", "choice", "assignment", "head"]


class Lookup(FrozenModel):
    """A fixed reference into the input (`input.request.VpcId`) and the path it takes."""

    text: str
    path: tuple[str | int, ...]


class Operand(FrozenModel):
    """A part of an expression that its probe evaluates; `helper` is the rule or function it names, fully."""

    text: str
    helper: str | None = None


class Expression(FrozenModel):
    """One expression of a body: a condition, a choice (`some x in xs`), an assignment or the value of the head.

    `operator` is Rego's name of a comparison or membership test (`equal`, `member_2`), with its `sides`; `domain` is
    what `every` or `some` goes over. `binds` are the variables it gives values to.
    """

    line: int
    text: str
    kind: ExpressionKind
    negated: bool = False
    every: bool = False
    operator: str | None = None
    sides: tuple[str, ...] = ()
    domain: str | None = None
    binds: tuple[str, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    operands: tuple[Operand, ...] = ()


class Body(FrozenModel):
    """One body of a rule or function, in a file under rego/; `turn` counts the else branches of one definition.

    `probed` is false where no probe could be made of it: then nothing is known of its conditions.
    """

    id: int
    package: str
    name: str
    kind: BodyKind
    file: str
    line: int
    turn: int = 0
    arguments: tuple[str, ...] = ()
    expressions: tuple[Expression, ...] = ()
    probed: bool = True

    @property
    def rule(self) -> str | None:
        """The rule (`family.name`) the body belongs to; None for facts that rules share."""
        return rule_of(self.package)

    @property
    def full_name(self) -> str:
        """The rule or function by its package and name."""
        return f"{self.package}.{self.name}"


class ProbeTable(FrozenModel):
    """All bodies, under the revision of the bundle they were made from."""

    revision: str
    bodies: tuple[Body, ...]
