"""The file of the service catalogue: read, written in its own form, and compared. Comments at its top are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

Facts = dict[str, Any]
_ORDER = ("types", "partitions", "private_dns", "hosts", "policy", "ip", "cross_region", "iam", "cells", "retired")
_LAST = ("mistaken_for", "prefix", "from")
_PLAIN = re.compile(r"[A-Za-z][\w.-]*")
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


def read(path: Path) -> tuple[str, Facts]:
    """The comment at the top and the data."""
    text = path.read_text(encoding="utf-8")
    return text[: text.index("date:")], yaml.safe_load(text)


def write(path: Path, comment: str, data: Facts) -> None:
    path.write_text(comment + "\n".join(_lines(data)) + "\n", encoding="utf-8")


def _lines(data: Facts) -> Iterator[str]:
    yield f"date: {_value(data['date'])}"
    for part in ("sources", "partitions"):
        if part == "partitions":
            yield f"facts: {_value(data['facts'])}"
        yield f"{part}:"
        yield from (f"  {key}: {_value(value)}" for key, value in data[part].items())
    yield f"excluded_zones: {_value(data['excluded_zones'])}"
    yield f"ports: {_value(data['ports'])}"
    yield "# Which names have the prefix of the partition; other names of the same Regions start with com.amazonaws."
    yield "prefixes:"
    for prefix, regions in data["prefixes"].items():
        yield f"  {prefix}:"
        yield from (f"    {region}: {_value(names)}" for region, names in regions.items())
    yield "# Names that people know a service by and that are no service names, with those they may mean."
    yield "aliases:"
    yield from (f"  {_value(name)}: {_value(meant)}" for name, meant in sorted(data["aliases"].items()))
    yield "services:"
    for name, facts in sorted(data["services"].items()):
        ordered = {fact: facts[fact] for fact in (*_ORDER, *_LAST) if fact in facts}
        yield f"  {name}: {_value(ordered)}"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_value(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if (_PLAIN.fullmatch(text) and text.lower() not in _WORDS) or re.fullmatch(r"[A-Za-z][\w. /()*-]*", text):
        return text
    return "'" + text.replace("'", "''") + "'"


def changes(before: Facts, after: Facts, of: str = "") -> Iterator[str]:
    """One line for each value that is not as before, by its path."""
    for key in sorted({*before, *after}, key=str):
        path, old, new = f"{of}{key}", before.get(key), after.get(key)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            yield from changes(old, new, f"{path} ")
        elif old is None:
            yield f"+ {path}: {_value(new)}"
        elif new is None:
            yield f"- {path}: {_value(old)}"
        else:
            yield f"~ {path}: {_value(old)} -> {_value(new)}"
