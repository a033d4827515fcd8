"""Values of a policy as patterns of texts: which texts fit whatever its open variables are, and which surely do."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from vpce_guard.decisions.reach.languages import ANY_MANY, ANY_ONE, Pattern, Token, letter
from vpce_guard.decisions.reach.spaces import Absence
from vpce_guard.decisions.reach.templates import Piece, Template, Variable, Wildcard

Find = Callable[[Variable], str | Absence | None]  # the value of a variable, that it has none, or None for open
_PART = Token(frozenset(":"), excluded=True)
_PARTS = _PART._replace(many=True)
_COLONS = 5  # that part an ARN


def make_patterns(base: str, values: Iterable[Template], find: Find) -> tuple[list[Pattern], list[Pattern]]:
    """The patterns of texts that a string or ARN operator may take, and of those that it surely takes."""
    fitting: list[Pattern] = []
    certain: list[Pattern] = []
    for value in values:
        pieces = _fill_in(value, find)
        if pieces is None:
            continue
        is_open = any(isinstance(piece, Variable) for piece in pieces)
        pattern = _make_pattern(base, pieces, is_open=is_open)
        if pattern is not None:
            fitting.append(pattern)
            certain += [] if is_open else [pattern]
    return fitting, certain


def make_resource_patterns(
    values: Iterable[Template], find: Find, *, crosses: bool
) -> tuple[list[Pattern], list[Pattern]]:
    """The same for values of Resource, whose stars cross colons or do not; and for those of Action, which have none."""
    fitting: list[Pattern] = []
    certain: list[Pattern] = []
    for value in values:
        base = "StringLike" if crosses or value.count(":") < _COLONS else "ArnLike"
        made, sure = make_patterns(base, [value], find)
        fitting += made
        certain += sure
    return fitting, certain


def _fill_in(value: Template, find: Find) -> list[Piece] | None:
    """The pieces with variables filled in as far as they are known; None where one has no value."""
    pieces: list[Piece] = []
    for piece in value:
        known = find(piece) if isinstance(piece, Variable) else piece
        if isinstance(known, Absence):
            return None
        if known is None:
            pieces.append(piece)
        elif isinstance(known, str) and isinstance(piece, Variable):
            pieces += known
        else:
            pieces.append(known)
    return pieces


def _make_pattern(base: str, pieces: list[Piece], *, is_open: bool) -> Pattern | None:
    """The pattern of pieces, an open variable standing for any text; None where no text fits."""
    if base == "ArnLike":
        return (ANY_MANY,) if is_open and _is_early(pieces) else _make_parts(pieces)
    return _join(_symbol(piece, ANY_ONE, ANY_MANY, ignore_case=base == "StringEqualsIgnoreCase") for piece in pieces)


def _is_early(pieces: list[Piece]) -> bool:
    """Whether a variable stands before the last part of an ARN, so that its value may part it otherwise."""
    first = next(place for place, piece in enumerate(pieces) if isinstance(piece, Variable))
    return pieces[:first].count(":") < _COLONS


def _make_parts(pieces: list[Piece]) -> Pattern | None:
    colons = [place for place, piece in enumerate(pieces) if piece == ":"]
    if len(colons) < _COLONS:
        return None
    early, late = pieces[: colons[_COLONS - 1]], pieces[colons[_COLONS - 1] :]
    return _join(
        [*(_symbol(piece, _PART, _PARTS) for piece in early), *(_symbol(piece, ANY_ONE, ANY_MANY) for piece in late)]
    )


def _symbol(piece: Piece, one: Token, many: Token, *, ignore_case: bool = False) -> Token:
    if isinstance(piece, Variable) or piece is Wildcard.MANY:
        return many
    if isinstance(piece, Wildcard):
        return one
    return Token(frozenset((piece.lower(), piece.upper()))) if ignore_case else letter(piece)


def _join(symbols: Iterable[Token]) -> Pattern:
    """The symbols as a pattern, stars that follow each other as one."""
    pattern: list[Token] = []
    for symbol in symbols:
        if not (symbol.many and pattern and pattern[-1] == symbol):
            pattern.append(symbol)
    return tuple(pattern)
