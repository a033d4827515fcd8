"""Members that stand twice in an object of a JSON text: which of two counts differs from reader to reader (RFC 8259).

A parser keeps one of the two without a word, so that what is judged could be another request than the one that is
sent. Counting tells in most cases that there is none; only where it does not is the text read again.
"""

from __future__ import annotations

import json
from typing import Any

_APART = (b'" :', b'"\n:', b'"\r:', b'"\t:', b"\\u0022", b"\\u003a", b"\\u003A")


class _Object(dict[str, Any]):
    """An object, with the name of a member that stands twice in it or in what it holds."""

    repeated: str | None = None


def find_repeated(data: bytes, compact: bytes, *, within: str | None = None) -> str | None:
    """The name of a member that stands twice in its object; None where there is none.

    `compact` is the shortest text of the value that was read from `data`, in which each member stands once. With
    `within`, only objects whose member `Type` has this value are looked at, and what they hold.
    """
    if data.count(b'":') == compact.count(b'":') and not any(written in data for written in _APART):
        return None
    found: list[str] = []

    def look(members: list[tuple[str, Any]]) -> _Object:
        value = _Object(members)
        names = [name for name, _ in members]
        if len(value) < len(names):
            value.repeated = next(name for name in names if names.count(name) > 1)
        else:
            value.repeated = next((name for _, item in members if (name := _repeated_in(item)) is not None), None)
        if value.repeated is not None and (within is None or ("Type", within) in members):
            found.append(value.repeated)
        return value

    json.loads(data, object_pairs_hook=look)
    return found[0] if found else None


def _repeated_in(value: Any) -> str | None:
    if isinstance(value, _Object):
        return value.repeated
    if isinstance(value, list):
        return next((name for item in value if (name := _repeated_in(item)) is not None), None)
    return None
