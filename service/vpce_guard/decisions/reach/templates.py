"""Values in a policy: characters, wildcards and policy variables.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_WITH_DEFAULT = re.compile(r"(.*?),\s*'([^']*)'\s*")


class Wildcard(Enum):
    """A wildcard: any one character, or any number of them."""

    ONE = "?"
    MANY = "*"


@dataclass(frozen=True)
class Variable:
    """A policy variable: the key in small letters, the text it has where a request lacks the key, and its spelling."""

    key: str
    default: str | None
    name: str = field(compare=False)


Piece = str | Wildcard | Variable  # a text is one character
Template = tuple[Piece, ...]


def read_template(text: str, *, wildcards: bool, variables: bool) -> Template:
    """A value as pieces; what the version of the policy or the operator does not know are characters."""
    pieces: list[Piece] = []
    place = 0
    for found in _VARIABLE.finditer(text) if variables else ():
        pieces += _read_characters(text[place : found.start()], wildcards=wildcards)
        pieces.append(_read_variable(found[1]))
        place = found.end()
    return (*pieces, *_read_characters(text[place:], wildcards=wildcards))


def _read_characters(text: str, *, wildcards: bool) -> list[Piece]:
    return [Wildcard(character) if wildcards and character in "*?" else character for character in text]


def _read_variable(inside: str) -> Piece:
    if inside in ("*", "?", "$"):
        return inside
    with_default = _WITH_DEFAULT.fullmatch(inside)
    key, default = with_default.groups() if with_default else (inside, None)
    return Variable(key.strip().lower(), default, key.strip())


@lru_cache(maxsize=4096)
def variables_in(template: Template) -> frozenset[Variable]:
    """The policy variables of a value."""
    return frozenset(piece for piece in template if isinstance(piece, Variable))


def fill_in(template: Template, find: Callable[[Variable], str | None]) -> tuple[str | Wildcard, ...] | None:
    """The value with its variables filled in; None where one has no value, so that nothing equals it."""
    pieces: list[str | Wildcard] = []
    for piece in template:
        if isinstance(piece, Variable):
            if (value := find(piece)) is None:
                return None
            pieces += value
        else:
            pieces.append(piece)
    return tuple(pieces)
