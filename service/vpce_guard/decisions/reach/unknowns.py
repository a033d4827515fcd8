"""What statements ask of the unknowns of a request, in one setting: the kinds of its principal and its resource."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache

from vpce_guard.decisions.reach import shapes
from vpce_guard.decisions.reach.clock import Clock
from vpce_guard.decisions.reach.document import ConditionTest, EndpointPolicy, PolicyStatement
from vpce_guard.decisions.reach.key_uses import find_many_keys, find_mixed_keys
from vpce_guard.decisions.reach.keys import (
    MULTIVALUED,
    Lift,
    LiftPattern,
    Setting,
    bounds_of,
    find_place,
)
from vpce_guard.decisions.reach.languages import EVERYTHING, NOTHING, Language, Pattern, spell
from vpce_guard.decisions.reach.operators import Quantifier
from vpce_guard.decisions.reach.patterns import make_patterns, make_resource_patterns
from vpce_guard.decisions.reach.principals import TYPES, parse_identity
from vpce_guard.decisions.reach.spaces import Absence, Atom, Bounds, Space, TypedValues, Values, make_space
from vpce_guard.decisions.reach.templates import Template, Variable, Wildcard, variables_in
from vpce_guard.decisions.reach.values import is_typed
from vpce_guard.decisions.reach.words import Languages

Element = Atom | bool  # of a conjunction
_TYPE, _NAME = "aws:principaltype", "aws:username"


class Unknowns:
    """The unknowns of a request in one setting, and what statements ask of them."""

    def __init__(
        self,
        setting: Setting,
        policies: Sequence[EndpointPolicy],
        prefixes: Collection[str],
        languages: Languages,
        clock: Clock,
    ) -> None:
        """`prefixes` are those of the actions of the endpoint's service; none where the service is not known.

        Raises OutOfTimeError.
        """
        self.setting = setting
        self.named = {key for policy in policies for key in policy.keys}
        self._prefixes = prefixes
        self._pins = dict(setting.pins)
        self.many = find_many_keys(policies)
        self._mixed = find_mixed_keys(policies, self.many)
        self._languages = languages
        self._atoms: dict[object, Atom] = {}
        self._open: dict[object, str] = {}
        self._spaces: dict[str, Space] = {}
        self._boxes: dict[int, list[Element]] = {}
        for statement in (statement for policy in policies for statement in policy.statements):
            clock.check(self._cost_of(statement))
            self._boxes[id(statement)] = self._encode(statement)
        self.pinned = [element for key, value in setting.pins for element in self.make_equal(key, value)]

    def _cost_of(self, statement: PolicyStatement) -> int:
        """The steps of encoding it, which is little where it was encoded in another setting."""
        is_new = id(statement) not in self._languages.known
        self._languages.known.add(id(statement))
        return 10 + 15 * len(statement.tests) + (statement.size * 3 // 2 if is_new or statement.has_variables else 0)

    def box(self, statement: PolicyStatement) -> list[Element]:
        """What has to hold of a request for a statement to match it."""
        return self._boxes[id(statement)]

    def space(self, unknown: str) -> Space:
        """The space of an unknown, with all atoms that were made so far."""
        if unknown not in self._spaces:
            atoms = [atom for atom in self._atoms.values() if atom.unknown == unknown]
            bounds = bounds_of(unknown, self.setting, self._prefixes) or self._bounds_of_key(unknown)
            self._spaces[unknown] = make_space(atoms, bounds, self._languages)
        return self._spaces[unknown]

    def make_among(self, key: str, texts: Iterable[str]) -> Element:
        """That a key has one of some values."""
        language = _make_words(tuple(texts))
        return self._of_key(key, language, language)

    def make_equal(self, key: str, value: str | Absence) -> list[Element]:
        """That a key has a value, or is absent."""
        return [self.make_among(key, [value]) if isinstance(value, str) else self._presence(key, absent=True)]

    def make_fitting(self, unknown: str, patterns: Iterable[Pattern]) -> Atom:
        """That the principal, resource or action fits one of some patterns."""
        language = self._languages.make(patterns)
        return self._atom(unknown, language, language)

    def _encode(self, statement: PolicyStatement) -> list[Element]:
        return [
            self._encode_principals(statement),
            self._encode_named("action", statement.actions, negated=statement.not_action),
            self._encode_named("resource", statement.resources, negated=statement.not_resource),
            *(self._encode_test(test) for test in statement.tests),
        ]

    def _encode_named(self, unknown: str, values: Sequence[Template], *, negated: bool) -> Element:
        if (Wildcard.MANY,) in values:
            return not negated
        crosses = unknown == "action" or self.setting.reading.star_crosses
        fitting, certain = self._make_both(
            (unknown, crosses, id(values)), values, lambda: make_resource_patterns(values, self._find, crosses=crosses)
        )
        return self._atom(unknown, fitting, certain, negated=negated)

    def _encode_principals(self, statement: PolicyStatement) -> Element:
        entries, negated, kind = statement.principals, statement.not_principal, self.setting.principal
        if ("AWS", "*") in entries or (kind == "service" and ("Service", "*") in entries):
            return not negated
        if kind == "service":
            certain = self._languages.make(spell(text) for of, text in entries if of == "Service")
            return self._atom("principal", certain, certain, negated=negated)
        if kind == "anonymous":
            unclear = [entry for entry in entries if entry[0] == "Federated"]
            return self._make_unsettled(("federated", *unclear), negated=negated) if unclear else negated
        identities = [one for of, text in entries if of == "AWS" and (one := parse_identity(text)) is not None]
        is_clear = len(identities) == sum(of != "Service" for of, _ in entries)
        patterns = [pattern for one in identities for pattern in shapes.patterns_of(one)]
        if negated and not self.setting.reading.listed_alone:
            patterns = shapes.patterns_spared(identities)
        certain = self._languages.make(patterns)
        return self._atom("principal", certain if is_clear else EVERYTHING, certain, negated=negated)

    def _encode_test(self, test: ConditionTest) -> Element:
        operator, key = test.operator, test.key
        if operator.base == "Null":
            wanted = {text.lower() for text in test.texts}
            return bool(wanted) if len(wanted) != 1 else self._presence(key, absent="true" in wanted)
        when_absent = operator.when_absent
        if operator.quantifier == "any" and operator.if_exists:
            when_absent = self.setting.reading.any_if_exists
        several = key in self.many or key in MULTIVALUED
        values, certain = self._values(test)
        is_free = isinstance(find_place(key, self.setting, self.named), Bounds)
        if is_free and (
            (operator.quantifier == "" and several) or (isinstance(values, TypedValues) and key in self._mixed)
        ):
            return self._make_unsettled(test, negated=False)
        over = operator.quantifier if several else ""
        return self._of_key(key, values, certain, negated=operator.negated, when_absent=when_absent, over=over)

    def _values(self, test: ConditionTest) -> tuple[Values, Values]:
        base = test.operator.base
        if base == "Bool" and test.key in self._mixed:
            base = "StringEqualsIgnoreCase"
        if is_typed(base):
            typed = TypedValues(base, test.texts)
            return typed, typed
        return self._make_both((base, id(test)), test.values, lambda: make_patterns(base, test.values, self._find))

    def _make_both(
        self, key: object, values: Iterable[Template], make: Callable[[], tuple[list[Pattern], list[Pattern]]]
    ) -> tuple[Language, Language]:
        """The languages of the patterns that values may and surely do stand for.

        They are the same in all settings, but for those with policy variables.
        """

        def make_languages() -> tuple[Language, Language]:
            fitting, certain = make()
            return self._languages.make(fitting), self._languages.make(certain)

        has_variables = any(variables_in(value) for value in values)
        return make_languages() if has_variables else self._languages.keep(key, make_languages)

    def _of_key(
        self,
        key: str,
        values: Values,
        certain: Values,
        *,
        negated: bool = False,
        when_absent: bool = False,
        over: Quantifier = "",
    ) -> Element:
        """That a key has a value among some, or that its place settles that."""
        place = find_place(key, self.setting, self.named)
        if key in (_TYPE, _NAME) and self.setting.principal == "account":
            return self._of_principal(key, values, certain, negated=negated, when_absent=when_absent)
        if isinstance(place, Absence):
            return when_absent
        if isinstance(place, str):
            may, surely = values.takes(place), certain.takes(place)
            return may != negated if may == surely else self._make_unsettled((key, values, certain), negated=negated)
        if isinstance(place, Bounds):
            return self._atom(key, values, certain, negated=negated, when_absent=when_absent, over=over)
        if isinstance(values, TypedValues) or isinstance(certain, TypedValues):
            return self._make_unsettled((key, values, negated, when_absent), negated=False)
        absent = when_absent and not place.is_there
        lifted, sure = self._lift(place, values), self._lift(place, certain)
        return self._atom(place.unknown, lifted, sure, negated=negated, when_absent=absent)

    def _of_principal(self, key: str, values: Values, certain: Values, *, negated: bool, when_absent: bool) -> Element:
        """That a key which follows from what sort of principal of an account it is has a value among some."""
        if key == _NAME and isinstance(values, Language) and isinstance(certain, Language) and when_absent == negated:
            made = [
                self._languages.make(shape for pattern in among.patterns for shape in shapes.users_named(pattern))
                for among in (values, certain)
            ]
            return self._atom("principal", made[0], made[1], negated=negated)
        if key == _NAME:
            return self._make_unsettled((key, values, negated, when_absent), negated=False)
        made = [
            self._languages.make(
                shape for kind, name in TYPES.items() if among.takes(name) for shape in shapes.shapes_of(kind)
            )
            for among in (values, certain)
        ]
        return self._atom("principal", made[0], made[1], negated=negated)

    def _presence(self, key: str, *, absent: bool) -> Element:
        place = find_place(key, self.setting, self.named)
        if key == _TYPE and self.setting.principal == "account":
            return not absent
        if key == _NAME and self.setting.principal == "account":
            users = self._languages.make(shapes.shapes_of("user"))
            return self._atom("principal", users, users, negated=absent)
        if isinstance(place, Absence):
            return absent
        if isinstance(place, str) or (isinstance(place, Lift) and place.is_there):
            return not absent
        unknown = place.unknown if isinstance(place, Lift) else key
        return self._atom(unknown, NOTHING, NOTHING, when_absent=absent, over="presence")

    def _lift(self, place: Lift, language: Language) -> Language:
        if language.is_constant:
            return _lift_constant(place.pattern, language)
        return self._languages.keep(
            (place.pattern, language), lambda: self._languages.make(_lift_patterns(place.pattern, language))
        )

    def _make_unsettled(self, content: object, *, negated: bool) -> Atom:
        """Something of which nobody can tell, the same wherever it stands."""
        unknown = self._open.setdefault(content, f"?{len(self._open)}")
        if self.setting.careful:
            return self._atom(unknown, EVERYTHING, NOTHING)  # swapped: neither that it holds nor that it does not
        return self._atom(unknown, _TRUE, _TRUE, negated=negated)

    def _atom(
        self,
        unknown: str,
        values: Values,
        certain: Values,
        *,
        negated: bool = False,
        when_absent: bool = False,
        over: str = "",
    ) -> Atom:
        if self.setting.careful:
            values, certain = certain, values
        key = (unknown, values, certain, negated, when_absent, over or "one")
        found = self._atoms.get(key)
        if found is None:
            found = self._atoms[key] = Atom(*key)  # type: ignore[arg-type]
            self._spaces.pop(unknown, None)  # what it knew did not know this one
        return found

    def _find(self, variable: Variable) -> str | Absence | None:
        """The value of a policy variable; None where the case does not settle it."""
        place = self._pins.get(variable.key)
        if place is None and variable.key not in (_TYPE, _NAME):
            found = find_place(variable.key, self.setting, self.named)
            place = found if isinstance(found, str | Absence) else None
        if isinstance(place, Absence) and variable.default is not None:
            return variable.default
        return place

    def _bounds_of_key(self, unknown: str) -> Bounds:
        if unknown.startswith("?"):
            return Bounds(may_lack=False)
        place = find_place(unknown, self.setting, self.named)
        bounds = place if isinstance(place, Bounds) else Bounds()
        return bounds._replace(within=shapes.TEXTS) if unknown in self.many else bounds


_TRUE = Language([spell("true")])


@lru_cache(maxsize=128)
def _make_words(texts: tuple[str, ...]) -> Language:
    """The language of some texts, such as the accounts of an organisation, which are the same for many policies."""
    return Language(map(spell, texts), is_constant=True)


@lru_cache(maxsize=128)
def _lift_constant(lift: LiftPattern, language: Language) -> Language:
    return Language(_lift_patterns(lift, language), is_constant=True)


def _lift_patterns(lift: LiftPattern, language: Language) -> list[Pattern]:
    return [lifted for pattern in language.patterns if (lifted := lift(pattern)) is not None]
