"""The file of a rule's examples: its name and its shape, the one place that says them.

The examples stand under one key. An opa that is given the folder without flags loads the file as data of the rule's
package, where a key `undetermined` would be in the place of the rule's own `undetermined`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, get_args

from vpce_guard.errors import SourceError
from vpce_guard.formats import yaml_files

ExampleKind = Literal["pass", "fail", "undetermined"]

FILE = "examples.yaml"
KEY = "examples"
_KINDS = frozenset(get_args(ExampleKind))


def read_examples(path: Path) -> dict[ExampleKind, Any]:
    """The lists of examples in a file by their kind. Raises SourceError with file and line for another shape."""
    content = yaml_files.load(path) or {}
    if isinstance(content, dict) and content.keys() and content.keys() <= _KINDS:
        raise SourceError(
            f"{path}:1: {', '.join(content)} stand at the top of the file.",
            advice=f"Begin it with the line `{KEY}:`, and indent the rest under that by two spaces.",
        )
    found = content.get(KEY) if isinstance(content, dict) and content.keys() == {KEY} else None
    if not isinstance(found, dict):
        raise SourceError(f"{path}:1: the file holds something else than {KEY}: with pass, fail and undetermined.")
    if found.keys() - _KINDS:
        raise SourceError(f"{path}:{line_of(path)}: the keys are not pass, fail and undetermined.")
    for kind, examples in found.items():
        if not isinstance(examples or [], list):
            raise SourceError(f"{path}:{line_of(path, kind)}: {kind} is not a list of examples.")
    return found


def line_of(path: Path, *place: object) -> int:
    """The line of examples: of all, of a kind, or of the one with an index among those of a kind."""
    return yaml_files.line_in(path, "".join(f"/{part}" for part in (KEY, *place)))
