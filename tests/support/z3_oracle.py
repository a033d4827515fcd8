"""Policies of the small world as formulas of z3 over all texts, in the ordinary reading: what a solver says of them.

It shares the shapes of principals, resources and actions with the procedure, and nothing of how that decides. What
has no formula raises NotEncodedError: variables amid wildcards, and principals of which nobody can tell who they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import ip_network
from typing import Any

import z3

from tests.support.small_world import OURS
from tests.support.z3_texts import COLONS, NAME, NotEncodedError, is_field, language, regex, rest_of
from vpce_guard.decisions.reach import shapes
from vpce_guard.decisions.reach.document import ConditionTest, EndpointPolicy, PolicyStatement
from vpce_guard.decisions.reach.principals import TYPES, parse_identity
from vpce_guard.decisions.reach.templates import Template, Variable, Wildcard
from vpce_guard.decisions.reach.values import parse_instant, parse_number

_NUMERIC, _TEXTS = ("Numeric", "Date"), ("StringEquals", "StringLike", "BinaryEquals")
_VERSIONS = (4, 6)
_ORGANISATIONS = {"aws:principalorgid", "aws:resourceorgid"}


class Key:
    """A condition key: whether it is there, and its value as a text, a number or an address."""

    def __init__(self, name: str) -> None:
        self.there = z3.Bool(f"{name} is there")
        self.text = z3.String(name)
        self.is_number, self.number = z3.Bool(f"{name} is a number"), z3.Real(f"{name} as a number")
        self.version, self.address = z3.Int(f"{name} as a version"), z3.Int(f"{name} as an address")


class SolverWorld:
    """Everything there can be in a request, and what of it policies ask for."""

    def __init__(self, policies: Sequence[EndpointPolicy]) -> None:
        tests = [test for policy in policies for s in policy.statements for test in s.tests]
        self._lengths = {test.key: sum(one.key == test.key for one in tests) + 1 for test in tests}
        self.kind, self.type = z3.String("kind"), z3.String("type")
        self.action, self.resource = z3.String("action"), z3.String("resource")
        self.arn, self.account, self.session = z3.String("arn"), z3.String("account"), z3.String("session")
        self.service, self.user = z3.String("service"), z3.String("user")
        self.owner = z3.String("owner")
        named = {key for policy in policies for key in policy.keys}
        self._keys = {key: Key(key) for key in sorted(named | _ORGANISATIONS | {"aws:resourceaccount"})}
        self._members = {
            test.key: [Key(f"{test.key} {n}") for n in range(self._lengths[test.key])]
            for test in tests
            if test.operator.quantifier
        }
        self.limits = [*self._limit_principal(), *self._limit_resource(), *self._limit_keys()]
        if "aws:resourceaccount" in named or len(named & _ORGANISATIONS) == 2:
            self.limits += self._limit_owner()

    def allows(self, policy: EndpointPolicy) -> Any:
        """That a policy allows the request."""
        allowed, denied = ([self._matches(s) for s in part] for part in (policy.allows, policy.denies))
        return z3.And(z3.Or(allowed), z3.Not(z3.Or(denied)))

    def is_principal_outside(self) -> Any:
        """That the principal is outside the organisation o-1 with one account, and no service."""
        organisation = self._keys["aws:principalorgid"]
        inside = z3.And(organisation.there, organisation.text == "o-1")
        return z3.And(self.kind != "service", z3.Not(inside), z3.Or(self.kind == "anonymous", self.account != OURS))

    def is_resource_outside(self) -> Any:
        """That the resource is one outside, which a caller asks for that is no service."""
        account, organisation = self._keys["aws:resourceaccount"], self._keys["aws:resourceorgid"]
        inside = z3.Or(account.text == OURS, z3.And(organisation.there, organisation.text == "o-1"))
        owned = z3.And(self.resource != "*", account.there, *self._limit_owner())
        return z3.And(self.kind != "service", owned, z3.Not(inside))

    def _limit_principal(self) -> Iterable[Any]:
        account = self.kind == "account"
        yield z3.Or([self.kind == one for one in ("anonymous", "service", "account")])
        yield z3.Implies(self.kind == "service", z3.InRe(self.service, language(shapes.SERVICES)))
        yield z3.InRe(self.account, language(shapes.ACCOUNTS))
        yield z3.InRe(self.session, NAME)
        yield z3.Implies(account, z3.Or([self.type == name for name in TYPES.values()]))
        service = z3.If(self.type == TYPES["federated-user"], z3.StringVal(":sts::"), z3.StringVal(":iam::"))
        partition, rest = z3.String("partition"), z3.String("rest of the ARN")
        pieces = [z3.StringVal("arn:aws"), partition, service, self.account, z3.StringVal(":"), rest]
        yield z3.Implies(account, z3.And(is_field(partition), self.arn == z3.Concat(*pieces)))
        for kind, name in TYPES.items():
            yield z3.Implies(z3.And(account, self.type == name), z3.InRe(rest, rest_of(kind)))
        if "aws:username" in self._keys:
            user = z3.And(account, self.type == TYPES["user"])
            yield z3.Implies(user, z3.And(z3.InRe(self.user, NAME), z3.SuffixOf(z3.Concat("/", self.user), rest)))

    def _limit_resource(self) -> Iterable[Any]:
        yield z3.InRe(self.action, language(shapes.ACTIONS))
        yield z3.InRe(self.resource, language(shapes.RESOURCES))

    def _limit_owner(self) -> Iterable[Any]:
        """Of a resource's account and its organisation."""
        account = self._keys["aws:resourceaccount"]
        with_account = z3.InRe(self.resource, language(shapes.WITH_ACCOUNT))
        yield z3.Implies(self.resource != "*", account.there)
        yield z3.Implies(account.there, z3.InRe(account.text, language(shapes.ACCOUNTS)))
        parts = [z3.String(f"part {number}") for number in range(4)]
        pieces = [piece for part in parts[:3] for piece in (part, z3.StringVal(":"))]
        whole = z3.Concat(z3.StringVal("arn:"), *pieces, account.text, z3.StringVal(":"), parts[3])
        yield z3.Implies(with_account, z3.And(self.resource == whole, *(is_field(part) for part in parts[:3])))
        one, other = self._keys["aws:principalorgid"], self._keys["aws:resourceorgid"]
        same = z3.And(self.kind == "account", account.there, account.text == self.account)
        yield z3.Implies(z3.And(same, one.there, other.there), one.text == other.text)

    def _limit_keys(self) -> Iterable[Any]:
        for name, key in self._keys.items():
            if name in ("aws:sourcevpce",):
                yield key.there
            if name.startswith(("aws:principaltag/", "aws:principalorgid")):
                yield z3.Implies(key.there, self.kind == "account")
            if name.startswith("aws:") and "tag/" not in name:
                yield z3.Implies(key.there, key.text != "")
        for members in self._members.values():
            yield from (z3.Implies(member.there, member.text != "") for member in members)

    def _matches(self, statement: PolicyStatement) -> Any:
        actions = z3.Or([z3.InRe(self.action, regex(value)) for value in statement.actions])
        resources = z3.Or([self._is_resource(value) for value in statement.resources])
        principals = z3.Or([self._is_named(*entry) for entry in statement.principals])
        return z3.And(
            actions != statement.not_action,
            resources != statement.not_resource,
            principals != statement.not_principal,
            *(self._holds(test) for test in statement.tests),
        )

    def _is_resource(self, value: Template) -> Any:
        if _variable_of(value) is None and any(isinstance(piece, Variable) for piece in value):
            return self._equals_text(value, self.resource)
        return z3.InRe(self.resource, regex(value, by_part=value.count(":") >= COLONS))

    def _is_named(self, kind: str, text: str) -> Any:
        if (kind, text) == ("AWS", "*"):
            return z3.BoolVal(True)
        if kind == "Service":
            return z3.And(self.kind == "service", self.service == text)
        identity = parse_identity(text) if kind == "AWS" else None
        if identity is None:
            raise NotEncodedError("nobody can tell whom a principal names")
        found = [self.kind == "account", self.account == identity.account]
        if identity.partition is not None:
            found.append(z3.PrefixOf(f"arn:{identity.partition}:", self.arn))
        if identity.kind == "session":
            role, session = identity.name.split("/")
            found += [self.type == TYPES["role"], self.session == session, z3.SuffixOf(f"/{role}", self.arn)]
        elif identity.kind != "account":
            found += [self.type == TYPES[identity.kind], self.arn == text]
        return z3.And(found)

    def _holds(self, test: ConditionTest) -> Any:
        operator = test.operator
        there, match = self._find_key(test)
        if operator.base == "Null":
            return z3.Or([z3.Not(there) if text.lower() == "true" else there for text in test.texts])
        if operator.quantifier:
            members = self._members[test.key]
            holds = [match(member.text) != operator.negated for member in members]
            if operator.quantifier == "all":
                return z3.And([z3.Implies(one.there, held) for one, held in zip(members, holds, strict=True)])
            found = z3.Or([z3.And(one.there, held) for one, held in zip(members, holds, strict=True)])
            return z3.Or(found, z3.Not(there)) if operator.if_exists else found
        return z3.If(there, match(None) != operator.negated, z3.BoolVal(operator.when_absent))

    def _find_key(self, test: ConditionTest) -> tuple[Any, Any]:
        """Whether a key is there, and what says of its text, or of the one that is given, that it is as wanted."""
        if test.key in self._members:
            return z3.Or([one.there for one in self._members[test.key]]), lambda text: self._is_wanted(test, text)
        there, text = self._text_of(test.key)
        base = test.operator.base
        if base.startswith(_NUMERIC) or base == "IpAddress":
            return there, lambda _: _compare(base, self._keys[test.key], test.texts)
        return there, lambda _: self._is_wanted(test, text)

    def _text_of(self, key: str) -> tuple[Any, Any]:
        account, service, anonymous = (self.kind == one for one in ("account", "service", "anonymous"))
        if key == "aws:principalarn":
            return account, self.arn
        if key == "aws:principalaccount":
            return z3.Not(service), z3.If(anonymous, z3.StringVal("anonymous"), self.account)
        if key == "aws:principalisawsservice":
            return z3.Not(anonymous), z3.If(service, z3.StringVal("true"), z3.StringVal("false"))
        if key == "aws:username":
            return z3.And(account, self.type == TYPES["user"]), self.user
        found = self._keys[key]
        if key == "aws:principaltype":
            kind = z3.If(anonymous, z3.StringVal("Anonymous"), z3.If(account, self.type, found.text))
            return z3.Or(z3.Not(service), found.there), kind
        return found.there, found.text

    def _is_wanted(self, test: ConditionTest, text: Any) -> Any:
        base = test.operator.base
        if base in ("Bool", "StringEqualsIgnoreCase"):
            if any(isinstance(piece, Variable) for value in test.values for piece in value):
                raise NotEncodedError("a variable is compared without regard to capitals")
            return z3.Or([z3.InRe(text, regex(value, ignore_case=True)) for value in test.values])
        return z3.Or([self._equals(base, value, text) for value in test.values])

    def _equals(self, base: str, value: Template, text: Any) -> Any:
        if any(isinstance(piece, Variable) for piece in value):
            return self._equals_text(value, text)
        if base not in (*_TEXTS, "ArnLike"):
            raise NotEncodedError(base)
        return z3.InRe(text, regex(value, by_part=base == "ArnLike"))

    def _equals_text(self, value: Template, text: Any) -> Any:
        """That a text is a value with variables and without wildcards."""
        needed, pieces = [], [z3.StringVal("")]
        for piece in value:
            if isinstance(piece, Wildcard):
                raise NotEncodedError("a variable stands beside a wildcard")
            if isinstance(piece, Variable):
                there, found = self._text_of(piece.key)
                if piece.default is None:
                    needed.append(there)
                pieces.append(found if piece.default is None else z3.If(there, found, z3.StringVal(piece.default)))
            else:
                pieces.append(z3.StringVal(piece))
        return z3.And(*needed, text == z3.Concat(*pieces, z3.StringVal("")))


def _variable_of(value: Template) -> Variable | None:
    return value[0] if len(value) == 1 and isinstance(value[0], Variable) else None


def _compare(base: str, key: Key, texts: Iterable[str]) -> Any:
    if base == "IpAddress":
        networks = [ip_network(text, strict=False) for text in texts]
        within = [
            z3.And(key.version == n.version, key.address >= int(n[0]), key.address <= int(n[-1])) for n in networks
        ]
        return z3.And(z3.Or([key.version == one for one in _VERSIONS]), z3.Or(within))
    parse, order = (parse_number, base[7:]) if base.startswith("Numeric") else (parse_instant, base[4:])
    bounds = [z3.RealVal(str(parse(text))) for text in texts]
    orders = {
        "Equals": lambda bound: key.number == bound,
        "LessThan": lambda bound: key.number < bound,
        "LessThanEquals": lambda bound: key.number <= bound,
        "GreaterThan": lambda bound: key.number > bound,
        "GreaterThanEquals": lambda bound: key.number >= bound,
    }
    return z3.And(key.is_number, z3.Or([orders[order](bound) for bound in bounds]))
