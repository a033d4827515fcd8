"""The text of an endpoint policy, read into statements; what AWS would not read either is told with its place.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from vpce_guard.decisions.reach.operators import WITH_VARIABLES, WITH_WILDCARDS, Operator, parse_operator
from vpce_guard.decisions.reach.templates import Template, Variable, Wildcard, read_template, variables_in
from vpce_guard.decisions.reach.values import is_value_of
from vpce_guard.errors import MalformedError, Pointer, TooLargeError
from vpce_guard.formats.aws.policy import parse
from vpce_guard.model import Json

_MOST = 40_960  # characters: twice what AWS takes
_VERSIONS = ("2012-10-17", "2008-10-17")
_LIKE_VARIABLE = re.compile(r"\$\{[^}]*:[^}]*\}")
_MEMBERS = {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
_KINDS = ("AWS", "Service", "Federated", "CanonicalUser")


@dataclass(frozen=True)
class ConditionTest:
    """One operator on one key: `key` in small letters, `texts` as written and `values` as pieces."""

    operator: Operator
    key: str
    name: str
    texts: tuple[str, ...]
    values: tuple[Template, ...]


@dataclass(frozen=True)
class PolicyStatement:
    """One statement. `principals` are pairs of kind and id; everyone is ("AWS", "*"). Actions are in small letters."""

    index: int
    sid: str
    allows: bool
    principals: tuple[tuple[str, str], ...]
    not_principal: bool
    actions: tuple[Template, ...]
    not_action: bool
    resources: tuple[Template, ...]
    not_resource: bool
    tests: tuple[ConditionTest, ...]

    @cached_property
    def size(self) -> int:
        """Of how many pieces its values are made; a star counts for three, and what keys are compared with twice."""
        tested = [value for test in self.tests for value in test.values]
        values = [*self.actions, *self.resources, *tested, *tested]
        return sum(len(value) + 2 * value.count(Wildcard.MANY) for value in values) + sum(
            len(text) for _, text in self.principals
        )

    @cached_property
    def has_variables(self) -> bool:
        """Whether a value has a policy variable."""
        return any(map(variables_in, chain(self.resources, *(test.values for test in self.tests))))

    @property
    def name(self) -> str:
        """What to call it in a sentence."""
        return f"statement {self.index} ({self.sid})" if self.sid else f"statement {self.index}"


@dataclass(frozen=True)
class EndpointPolicy:
    """A policy as it is evaluated. `has_variables` says that its Version has policy variables."""

    statements: tuple[PolicyStatement, ...]
    has_variables: bool = True

    @cached_property
    def allows(self) -> tuple[PolicyStatement, ...]:
        """The statements that allow."""
        return tuple(statement for statement in self.statements if statement.allows)

    @cached_property
    def denies(self) -> tuple[PolicyStatement, ...]:
        """The statements that deny."""
        return tuple(statement for statement in self.statements if not statement.allows)

    @cached_property
    def size(self) -> int:
        """How long it is: of how many pieces its values are made."""
        return sum(statement.size for statement in self.statements)

    @cached_property
    def keys(self) -> dict[str, str]:
        """The keys of its conditions and variables in small letters, with how they are written first."""
        found: dict[str, str] = {}
        for statement in self.statements:
            for test in statement.tests:
                found.setdefault(test.key, test.name)
        for variable in sorted(self.variables, key=lambda variable: variable.name):
            found.setdefault(variable.key, variable.name)
        return found

    @cached_property
    def variables(self) -> frozenset[Variable]:
        """The policy variables it has."""
        values = (v for s in self.statements for v in (*s.resources, *(v for test in s.tests for v in test.values)))
        return frozenset(variable for value in values for variable in variables_in(value))


def find_plain_variables(policy: EndpointPolicy) -> Iterator[tuple[PolicyStatement, str]]:
    """What looks like a policy variable and is plain text, as Version is the older one; each with its statement."""
    for statement in () if policy.has_variables else policy.statements:
        values = chain(statement.resources, *(test.values for test in statement.tests))
        texts = ("".join(piece if isinstance(piece, str) else "*" for piece in value) for value in values)
        for name in sorted({name for text in texts for name in _LIKE_VARIABLE.findall(text)}):
            yield statement, name


def read_policy(given: Any, *, at: str = "") -> EndpointPolicy:
    """The policy of a text or of parsed JSON, which may be an object that has it as PolicyDocument.

    `at` is the JSON Pointer of what is given. Raises MalformedError with the place of what is wrong, and TooLargeError.
    """
    if isinstance(given, dict) and "Statement" not in given and "PolicyDocument" in given:
        given, at = given["PolicyDocument"], f"{at}/PolicyDocument"
    found: Json = parse(given) if given not in (None, "") else {"error": "it is empty"}
    if "error" in found:
        raise _malformed_error(at, f"The policy is no JSON: {found['error']}")
    if found["characters"] > _MOST:
        raise TooLargeError(
            f"The policy has {found['characters']} characters; at most {_MOST} are read.",
            advice="AWS takes 20,480 characters.",
        )
    given = found["document"]
    if not isinstance(given, dict) or not isinstance(given.get("Statement"), dict | list):
        raise _malformed_error(at, "A policy is an object with Statement, an object or a list of objects")
    version = given.get("Version", _VERSIONS[1])
    if version not in _VERSIONS:
        raise _malformed_error(f"{at}/Version", f"Version is {version!r}, and has to be {' or '.join(_VERSIONS)}")
    listed = given["Statement"] if isinstance(given["Statement"], list) else [given["Statement"]]
    reader = _StatementReader(variables=version == _VERSIONS[0])
    statements = tuple(reader.read(n, one, f"{at}/Statement/{n}") for n, one in enumerate(listed))
    return EndpointPolicy(statements, has_variables=reader.variables)


def _malformed_error(at: str, detail: str) -> MalformedError:
    return MalformedError(
        f"{detail}.",
        advice="Give an endpoint policy as IAM writes it.",
        pointers=(Pointer(pointer=at or "/", code="policy", detail=detail),),
    )


@dataclass(frozen=True)
class _StatementReader:
    variables: bool

    def read(self, index: int, given: Any, at: str) -> PolicyStatement:
        if not isinstance(given, dict):
            raise _malformed_error(at, f"Statement {index} is no object")
        if stray := sorted(given.keys() - _MEMBERS):
            raise _malformed_error(
                f"{at}/{stray[0]}", f"Statement {index} has a member {stray[0][:80]!r}, which none has"
            )
        if given.get("Effect") not in ("Allow", "Deny"):
            raise _malformed_error(f"{at}/Effect", f"Effect of statement {index} has to be Allow or Deny")
        sid = given.get("Sid", "")
        if not isinstance(sid, str):
            raise _malformed_error(f"{at}/Sid", f"Sid of statement {index} is no text")
        principal, action, resource = (_one_of(given, member, at) for member in ("Principal", "Action", "Resource"))
        actions, resources = _texts(given[action], f"{at}/{action}"), _texts(given[resource], f"{at}/{resource}")
        return PolicyStatement(
            index=index,
            sid=sid,
            allows=given["Effect"] == "Allow",
            principals=tuple(_read_principals(given[principal], f"{at}/{principal}")),
            not_principal=principal == "NotPrincipal",
            actions=tuple(read_template(text.lower(), wildcards=True, variables=False) for text in actions),
            not_action=action == "NotAction",
            resources=tuple(read_template(text, wildcards=True, variables=self.variables) for text in resources),
            not_resource=resource == "NotResource",
            tests=tuple(self._read_conditions(given.get("Condition", {}), f"{at}/Condition")),
        )

    def _read_conditions(self, given: Any, at: str) -> Iterator[ConditionTest]:
        if not isinstance(given, dict):
            raise _malformed_error(at, "Condition is no object")
        for name, tests in given.items():
            operator = parse_operator(name)
            if operator is None:
                raise _malformed_error(at, f"{name[:80]!r} is no operator")
            if not isinstance(tests, dict):
                raise _malformed_error(f"{at}/{name}", f"{name} is no object of keys")
            for key, value in tests.items():
                texts = _texts(value, f"{at}/{name}/{key}", scalars=True)
                for text in texts:
                    if not is_value_of(operator.base, text):
                        raise _malformed_error(f"{at}/{name}/{key}", f"{name} cannot compare {key} with {text[:80]!r}")
                read = [self._read_value(operator, text) for text in texts]
                yield ConditionTest(operator, key.lower(), key, tuple(texts), tuple(read))

    def _read_value(self, operator: Operator, text: str) -> Template:
        return read_template(
            text,
            wildcards=operator.base in WITH_WILDCARDS,
            variables=self.variables and operator.base in WITH_VARIABLES,
        )


def _one_of(given: Json, member: str, at: str) -> str:
    """Which of a member and its exclusion a statement has; it has to have one."""
    has = [name for name in (member, f"Not{member}") if name in given]
    if len(has) != 1:
        what = f"both {member} and Not{member}" if has else f"neither {member} nor Not{member}"
        raise _malformed_error(at, f"A statement has {what}, and needs one of them")
    return has[0]


def _texts(given: Any, at: str, *, scalars: bool = False) -> list[str]:
    listed = given if isinstance(given, list) else [given]
    if scalars:
        listed = [_write_scalar(one) for one in listed]
    if not all(isinstance(one, str) for one in listed):
        raise _malformed_error(at, "A value is no text")
    return listed


def _write_scalar(given: Any) -> Any:
    if isinstance(given, bool):
        return "true" if given else "false"
    return f"{given}" if isinstance(given, int | float) else given


def _read_principals(given: Any, at: str) -> Iterator[tuple[str, str]]:
    if given == "*":
        yield "AWS", "*"
        return
    if not isinstance(given, dict):
        raise _malformed_error(at, 'Principals are "*" or an object of AWS, Service, Federated or CanonicalUser')
    for kind, ids in given.items():
        if kind not in _KINDS:
            raise _malformed_error(at, f"{kind[:80]!r} is no kind of principal")
        listed: Sequence[str] = _texts(ids, f"{at}/{kind}")
        yield from ((kind, one) for one in listed)
