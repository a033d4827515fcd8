"""What an expression of a body says: its kind, the variables it binds and the parts whose values are worth telling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vpce_guard.authoring.rego import rego_ast
from vpce_guard.bundle.probe_table import Expression, ExpressionKind, Lookup, Operand
from vpce_guard.model import Json

_MOST_OPERANDS = 8
_COMPARISONS = frozenset({"equal", "neq", "lt", "lte", "gt", "gte", "eq"})


@dataclass(frozen=True)
class FileNames:
    """The names that are no variables in a file: imports, and the rules of its package and of all others."""

    package: str
    imports: Mapping[str, tuple[str, ...]]
    rules: Mapping[str, frozenset[str]]

    def is_global(self, name: str) -> bool:
        """Whether a name means a document or a rule, unless a body declares it."""
        return name in ("input", "data") or name in self.imports or name in self.rules.get(self.package, ())

    def helper(self, reference: Sequence[Json], local: frozenset[str]) -> str | None:
        """The rule or function a reference begins with, by its full name; None where it is none of ours."""
        head = reference[0]["value"]
        if reference[0]["type"] != "var" or head in local:
            return None
        if head in self.rules.get(self.package, ()):
            return f"{self.package}.{head}"
        strings = []
        for part in reference[1:]:
            if part["type"] != "string":
                break
            strings.append(str(part["value"]))
        path = [*self.imports.get(head, (head,)), *strings][1:]
        for length in range(len(path) - 1, 0, -1):
            package, name = ".".join(path[:length]), path[length]
            if name in self.rules.get(package, ()):
                return f"{package}.{name}"
        return None

    def lookup(self, term: Json, local: frozenset[str]) -> tuple[str | int, ...] | None:
        """The path into the input of a fixed reference to it or to org data; None for all others."""
        path = rego_ast.path(term)
        if path is None or path[0] in local:
            return None
        full = (*self.imports.get(str(path[0]), (str(path[0]),)), *path[1:])
        if full[0] == "input":
            return full[1:]
        return full[1:] if full[:2] == ("data", "org") else None


def bound_by(expression: Json, scope: FileNames, local: frozenset[str]) -> list[str]:
    """The variables an expression gives values to, in their order."""
    if expression.get("negated"):
        return []
    patterns = [*rego_ast.assigned_patterns(expression), *rego_ast.some_patterns(expression)]
    declared = [name for pattern in patterns for name in rego_ast.variables(pattern)]
    implicit = [
        name
        for term in rego_ast.arguments(expression)
        for name in rego_ast.variables(term)
        if not scope.is_global(name)
    ]
    return [name for name in dict.fromkeys([*declared, *implicit]) if name not in local]


def describe(expression: Json, scope: FileNames, *, before: frozenset[str], binds: Sequence[str]) -> Expression:
    """The expression as the table keeps it, where `before` are the variables that have values already."""
    terms = expression["terms"]
    operator = rego_ast.operator(expression)
    every = isinstance(terms, dict) and "domain" in terms
    choice = bool(rego_ast.some_patterns(expression))
    kind: ExpressionKind = "assignment" if operator == ("assign",) else "choice" if choice else "condition"
    compares = operator[-1:] and operator[-1] in _COMPARISONS | {"member_2", "member_3"}
    arguments = rego_ast.arguments(expression)
    found = list(_operands(arguments[1:] if kind == "assignment" else arguments, scope, before))
    if len(operator) and scope.helper(terms[0]["value"], before):
        whole = Operand(text=rego_ast.bare_text(expression), helper=scope.helper(terms[0]["value"], before))
        found = [whole, *found]
    return Expression(
        line=rego_ast.line(expression),
        text=rego_ast.source_text(expression),
        kind=kind,
        negated=bool(expression.get("negated")),
        every=every,
        operator=operator[-1] if compares else None,
        sides=tuple(rego_ast.source_text(a) for a in arguments) if compares else (),
        domain=rego_ast.source_text(arguments[0]) if every or choice else None,
        binds=tuple(binds),
        lookups=tuple({one.text: one for one in found if isinstance(one, Lookup)}.values()),
        operands=tuple({one.text: one for one in found if isinstance(one, Operand)}.values())[:_MOST_OPERANDS],
    )


def head_value(term: Json, scope: FileNames, *, before: frozenset[str]) -> Expression:
    """The value of a rule that has no conditions, or of a deny, as the last thing that must be defined."""
    found = list(_operands([term], scope, before))
    return Expression(
        line=rego_ast.line(term),
        text=rego_ast.source_text(term),
        kind="head",
        lookups=tuple({one.text: one for one in found if isinstance(one, Lookup)}.values()),
        operands=tuple({one.text: one for one in found if isinstance(one, Operand)}.values())[:_MOST_OPERANDS],
    )


def _operands(terms: Sequence[Json], scope: FileNames, known: frozenset[str]) -> Iterator[Lookup | Operand]:
    """Calls and references, outermost first; of a reference with variables that have no value yet, its beginning."""
    for term in terms:
        kind = term["type"]
        if rego_ast.is_closure(term):
            continue
        if path := scope.lookup(term, known):
            yield Lookup(text=rego_ast.source_text(term), path=path)
            continue
        if kind == "var" and term["value"] not in known:
            if helper := scope.helper([term], known):
                yield Operand(text=rego_ast.source_text(term), helper=helper)
        elif kind == "ref" and term["value"][0]["type"] == "var":
            yield from _reference(term["value"], scope, known)
        elif kind == "call" and _all_known(term, scope, known):
            yield Operand(text=rego_ast.source_text(term), helper=scope.helper(term["value"][0]["value"], known))
        yield from _operands(rego_ast.term_parts(term), scope, known)


def _reference(reference: Sequence[Json], scope: FileNames, known: frozenset[str]) -> Iterator[Operand]:
    ground = [reference[0]]
    for part in reference[1:]:
        if not _all_known(part, scope, known):
            break
        ground.append(part)
    name = str(ground[0]["value"])
    if name not in known and not scope.is_global(name):
        return
    helper = scope.helper(ground, known)
    if len(ground) == 1 and (name in known or helper is None):
        return
    if name == "data" and helper is None:
        return
    if name not in known and helper is None and name in scope.imports and len(ground) < len(reference):
        return
    yield Operand(text=rego_ast.reference_text(ground), helper=helper)


def _all_known(term: Json, scope: FileNames, known: frozenset[str]) -> bool:
    if term["type"] == "var" and str(term["value"]).startswith("$"):
        return False
    inner = rego_ast.term_parts(term)
    if term["type"] == "ref" and term["value"][0]["type"] == "var":
        inner = [term["value"][0], *inner]
    if term["type"] == "var":
        return term["value"] in known or scope.is_global(term["value"])
    return all(_all_known(part, scope, known) for part in inner)
