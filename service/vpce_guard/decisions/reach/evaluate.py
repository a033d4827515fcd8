"""What a policy says of one request, as AWS documents its evaluation; None where the documents leave it open.

Plain on purpose, and without anything of the procedure that looks at all requests: it checks what that one claims.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from vpce_guard.decisions.reach.answers import ANONYMOUS, AccessRequest
from vpce_guard.decisions.reach.document import ConditionTest, EndpointPolicy, PolicyStatement
from vpce_guard.decisions.reach.principals import TYPES, Identity, is_service, parse_identity, role_name
from vpce_guard.decisions.reach.templates import Template, Variable, Wildcard, fill_in
from vpce_guard.decisions.reach.values import compare, is_typed

Truth = bool | None
Context = Mapping[str, tuple[str, ...]]


class Reading(NamedTuple):
    """What AWS's documents leave open, settled in one way.

    `star_crosses`: a star that ends a part of the ARN of a Resource also takes in colons. `listed_alone`: NotPrincipal
    spares a user, role or session that it names without its account. `any_if_exists`: ForAnyValue with IfExists holds
    where the key is absent.
    """

    star_crosses: bool = False
    listed_alone: bool = True
    any_if_exists: bool = True


def readings_of(policies: Iterable[EndpointPolicy]) -> list[Reading]:
    """The readings under which these policies may differ; the first is the ordinary one."""
    statements = [statement for policy in policies for statement in policy.statements]
    crossing = any(_has_early_wildcard(value) for s in statements for value in s.resources)
    listing = any(s.not_principal for s in statements)
    exists = any(t.operator.quantifier == "any" and t.operator.if_exists for s in statements for t in s.tests)
    ways = ((False, True) if crossing else (False,), (True, False) if listing else (True,))
    return [Reading(*way) for way in product(*ways, (True, False) if exists else (True,))]


def _has_early_wildcard(value: Template) -> bool:
    colons = [place for place, piece in enumerate(value) if piece == ":"]
    return len(colons) >= 5 and any(isinstance(piece, Wildcard) for piece in value[: colons[4]])


class PolicyEvaluator:
    """Evaluates requests against one policy."""

    def __init__(self, policy: EndpointPolicy) -> None:
        self._policy = policy
        self._readings = readings_of([policy])

    def evaluate(self, request: AccessRequest) -> Truth:
        """Whether the policy allows a request; None where that depends on what nobody documents or knows.

        The request carries all its keys: derive_keys() gives those that follow from its principal.
        """
        context = {**derive_keys(request.principal), **_normalise(request.context)}
        answers = {RequestEvaluation(reading, request, context).allows(self._policy) for reading in self._readings}
        return answers.pop() if len(answers) == 1 else None


def evaluate(policy: EndpointPolicy, request: AccessRequest) -> Truth:
    """As PolicyEvaluator.evaluate(), for one request."""
    return PolicyEvaluator(policy).evaluate(request)


def derive_keys(principal: str) -> Context:
    """The keys of a request that follow from its principal alone, in small letters."""
    if principal == ANONYMOUS:
        return {"aws:principalaccount": ("anonymous",), "aws:principaltype": ("Anonymous",)}
    if is_service(principal):
        return {"aws:principalisawsservice": ("true",), "aws:principalservicename": (principal,)}
    identity = parse_identity(principal)
    if identity is None:
        return {}
    kind = {"account": "root", "session": "role"}.get(identity.kind, identity.kind)
    arn = principal
    if identity.kind == "session":
        arn = f"arn:{identity.partition}:iam::{identity.account}:role/{identity.name.split('/')[0]}"
    name = {"aws:username": (role_name(identity.name),)} if kind == "user" else {}
    return {
        **name,
        "aws:principalarn": (arn,),
        "aws:principalaccount": (identity.account,),
        "aws:principalisawsservice": ("false",),
        "aws:principaltype": (TYPES[kind],),
    }


def _normalise(context: Mapping[str, str | tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {key.lower(): (value,) if isinstance(value, str) else tuple(value) for key, value in context.items()}


def all_true(truths: Iterable[Truth]) -> Truth:
    """False where one is false, else None where one is open."""
    answer: Truth = True
    for truth in truths:
        if truth is False:
            return False
        answer = None if truth is None else answer
    return answer


def any_true(truths: Iterable[Truth]) -> Truth:
    """True where one is true, else None where one is open."""
    return negate(all_true(negate(truth) for truth in truths))


def negate(truth: Truth) -> Truth:
    """The opposite; what is open stays so."""
    return None if truth is None else not truth


class RequestEvaluation(NamedTuple):
    """One request in one reading, whose `context` has the keys that follow from its principal, too."""

    reading: Reading
    request: AccessRequest
    context: Context

    def allows(self, policy: EndpointPolicy) -> Truth:
        """Whether a policy allows it."""
        denied = any_true(self._matches(statement) for statement in policy.denies)
        return all_true([negate(denied), any_true(self._matches(statement) for statement in policy.allows)])

    def _matches(self, statement: PolicyStatement) -> Truth:
        return all_true(self._parts(statement))

    def _parts(self, statement: PolicyStatement) -> Iterator[Truth]:
        yield self.has_action(statement)
        yield self.has_resource(statement)
        yield self.has_principal(statement)
        for test in statement.tests:
            yield self.holds(test)

    def has_action(self, statement: PolicyStatement) -> bool:
        """Whether a statement is about its action."""
        action = self.request.action.lower()
        return any(fits(value, action) for value in statement.actions) != statement.not_action

    def has_resource(self, statement: PolicyStatement) -> bool:
        """Whether a statement is about its resource."""
        return any(self._is_resource(value) for value in statement.resources) != statement.not_resource

    def has_principal(self, statement: PolicyStatement) -> Truth:
        """Whether a statement is about who asks."""
        return self._spares_not(statement) if statement.not_principal else self._is_named(statement)

    def _is_resource(self, value: Template) -> bool:
        pieces = fill_in(value, self._find)
        if pieces is None:
            return False
        if self.reading.star_crosses or pieces.count(":") < 5:
            return fits(pieces, self.request.resource)
        return fits_by_part(pieces, self.request.resource)

    def _find(self, variable: Variable) -> str | None:
        values = self.context.get(variable.key, ())
        return values[0] if len(values) == 1 else variable.default

    def _is_named(self, statement: PolicyStatement) -> Truth:
        return any_true(self._names(kind, text) for kind, text in statement.principals)

    def _names(self, kind: str, text: str) -> Truth:
        """Whether an entry of Principal names who asks."""
        caller = self.request.principal
        if (kind, text) == ("AWS", "*"):
            return True
        if kind == "Service":
            return is_service(caller) and text in ("*", caller)
        if is_service(caller):
            return False
        if kind == "Federated":
            return None
        if caller == ANONYMOUS:
            return False
        named, asking = parse_identity(text) if kind == "AWS" else None, parse_identity(caller)
        if named is None or asking is None:
            return None  # a canonical user, the id of an identity, or a pattern
        if named.account != asking.account or named.partition not in (None, asking.partition):
            return False
        return named.kind == "account" or self._is_same(named, asking)

    def _is_same(self, named: Identity, asking: Identity) -> bool:
        if (named.kind, asking.kind) == ("role", "session"):
            arn = self.context.get("aws:principalarn", ("",))[0]
            role = parse_identity(arn)
            path = role.name if role is not None else named.name
            return role_name(named.name) == asking.name.split("/")[0] and path == named.name
        return (named.kind, named.name) == (asking.kind, asking.name)

    def _spares_not(self, statement: PolicyStatement) -> Truth:
        """Whether NotPrincipal leaves who asks in: it names neither them, nor their role, nor their account."""
        entries = statement.principals
        if self.reading.listed_alone:
            return negate(self._is_named(statement))
        asking = parse_identity(self.request.principal)
        if asking is None:
            return negate(self._is_named(statement))
        needed: list[Truth] = []
        kinds = {"account": ("account",), "session": ("account", "role", "session")}
        for kind in kinds.get(asking.kind, ("account", asking.kind)):
            needed.append(any_true(self._names(*entry) for entry in entries if _is_entry_of(entry, kind)))
        return negate(any_true([("AWS", "*") in entries, all_true(needed)]))

    def holds(self, test: ConditionTest) -> Truth:
        """Whether a condition holds."""
        operator, values = test.operator, self.context.get(test.key, ())
        if operator.base == "Null":
            return any((text.lower() == "true") == (not values) for text in test.texts)
        if not values or (operator.quantifier and values == ("",)):
            return self._without_key(test)
        matches = [self._equals(test, value) != operator.negated for value in values]
        if operator.quantifier == "all":
            return all(matches)
        if operator.quantifier == "any" or len(matches) == 1:
            return any(matches)
        return None  # several values without a set operator

    def _without_key(self, test: ConditionTest) -> bool:
        if test.operator.quantifier == "any" and test.operator.if_exists:
            return self.reading.any_if_exists
        return test.operator.when_absent

    def _equals(self, test: ConditionTest, value: str) -> bool:
        base = test.operator.base
        if is_typed(base):
            return any(compare(base, value, text) for text in test.texts)
        for template in test.values:
            pieces = fill_in(template, self._find)
            if pieces is not None and compare_text(base, value, pieces):
                return True
        return False


def _is_entry_of(entry: tuple[str, str], kind: str) -> bool:
    identity = parse_identity(entry[1]) if entry[0] == "AWS" else None
    return identity is None or identity.kind == kind


def compare_text(base: str, value: str, pieces: Sequence[str | Wildcard]) -> bool:
    """Whether a value of a request is as a string or ARN operator wants it."""
    if base == "ArnLike":
        return fits_by_part(pieces, value)
    if base == "StringEqualsIgnoreCase":
        return fits([piece.lower() if isinstance(piece, str) else piece for piece in pieces], value.lower())
    return fits(pieces, value)


def fits_by_part(pieces: Sequence[str | Wildcard], text: str) -> bool:
    """Whether a text fits a pattern of an ARN in each of its six parts, which colons part."""
    parts, rest = text.split(":", 5), list(pieces)
    if len(parts) < 6 or rest.count(":") < 5:
        return False
    for part in parts[:5]:
        colon = rest.index(":")
        if not fits(rest[:colon], part):
            return False
        rest = rest[colon + 1 :]
    return fits(rest, parts[5])


def fits(pieces: Sequence[object], text: str) -> bool:
    """Whether a text fits a pattern."""
    places = {0}
    for piece in pieces:
        if piece is Wildcard.MANY:
            places = set(range(min(places), len(text) + 1)) if places else places
        else:
            places = {p + 1 for p in places if p < len(text) and (piece is Wildcard.ONE or text[p] == piece)}
    return len(text) in places
