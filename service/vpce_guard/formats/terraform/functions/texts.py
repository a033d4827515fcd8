"""Terraform's functions of texts. Source: https://developer.hashicorp.com/terraform/language/functions/format and on.

Those of FUNCTIONS pass an id to come through unharmed; those of LOOKING_INSIDE read single characters, so that nothing
is known of a text with such an id in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from vpce_guard.formats.terraform.conversions import to_bool, to_number, to_text, to_whole_number
from vpce_guard.formats.terraform.functions.lists import as_list
from vpce_guard.formats.terraform.values import UNKNOWN, AnyOrder, is_whole, stands_in

_VERB = re.compile(r"%(?P<flags>[#+\- 0]*)(?P<width>\d*)(?:\.(?P<digits>\d*))?(?:\[(?P<at>\d+)\])?(?P<verb>.)", re.S)
_MOST = 10_000  # characters that padding makes


def _join(separator: str, *lists: Any) -> Any:
    items = [item for one in lists for item in as_list(one)]
    if UNKNOWN in items or any(isinstance(one, AnyOrder) for one in lists):
        return UNKNOWN
    return separator.join(map(to_text, items))


def _format(template: str, *arguments: Any) -> Any:
    """A text with values in the place of its verbs."""
    parts: list[Any] = []
    position = following = used = 0
    for verb in _VERB.finditer(template):
        parts.append(template[position : verb.start()])
        position = verb.end()
        if verb["verb"] == "%":
            parts.append("%")
            continue
        at = int(verb["at"]) - 1 if verb["at"] else following
        following, used = at + 1, max(used, at + 1)
        parts.append(_fill_verb(verb, arguments[at]))
    if "%" in template[position:] or used < len(arguments):
        raise ValueError("not as many verbs as arguments")
    return UNKNOWN if UNKNOWN in parts else "".join([*parts, template[position:]])


def _fill_verb(verb: re.Match[str], value: Any) -> Any:
    if value is UNKNOWN or value is None:  # what a null becomes depends on its type
        return UNKNOWN
    text = _write(verb, value)
    width = int(verb["width"] or 0)
    if text is UNKNOWN or width > _MOST or (width and stands_in(text)):
        return UNKNOWN
    if "-" in verb["flags"]:
        return text.ljust(width)
    if "0" in verb["flags"] and verb["verb"] not in "svq":
        return text.zfill(width)
    return text.rjust(width)


def _write(verb: re.Match[str], value: Any) -> Any:
    kind, digits = verb["verb"], verb["digits"]
    if kind == "v":
        return _write_any(value, as_json="#" in verb["flags"])
    if kind in "sq":
        text = to_text(value)
        if text is UNKNOWN or ((kind == "q" or digits is not None) and stands_in(text)):
            return UNKNOWN
        text = text if digits is None else text[: int(digits or 0)]
        return text if kind == "s" else json.dumps(text, ensure_ascii=False)
    if kind == "t":
        return to_text(to_bool(value))
    if stands_in(value):
        return UNKNOWN
    if kind in "dboxX":
        return format(to_whole_number(value), f"{_sign(verb)}{kind}")
    if kind in "feEgG":
        precision = "" if digits is None else f".{digits or 0}"
        if kind in "gG" and digits is None:
            return UNKNOWN  # as many digits as it takes
        return f"%{_sign(verb)}{precision}{kind}" % to_number(value)
    raise ValueError(f"%{kind}")


def _sign(verb: re.Match[str]) -> str:
    return "+" if "+" in verb["flags"] else " " if " " in verb["flags"] else ""


def _write_any(value: Any, *, as_json: bool) -> Any:
    if isinstance(value, str) and not as_json:
        return value
    if isinstance(value, bool | int | float):
        return to_text(value)
    whole = is_whole(value) and not stands_in(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False) if whole else UNKNOWN


def _formatlist(template: str, *arguments: Any) -> Any:
    sizes = {len(one) for one in arguments if isinstance(one, list)}
    if len(sizes) > 1:
        raise ValueError("not as many")
    size = sizes.pop() if sizes else 1
    columns = [one if isinstance(one, list) else [one] * size for one in arguments]
    mixed = [one for one in columns if isinstance(one, AnyOrder)]
    if mixed and sum(isinstance(one, list) for one in arguments) > 1:
        return UNKNOWN
    found = [_format(template, *row) for row in zip(*columns, strict=True)] if columns else [_format(template)]
    return AnyOrder(found) if mixed and len(found) > 1 else found


def _replace(text: Any, old: str, new: str) -> Any:
    subject = to_text(text)
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        if stands_in(subject):
            return UNKNOWN
        return re.sub(old[1:-1], re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", new.replace("\\", r"\\")), subject)
    if stands_in(subject) and (not old or re.search(r"\d", old)):
        return UNKNOWN
    return subject.replace(old, new)


def _split(separator: str, text: Any) -> Any:
    subject = to_text(text)
    if stands_in(subject) and (not separator or separator.isdecimal()):
        return UNKNOWN
    return subject.split(separator) if separator else list(subject)


def _tostring(value: Any) -> Any:
    return None if value is None else to_text(value)


# --- those that look inside


def _read_text(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of a text and more, to which a number is a text too."""

    def call(value: Any, *more: Any) -> Any:
        if value is None:
            raise TypeError("null")
        return function(to_text(value), *more)

    return call


def _regex(pattern: str, text: str) -> Any:
    found = re.search(pattern, text)
    if found is None:
        raise ValueError("no match")
    return _groups(found)


def _groups(found: re.Match[str]) -> Any:
    if found.re.groupindex:
        return found.groupdict()
    return list(found.groups()) if found.re.groups else found[0]


def _regexall(pattern: str, text: str) -> list[Any]:
    return [_groups(found) for found in re.finditer(pattern, text)]


def _substr(text: str, start: Any, size: Any) -> str:
    first, number = to_whole_number(start), to_whole_number(size)
    if first < 0:
        first = max(len(text) + first, 0)
    return text[first:][: number if number >= 0 else None]


def _title(text: str) -> str:
    return re.sub(r"(?<![\w])[^\W\d_]", lambda found: found[0].upper(), text)


def _indent(text: str, spaces: Any) -> str:
    return text.replace("\n", "\n" + " " * min(to_whole_number(spaces), _MOST))


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "join": _join,
    "split": _split,
    "format": _format,
    "formatlist": _formatlist,
    "replace": _replace,
    "tostring": _tostring,
}
LOOKING_INSIDE: Mapping[str, Callable[..., Any]] = {
    "upper": _read_text(str.upper),
    "lower": _read_text(str.lower),
    "title": _read_text(_title),
    "trimspace": _read_text(str.strip),
    "trim": _read_text(str.strip),
    "trimprefix": _read_text(str.removeprefix),
    "trimsuffix": _read_text(str.removesuffix),
    "startswith": _read_text(str.startswith),
    "endswith": _read_text(str.endswith),
    "strcontains": _read_text(str.__contains__),
    "strrev": _read_text(lambda text: text[::-1]),
    "chomp": _read_text(lambda text: text.rstrip("\r\n")),
    "indent": lambda spaces, text: _indent(to_text(text), spaces),
    "substr": _read_text(_substr),
    "regex": lambda pattern, text: _regex(pattern, to_text(text)),
    "regexall": lambda pattern, text: _regexall(pattern, to_text(text)),
}
