"""Values of policies, and patterns of texts, as regular expressions of z3."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

import z3

from vpce_guard.decisions.reach.languages import Language
from vpce_guard.decisions.reach.templates import Template, Variable, Wildcard


class NotEncodedError(Exception):
    """Something has no formula here."""


def united(regexes: Sequence[Any]) -> Any:
    return reduce(lambda one, other: z3.Union(one, other), regexes)


COLONS = 5
_ANY = z3.AllChar(z3.ReSort(z3.StringSort()))
_NO_COLON = z3.Intersect(_ANY, z3.Complement(z3.Re(":")))
_NOT_NUL = z3.Intersect(_ANY, z3.Complement(z3.Re("\\u{0}")))
NAME = z3.Plus(z3.Intersect(_NOT_NUL, z3.Complement(united([z3.Re(one) for one in ":/*?"]))))


def regex(value: Template, *, by_part: bool = False, ignore_case: bool = False) -> Any:
    """The texts that fit a value, whose stars stay within the first five parts of an ARN if wanted."""
    colons, pieces = 0, [z3.Re("")]
    for piece in value:
        inside = by_part and colons < COLONS
        one = _NO_COLON if inside else _ANY
        if isinstance(piece, Variable):
            raise NotEncodedError("a variable")
        if isinstance(piece, Wildcard):
            pieces.append(one if piece is Wildcard.ONE else z3.Star(one))
        else:
            colons += piece == ":"
            cases = {piece.lower(), piece.upper()} if ignore_case else {piece}
            pieces.append(united([z3.Re(case) for case in sorted(cases)]))
    if by_part and colons < COLONS:
        return z3.Intersect(z3.Re("a"), z3.Re("b"))
    return z3.Concat(*pieces, z3.Re(""))


def language(language: Language) -> Any:
    """The regular expression of patterns."""
    return united([_pattern(pattern) for pattern in language.patterns])


def _pattern(pattern: Iterable[Any]) -> Any:
    pieces = [z3.Re("")]
    for token in pattern:
        characters = [z3.Re("\\u{0}" if c == "\0" else c) for c in sorted(token.characters)]
        one = united(characters) if characters else _ANY
        if token.excluded and characters:
            one = z3.Intersect(_ANY, z3.Complement(one))
        pieces.append(z3.Star(one) if token.many else one)
    return z3.Concat(*pieces, z3.Re(""))


def rest_of(kind: str) -> Any:
    """What stands in the last part of the ARN of a principal of a kind."""
    if kind == "root":
        return z3.Re("root")
    path = z3.Concat(z3.Re("/"), z3.Plus(_NOT_NUL), z3.Re("/"), NAME)
    name = z3.Concat(z3.Re("/"), NAME)
    return z3.Concat(z3.Re(kind), z3.Union(name, path) if kind in ("user", "role") else name)


def is_field(text: Any) -> Any:
    return z3.InRe(text, z3.Star(_NO_COLON))
