"""JSON text of which a tool knows only parts, because it puts values in it that are not known yet.

A value between quotes leaves one string unknown; the rest is read. A policy written as a text, with the ARN of a bucket
to come in it, is so judged as the same policy written as an object.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

_HERE = "\ue000"  # a character of no script, which stands for a value
_PLACE = re.compile(rf"{_HERE}(\d+){_HERE}")
_INSIDE = re.compile(r'\\.|"', re.S)


def parse_around(parts: Sequence[Any], unknown: Any) -> Any:
    """The value of a JSON text; `unknown` where it cannot be read.

    Of the parts, strings are text, and others are values. One that stands where JSON has a value is that value;
    `unknown` may not stand there, as it may be several. A string that has one between its quotes is `unknown`.
    """
    written: list[str] = []
    quoted = False
    for at, part in enumerate(parts):
        if isinstance(part, str):
            if _HERE in part:
                return unknown
            quoted ^= len([mark for mark in _INSIDE.findall(part) if mark == '"']) % 2 == 1
            written.append(part)
        elif quoted:
            written.append(f"{_HERE}{at}{_HERE}")
        elif part is unknown:
            return unknown
        else:
            written.append(f'"{_HERE}{at}{_HERE}"')
    try:
        found = json.loads("".join(written))
    except (ValueError, RecursionError):
        return unknown
    return _fill_in(found, parts, unknown)


def _fill_in(value: Any, parts: Sequence[Any], unknown: Any) -> Any:
    if isinstance(value, dict):
        if any(_HERE in name for name in value):
            return unknown
        return {name: _fill_in(item, parts, unknown) for name, item in value.items()}
    if isinstance(value, list):
        return [_fill_in(item, parts, unknown) for item in value]
    if not isinstance(value, str) or _HERE not in value:
        return value
    whole = _PLACE.fullmatch(value)
    return unknown if whole is None else parts[int(whole[1])]
