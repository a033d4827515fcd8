"""Whether accounts that nobody names are all alike to policies, so that one of them can stand for all.

They are where swapping two of them, wherever a request has them, changes no condition: where values name whole accounts
or any, and a policy variable stands for an account alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import chain

from vpce_guard.decisions.reach.document import EndpointPolicy
from vpce_guard.decisions.reach.templates import Template, Variable, Wildcard, variables_in
from vpce_guard.decisions.reach.values import is_typed

KEYS = frozenset({"aws:principalaccount", "aws:resourceaccount"})
_ACCOUNT_ID = re.compile(r"(?<!\d)\d{12}(?!\d)", re.ASCII)
_PART_OF_ONE = re.compile(r"(^|[:*?])\d+[*?]|[*?]\d+($|[:*?])", re.ASCII)  # digits beside a wildcard, as in 1111*
_FIELD = 4  # colons before the account of an ARN


def find_accounts(policies: Sequence[EndpointPolicy], texts: Collection[str]) -> list[str]:
    """The accounts that policies and other texts name."""
    return sorted({name for text in (*_texts_of(policies), *texts) for name in _ACCOUNT_ID.findall(text)})


def are_alike(key: str, together: Collection[str], policies: Sequence[EndpointPolicy], texts: Collection[str]) -> bool:
    """Whether a value of a key for each account that is named, and one more, tell all that policies tell apart.

    `together` are the keys whose values hang together with that of the key, `texts` what questions name.
    """
    if any(_PART_OF_ONE.search(text) for text in (*_texts_of(policies), *texts)):
        return False
    for statement in (statement for policy in policies for statement in policy.statements):
        if not all(_is_field(value) for value in statement.resources if _names(key, value)):
            return False
        for test in statement.tests:
            if test.key in together and (is_typed(test.operator.base) or test.operator.quantifier):
                return False
            is_text = test.operator.base in ("StringEquals", "StringLike")
            if any(_names(key, value) and not (is_text and _is_whole(value)) for value in test.values):
                return False
    return True


def _names(key: str, value: Template) -> bool:
    return any(variable.key == key for variable in variables_in(value))


def _is_whole(value: Template) -> bool:
    return len(value) == 1 and isinstance(value[0], Variable) and value[0].default is None


def _is_field(value: Template) -> bool:
    """Whether the one variable of an ARN is its account."""
    places = [place for place, piece in enumerate(value) if isinstance(piece, Variable)]
    [place] = places if len(places) == 1 else [0]
    return (
        place > 0
        and value[:place].count(":") == _FIELD
        and value[place - 1 : place + 2] == (":", value[place], ":")
        and _is_whole((value[place],))
    )


def _texts_of(policies: Sequence[EndpointPolicy]) -> Iterator[str]:
    for statement in (statement for policy in policies for statement in policy.statements):
        yield from (text for _, text in statement.principals)
        values = chain(statement.resources, *(test.values for test in statement.tests))
        yield from ("".join(map(_write, value)) for value in values)


def _write(piece: str | Wildcard | Variable) -> str:
    if isinstance(piece, Variable):
        return "*"
    return piece.value if isinstance(piece, Wildcard) else piece
