"""The bodies of a rule as probes: its own, those of its else branches, and those inside `every` and comprehensions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from vpce_guard.authoring.probes import rego as probe_rego
from vpce_guard.authoring.probes.expressions import FileNames, bound_by, describe, head_value
from vpce_guard.authoring.probes.rego import Level
from vpce_guard.authoring.rego import rego_ast
from vpce_guard.authoring.rego.parsed import ParsedFile
from vpce_guard.bundle.probe_table import Body, BodyKind, Expression, Operand
from vpce_guard.bundle.rules import rule_of
from vpce_guard.model import Json

_PLAIN = ("string", "number", "boolean", "null")


@dataclass(frozen=True)
class Probe:
    """A body as the table has it, and the Rego that stands for it."""

    body: Body
    rego: str


def probes_of(rule: Json, module: ParsedFile, scope: FileNames, numbers: Iterator[int]) -> Iterator[Probe]:
    """The probes of every body of a rule, numbered in their order."""
    for turn, branch in enumerate(rego_ast.bodies(rule)):
        head, name = branch["head"], rego_ast.rule_name(branch)
        arguments = head.get("args") or []
        kind: BodyKind = "function" if arguments else "rule"
        if rule_of(module.package) is not None and name in ("deny", "undetermined"):
            kind = "deny" if name == "deny" else "undetermined"
        body = Body(
            id=next(numbers),
            package=module.package,
            name=name,
            kind=kind,
            file=module.file,
            line=rego_ast.line(head),
            turn=turn,
            arguments=tuple(rego_ast.source_text(term) for term in arguments),
        )
        given = list(dict.fromkeys(v for term in arguments for v in rego_ast.variables(term)))
        yield from _ProbeWriter(body, scope, numbers).probes(branch["body"], given, _yielded_head(head))


@dataclass(frozen=True)
class _Head:
    """What a body yields, and its text, which the compiler does not always tell whole."""

    term: Json
    text: str


def _yielded_head(head: Json) -> _Head:
    if "value" not in head:
        return _Head(head["key"], rego_ast.source_text(head["key"]))
    # the text of a lookup in a literal lacks the literal, and a `true` that is not written has none
    return _Head(head["value"], rego_ast.source_text(head).partition(":=")[2].strip() or "true")


class _ProbeWriter:
    """The probe of one body while it is written, with the probes of the bodies inside it."""

    def __init__(self, body: Body, scope: FileNames, numbers: Iterator[int]) -> None:
        self._body = body
        self._scope = scope
        self._numbers = numbers
        self._inside: list[Probe] = []

    def probes(
        self, expressions: Sequence[Json], given: Sequence[str], head: _Head | None, *, first: Level | None = None
    ) -> list[Probe]:
        """The probe, and those of the bodies inside; `first` is a level before the first expression."""
        known = frozenset([*given, *(first.expression.binds if first else ())])
        levels = [*([first] if first else []), *self._levels(expressions, known)]
        known |= {name for level in levels for name in level.expression.binds}
        if head is not None and (not levels or self._needs_level(head.term, known)):
            levels.append(self._last_level(head, known))
        body = self._body.model_copy(update={"expressions": tuple(level.expression for level in levels)})
        return [Probe(body, probe_rego.probe(body, levels, given)), *self._inside]

    def _levels(self, expressions: Sequence[Json], known: frozenset[str]) -> Iterator[Level]:
        """One for each expression but bare declarations, which go with the first expression that needs them."""
        waiting: list[str] = []
        for expression in expressions:
            if expression.get("generated"):
                continue
            if names := rego_ast.declared_variables(expression):
                waiting += names
                continue
            mentioned = {name for term in rego_ast.arguments(expression) for name in rego_ast.variables(term)}
            here = [name for name in waiting if name in mentioned]
            waiting = [name for name in waiting if name not in here]
            binds = list(dict.fromkeys([*bound_by(expression, self._scope, known), *here]))
            told = describe(expression, self._scope, before=known, binds=binds)
            rego = "".join(f"some {name}\n" for name in here) + told.text
            yield self._level(told, rego, expression, known)
            known |= set(binds)

    def _last_level(self, head: _Head, known: frozenset[str]) -> Level:
        told = head_value(head.term, self._scope, before=known).model_copy(update={"text": head.text})
        wrapped = {"terms": head.term, "location": head.term["location"]}
        fires = self._body.kind in ("deny", "undetermined")
        rego = f"explain_head := {head.text}" + ("" if fires else "\nexplain_head != false")
        return self._level(told, rego, wrapped, known, value="explain_head" if fires else None)

    def _needs_level(self, term: Json, known: frozenset[str]) -> bool:
        """Whether what is yielded can fail to be defined, or tells more than the variables do."""
        if self._body.kind in ("deny", "undetermined"):
            return True
        return term["type"] not in _PLAIN and not (term["type"] == "var" and term["value"] in known)

    def _level(
        self, told: Expression, rego: str, expression: Json, known: frozenset[str], *, value: str | None = None
    ) -> Level:
        operands = {operand.text: probe_rego.values(operand.text) for operand in told.operands}
        for call in rego_ast.find_calls(expression):
            name = rego_ast.source_text(call)
            helper = next((o.helper for o in told.operands if o.text == name), None)
            if helper is not None:
                given = [_argument_text(term) for term in call["value"][1:]]
                operands[name] = probe_rego.call_values(helper, name, given)
        inside = []
        for closure in rego_ast.closures(expression):
            text, name, given = self._closure(closure, known)
            inside.append(Operand(text=text, helper=name))
            operands[text] = probe_rego.call_values(name, "true" if closure["type"] == "every" else text, given)
            if closure["type"] == "every":
                operands["every"] = _failing_members(closure["value"])
        told = told.model_copy(update={"operands": (*told.operands, *inside)})
        return Level(told, rego, operands, value)

    def _closure(self, closure: Json, known: frozenset[str]) -> tuple[str, str, list[str]]:
        """The text of a term with a body of its own, the name of its probe and the variables it takes from outside."""
        content, number = closure["value"], next(self._numbers)
        given = sorted(rego_ast.all_variables(content) & known)
        body = self._body.model_copy(
            update={
                "id": number,
                "name": f"{self._body.name}#{number}",
                "kind": "function",
                "line": rego_ast.line(closure),
                "turn": 0,
                "arguments": tuple(given),
            }
        )
        writing = _ProbeWriter(body, self._scope, self._numbers)
        if closure["type"] == "every":
            first = _members(content)
            self._inside += writing.probes(content["body"], given, None, first=first)
            return first.expression.text, body.full_name, given
        yielded = content.get("term") or content["value"]
        head = _Head(yielded, rego_ast.source_text(yielded))
        self._inside += writing.probes(content["body"], given, head)
        return rego_ast.source_text(closure), body.full_name, given


def _members(every: Json) -> Level:
    """The members an `every` goes over, as if it said `some`."""
    patterns = [part for part in (every.get("key"), every["value"]) if part]
    binds = [name for pattern in patterns for name in rego_ast.variables(pattern)]
    domain = rego_ast.source_text(every["domain"])
    choice = f"{', '.join(rego_ast.source_text(pattern) for pattern in patterns)} in {domain}"
    line = rego_ast.line(every)
    told = Expression(line=line, text=f"every {choice}", kind="choice", domain=domain, binds=tuple(binds))
    return Level(told, f"some {choice}", {})


def _argument_text(term: Json) -> str:
    """An argument as it is told; the whole input would be told again with each call."""
    return '{"explain": "input"}' if term["type"] == "var" and term["value"] == "input" else rego_ast.source_text(term)


def _failing_members(every: Json) -> str:
    """Rego for the members for which the body of an `every` does not hold."""
    patterns: list[Any] = [part for part in (every.get("key"), every["value"]) if part]
    names = [name for pattern in patterns for name in rego_ast.variables(pattern)]
    body = "\n".join(rego_ast.source_text(expression) for expression in every["body"])
    choices = (
        f"some {', '.join(rego_ast.source_text(p) for p in patterns)} in {rego_ast.source_text(every['domain'])}\n"
    )
    return probe_rego.values(names[-1] if names else "true", choices=f"{choices}count([true | {body}]) == 0\n")
