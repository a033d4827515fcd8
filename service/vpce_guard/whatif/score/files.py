"""Records of CloudTrail from files, folders and patterns, one at a time: memory does not grow with their number."""

from __future__ import annotations

import glob
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pydantic_core import from_json

from vpce_guard.errors import UnreadableError, VpceGuardError
from vpce_guard.formats.aws_api import OPERATIONS
from vpce_guard.formats.cloudtrail import records
from vpce_guard.formats.documents_of_file import read_documents
from vpce_guard.model import Json

_SUFFIXES = (".json", ".jsonl", ".ndjson", ".gz")
_NAMES = tuple(name.encode() for name in OPERATIONS)
_MOST_TOLD = 20


@dataclass
class Problems:
    """What could not be read: how many, and the first of them in words."""

    count: int = 0
    listed: list[str] = field(default_factory=list)

    def add(self, problem: str) -> None:
        """Count one, and keep it where there are few."""
        self.count += 1
        if len(self.listed) < _MOST_TOLD:
            self.listed.append(problem)


@dataclass
class EventFiles:
    """The files that names stand for. `limit` is the most bytes of one document; `read` counts the files."""

    names: Sequence[str]
    limit: int
    problems: Problems = field(default_factory=Problems)
    read: int = 0

    def records(self) -> Iterator[tuple[str, Json]]:
        """Each record of an endpoint change with the name of its file. What cannot be read goes to `problems`.

        Raises UnreadableError for a name that stands for no file.
        """
        for path in (path for name in self.names for path in _find(name)):
            self.read += 1
            told = "standard input" if path == "-" else path
            try:
                for where, text in self._texts(path, told):
                    yield from self._records(text, where)
            except VpceGuardError as error:
                self.problems.add(f"{told}: {error}")
            except (OSError, EOFError, zlib.error) as error:
                self.problems.add(f"{told} cannot be read: {getattr(error, 'strerror', None) or error}.")

    def _records(self, text: bytes, where: str) -> Iterator[tuple[str, Json]]:
        """Those of one document. What names none of the calls is not parsed: most of what is logged is other calls."""
        if not any(name in text for name in _NAMES):
            return
        try:
            for record in records(from_json(text, allow_inf_nan=False)):
                yield where, record
        except VpceGuardError as error:
            self.problems.add(f"{where}: {error}")
        except ValueError as error:
            self.problems.add(f"{where} is not JSON: {error}.")

    def _texts(self, path: str, told: str) -> Iterator[tuple[str, bytes]]:
        """The documents of a file, each with its place."""
        for line, text in read_documents(path, limit=self.limit):
            if text:
                yield (told if line is None else f"{told}, line {line}"), text


def _find(name: str) -> Iterator[str]:
    """The files that a name stands for, in order; in a folder those that may hold events."""
    if name == "-":
        yield name
    elif os.path.isdir(name):
        for folder, folders, files in os.walk(name):
            folders.sort()
            for file in sorted(files):
                if file.endswith(_SUFFIXES) and not file.startswith("."):
                    yield os.path.join(folder, file)
    elif os.path.exists(name):
        yield name
    elif matches := sorted(glob.glob(name, recursive=True)):
        yield from filter(os.path.isfile, matches)
    else:
        raise UnreadableError(f"{name} is no file, folder or pattern of files.", advice="Check the path.")
