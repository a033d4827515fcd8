"""How conditions are written: what is silent where a value is absent, and what the product does without."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vpce_guard.authoring.lint.finding import Finding
from vpce_guard.authoring.lint.sources import RegoFile, walk
from vpce_guard.authoring.rego.wasm_builtins import missing_builtins, why_missing
from vpce_guard.model import Json

CHECKS = {
    "not-equal": "no `input.x != y` but for null, empty texts and switches: it is silent where x is absent; write "
    "`not input.x == y`",
    "not-in": "no `some v in list; v != x` to mean that x is not in the list: it is true as soon as one differs",
    "wasm": 'no builtin that wasm lacks, in which policies run; for sprintf there are template strings ($"...")',
    "pure": "no clock, network, chance or environment (time.now_ns, http.send, rand.*, opa.runtime, uuid.*, rego.*)",
}

_IMPURE = re.compile(
    r"\b(time\.now_ns|http\.send|opa\.runtime|rand\.\w+|uuid\.\w+|rego\.\w+(?:\.\w+)*|net\.lookup_\w+)\("
)
_UNEQUAL = re.compile(r'\binput((?:\.\w+|\[[^\]]*\])*) != (?!""|null|false|true)|!= input((?:\.\w+|\[[^\]]*\])*)')
_ALWAYS = (".operation", ".profile")  # every input has them


def check(module: RegoFile) -> Iterator[Finding]:
    """The findings in one Rego file that is no test."""
    for number, line in enumerate(module.text.splitlines(), 1):
        code = line.partition("#")[0]
        if found := _IMPURE.search(code):
            yield Finding("pure", module.path, number, f"{found[1]}: a rule depends on input and data alone")
        if (found := _UNEQUAL.search(code)) and (found[1] or found[2]) not in _ALWAYS:
            yield Finding("not-equal", module.path, number, f"{found[0]!r} is silent where the value is absent")
    for name in sorted(_builtins_called(module)):
        yield Finding("wasm", module.path, module.line_of(f"{name}("), why_missing(name))
    for rule in module.tree.get("rules") or []:
        yield from _find_not_in(module, rule)


def _builtins_called(module: RegoFile) -> set[str]:
    """The builtins that a file calls and that wasm lacks, but for those that are impure."""
    called = {
        ".".join(str(part["value"]) for part in node["value"])
        for node in walk(module.tree.get("rules") or [])
        if node.get("type") == "ref"
    }
    own = {str(rule["head"].get("name")) for rule in module.tree.get("rules") or []}
    return {name for name in (called & missing_builtins()) - own if not _IMPURE.search(f"{name}(")}


def _find_not_in(module: RegoFile, rule: Json) -> Iterator[Finding]:
    """Variables that run over something only to be unequal to one other thing."""
    for whole, body in _bodies(rule):
        running = {
            str(symbol["value"][-2]["value"])
            for expression in body
            if isinstance(expression.get("terms"), dict)
            for symbol in expression["terms"].get("symbols") or []
            if symbol.get("type") == "call" and symbol["value"][-2]["type"] == "var"
        }
        used = [str(node["value"]) for node in walk(whole) if node.get("type") == "var"]
        for expression in body:
            for variable in _unequal_variables(expression) & running:
                if used.count(variable) == 2:  # where it is bound, and here
                    line = module.line_of(f"{variable} !=")
                    said = f"{variable} != … holds as soon as one differs: write `not … in` for none"
                    yield Finding("not-in", module.path, line, said)


def _unequal_variables(expression: Json) -> set[str]:
    """The variables of `a != b`, where not both are variables and neither is null or empty."""
    terms = expression.get("terms")
    if not isinstance(terms, list) or terms[0]["type"] != "ref" or terms[0]["value"][0].get("value") != "neq":
        return set()
    variables = {str(term["value"]) for term in terms[1:] if term["type"] == "var"}
    filters = any(term["type"] == "null" or term.get("value") == "" for term in terms[1:])
    return variables if len(variables) == 1 and not filters else set()


def _bodies(rule: Json) -> Iterator[tuple[object, list[Json]]]:
    """Each body of a rule, with all that can use its variables."""
    body = rule.get("body") or []
    yield [body, rule["head"]], body
    for node in walk(rule):
        if node.get("type") in ("arraycomprehension", "setcomprehension", "objectcomprehension"):
            yield node["value"], node["value"].get("body") or []
