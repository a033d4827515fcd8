"""Files that a template names: nested templates, and the fragments of modules."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from vpce_guard.errors import VpceGuardError
from vpce_guard.formats.text import Text
from vpce_guard.model import Json

_TYPES = ("schema.json", ".rpdk-config")  # files that say of which type the module is whose fragment lies beside
_FRAGMENTS = "fragments"
SKIPPED = frozenset({"node_modules", "__pycache__"})


class NamedFiles:
    """Reads files that others name, and keeps which were read for which."""

    def __init__(self, decode: Callable[[Path], Text], roots: Sequence[Path]) -> None:
        """`roots` are the folders that were given, in all of which a file may be named."""
        self._decode = decode
        self._roots = [root.resolve() for root in roots]
        self._modules: dict[str, Path] | None = None
        self._read_for: defaultdict[Path, set[Path]] = defaultdict(set)

    def open(self, file: Path, place: str) -> Text | None:
        """A file that another one names; None where it cannot be read or lies outside of what was given."""
        folder = file.parent.resolve()
        path = (folder / place).resolve()
        if not any(path.is_relative_to(root) for root in (folder, *self._roots)) or not path.is_file():
            return None
        return self._read(path, named=file.parent / place, wanted_by=file)

    def open_module(self, file: Path, kind: str) -> Json | None:
        """The fragment of a module that a file names by its type, where exactly one lies in the folders given."""
        if self._modules is None:
            self._modules = dict(self._find_modules())
        path = self._modules.get(kind)
        text = self._read(path.resolve(), named=path, wanted_by=file) if path is not None else None
        return text.value if text is not None and isinstance(text.value, dict) else None

    def _find_modules(self) -> Iterator[tuple[str, Path]]:
        for root in self._roots:
            for folder, folders, names in os.walk(root):
                folders[:] = [f for f in folders if not f.startswith(".") and f not in SKIPPED]
                if _FRAGMENTS in folders and (told := [name for name in _TYPES if name in names]):
                    fragments = sorted(p for p in (Path(folder) / _FRAGMENTS).iterdir() if p.is_file())
                    types = {self._type_told_in(Path(folder) / name) for name in told} - {None}
                    if len(fragments) == len(types) == 1:
                        yield str(types.pop()), fragments[0]

    def _type_told_in(self, path: Path) -> str | None:
        try:
            value = self._decode(path).value
        except VpceGuardError:
            return None
        name = value.get("typeName") if isinstance(value, dict) else None
        return name if isinstance(name, str) else None

    def parts_of(self, files: Iterable[Path]) -> set[Path]:
        """What was read as a part of one of these files, each of which was read itself.

        Where files name each other in a circle, the first of them is no part of the others.
        """
        resolved = [file.resolve() for file in files]
        named = {part for file in resolved for part in self._read_for[file] - {file}}
        wholes: set[Path] = set()
        parts: set[Path] = set()
        for file in sorted(resolved, key=lambda one: one in named):  # those that nobody names first
            if file not in parts:
                wholes.add(file)
                parts |= self._read_for[file]
        return parts - wholes

    def _read(self, path: Path, *, named: Path, wanted_by: Path) -> Text | None:
        try:
            text = self._decode(named)
        except VpceGuardError:
            return None
        self._read_for[wanted_by.resolve()].add(path)
        return text
