"""Members that stand twice in an object of a JSON text: which of two counts differs from reader to reader (RFC 8259).

A parser keeps one of the two without a word, so that what is judged could be another request than the one that is
sent. Counting tells in most cases that there is none; only where it does not is the text read again.
"""

from __future__ import annotations

import json
from typing import Any

_APART = (b'" :', b'"\n:', b'"\r:', b'"\t:', b"\\u0022", b"\\u003a", b"\\u003A")


def find_repeated(data: bytes, compact: bytes) -> str | None:
    """The name of a member that stands twice in its object; None where there is none.

    `compact` is the shortest text of the value that was read from `data`, in which each member stands once.
    """
    if data.count(b'":') == compact.count(b'":') and not any(written in data for written in _APART):
        return None
    found: list[str] = []

    def look(members: list[tuple[str, Any]]) -> None:
        if not found and len({name for name, _ in members}) < len(members):
            names = [name for name, _ in members]
            found.append(next(name for name in names if names.count(name) > 1))

    json.loads(data, object_pairs_hook=look)
    return found[0] if found else None
