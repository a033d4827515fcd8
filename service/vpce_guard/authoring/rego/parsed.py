"""Rego files parsed with the place of each node, many of them by one process: its start costs more than a file.

`opa parse` takes one file. So the files stand in it one below the other, each with an import in place of its package
clause, and each place is told as that in its own file.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vpce_guard.authoring.rego.opa import run_confined
from vpce_guard.errors import BundleError
from vpce_guard.folders import make_temporary_folder
from vpce_guard.model import Json

_TO_PACKAGE = re.compile(r"(?:\s|#[^\n]*\n)*package\s")  # comments and blank lines, up to the path of the package
_OTHER_REGO = re.compile(r"^\s*import\s+(?:rego|future)\b", re.MULTILINE)  # changes how all below it is parsed


@dataclass(frozen=True)
class ParsedFile:
    """One parsed file: its package, its rules and what its imports are called."""

    file: str
    package: str
    rules: tuple[Json, ...]
    imports: dict[str, tuple[str, ...]]


def parse_files(source: Path, files: Sequence[Path], opa: str) -> list[ParsedFile]:
    """The files under `source`, in their order. Raises BundleError with file and line of what is no Rego."""
    texts = {file.relative_to(source).as_posix(): file.read_bytes().decode("utf-8-sig") for file in files}
    alone = [name for name, text in texts.items() if _OTHER_REGO.search(text)]
    groups = [[name for name in texts if name not in alone], *([name] for name in alone)]
    parsed = {file.file: file for group in groups if group for file in _parse_together(group, texts, opa)}
    return [parsed[name] for name in texts]


def _parse_together(names: Sequence[str], texts: Mapping[str, str], opa: str) -> list[ParsedFile]:
    """The named ones, by one process. Raises BundleError."""
    parts, starts, above = ["package all\n"], [], 1  # how many lines stand above each file
    for name in names:
        head = _TO_PACKAGE.match(texts[name])
        if head is None:
            raise BundleError(f"{name}:1: rego_parse_error: package expected")
        parts.append("\n" * head[0].count("\n") + "import data." + texts[name][head.end() :])
        starts.append(above)
        above += parts[-1].count("\n") + 1
    with make_temporary_folder() as work:
        path = Path(work) / "all.rego"
        path.write_bytes((parts[0] + "\n".join(parts[1:])).encode())
        done = run_confined([opa, "parse", "-f", "json", "--json-include", "locations,-comments", str(path)])

    def own_place(node: Json) -> Json:
        """The place in its own file, if `node` is a place."""
        if node.get("file") == str(path):
            turn = bisect_right(starts, node["row"] - 1) - 1
            return node | {"file": names[turn], "row": node["row"] - starts[turn]}
        return node

    if done.returncode == 0:
        return _split(names, json.loads(done.stdout, object_hook=own_place))
    if len(names) > 1:  # a file that ends too early would be told as an error of the next
        return [parsed for name in names for parsed in _parse_together([name], texts, opa)]
    raise BundleError(_errors_as_text(done.stderr, own_place))


def _split(names: Sequence[str], tree: Json) -> list[ParsedFile]:
    """The files that a tree is made of, each of which begins with its package as an import."""
    imports: dict[str, list[Json]] = {name: [] for name in names}
    rules: dict[str, list[Json]] = {name: [] for name in names}
    for imported in tree["imports"]:
        imports[imported["location"]["file"]].append(imported)
    for rule in tree.get("rules") or []:
        rules[rule["location"]["file"]].append(rule)
    return [
        ParsedFile(
            file=name,
            package=".".join(_path(imports[name][0])[1:]),
            rules=tuple(rules[name]),
            imports={imported.get("alias") or _path(imported)[-1]: _path(imported) for imported in imports[name][1:]},
        )
        for name in names
    ]


def _path(imported: Json) -> tuple[str, ...]:
    return tuple(str(part["value"]) for part in imported["path"]["value"])


def _errors_as_text(said: bytes, own_place: Callable[[Json], Json]) -> str:
    """What opa says is wrong, a line for each error, each with its file and line."""
    try:
        errors = json.loads(said, object_hook=own_place)["errors"]
        places = [error["location"] for error in errors]
    except (ValueError, KeyError):
        return said.decode(errors="replace").strip()
    return "\n".join(
        f"{place['file']}:{place['row']}: {error['code']}: {error['message']}"
        for error, place in zip(errors, places, strict=True)
    )
