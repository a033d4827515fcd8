"""One file of org data as JSON values, with the line of each, and errors that name file, line and pointer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from vpce_guard.errors import Pointer, SettingsError
from vpce_guard.formats import yaml_text
from vpce_guard.model import Json

_MAX_BYTES = 4 << 20
_ADVICE = "It is not used until it is corrected; `vpce-guard policy schema` prints its schema."


class FileLine(NamedTuple):
    """Where a value stands."""

    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


Places = dict[str, FileLine]  # by JSON Pointer into the whole document


def read_file(path: Path) -> tuple[Json, Places]:
    """The content as JSON values, and the place of each pointer. Raises SettingsError."""
    try:
        raw = path.read_bytes()
        if len(raw) > _MAX_BYTES:
            raise SettingsError(f"{path} has more than {_MAX_BYTES} bytes.", advice=_ADVICE)
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}.", advice="Give the org data file.") from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: is not YAML or JSON: {error}.", advice=_ADVICE) from None
    lines: dict[str, int] = {}
    try:
        nodes = yaml_text.compose(text)
        content = yaml_text.value(nodes[0], lines=lines, aliases=False) if len(nodes) == 1 else None
    except yaml_text.YamlError as error:
        if error.pointer:
            raise error_at([(FileLine(path, error.line or 1), error.pointer, error.problem)]) from None
        line = f":{error.line}" if error.line else ""
        raise SettingsError(f"{path}{line}: is not YAML or JSON: {error.problem}.", advice=_ADVICE) from None
    if not isinstance(content, dict):
        raise SettingsError(f"{path}:1: org data must be an object.", advice="See examples/org-data/.")
    return content, {pointer: FileLine(path, line) for pointer, line in lines.items()}


def error_at(wrong: Iterable[tuple[FileLine, str, str]]) -> SettingsError:
    """The error that tells of places what is wrong there; each has a JSON Pointer and a message."""
    found = sorted(wrong)
    return SettingsError(
        "; ".join(f"{place}: {pointer or '/'} {message}" for place, pointer, message in found) + ".",
        advice=_ADVICE,
        pointers=tuple(Pointer(pointer=pointer, code="org_data", detail=message) for _, pointer, message in found),
    )


def line_of(pointer: str, places: Mapping[str, FileLine]) -> FileLine:
    """Where a value stands, or what is nearest around it."""
    while pointer not in places:
        pointer = pointer.rpartition("/")[0]
    return places[pointer]
