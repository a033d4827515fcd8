"""The documents that a command is given: files, standard input, directories and CDK's cloud assemblies.

Where there are several, each stands alone: what cannot be read is told with its reason, and the rest is judged.
Templates of one run are at hand for each other: those that nest others, and those that import what others export.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from vpce_guard.errors import MalformedError, UnreadableError, VpceGuardError
from vpce_guard.formats import read_drafts
from vpce_guard.formats.aws import types as shapes
from vpce_guard.formats.cloudformation.exports import Exports
from vpce_guard.formats.document import Document, Draft, Extras
from vpce_guard.model import Location
from vpce_guard.settings import Settings
from vpce_guard.surfaces.cli.finding import Finder, Readable, Remarks, keep_problem
from vpce_guard.surfaces.cli.named_files import NamedFiles


class NamedDocument(NamedTuple):
    """One document and where it comes from."""

    name: str
    document: Document


class Reader:
    """Reads documents with what the command line says about them.

    `problems` are the files of several that could not be read, `notes` what of the others was not read, and `skipped`
    the files that were passed over because they are not about endpoints. `warnings` say what was read with doubt.
    """

    def __init__(
        self, settings: Settings, *, format_name: str, given: Extras, skip_others: bool = False, combine: bool = False
    ) -> None:
        """With `skip_others`, files that are not about VPC endpoints are passed over, as those in directories are.

        With `combine`, what the templates make goes by their files too, as two stacks may use one name.
        """
        self._combine = combine
        self._settings = settings
        self._format = format_name
        self._given = given
        self._skip_others = skip_others
        self._used_parameters: set[str] = set()
        self._many = False
        self._finder = Finder(settings, Remarks(), skip_others=skip_others, many=False)
        self._named_files = NamedFiles(self._finder.open, ())
        self._exports = Exports()
        self._found = Remarks()
        self.skipped: list[str] = []

    @property
    def problems(self) -> list[VpceGuardError]:
        """The files of several that could not be read."""
        return self._found.problems

    @property
    def notes(self) -> list[str]:
        """What was not read of the others."""
        return self._found.notes

    @property
    def warnings(self) -> list[str]:
        """What was read with doubt."""
        return self._found.warnings

    def read(self, names: Sequence[str]) -> list[NamedDocument]:
        """The documents of files, of directories and of standard input (-).

        Raises VpceGuardError naming the file where it is the only one.
        """
        folders = [Path(name) for name in names if Path(name).is_dir()]
        self._many = len(names) > 1 or bool(folders)
        finder = Finder(self._settings, self._found, skip_others=self._skip_others, many=self._many)
        self._named_files = NamedFiles(finder.open, folders)
        readable = {name: [(one, self._given_for(one)) for one in finder.find(name)] for name in names}
        self.skipped = finder.skipped
        for one, given in (pair for inside in readable.values() for pair in inside):
            self._exports.add(one.text.value, given)
        read = {name: [self._read(*pair) for pair in inside] for name, inside in readable.items()}
        files = [Path(r[0].text.file) for results in read.values() for r in results if r[1] is not None]
        parts = self._named_files.parts_of(files)
        found = []
        for name, results in read.items():
            kept = [r for r in results if Path(r[0].text.file).resolve() not in parts]
            for _, _, told in kept:
                self._found.problems += told.problems
                self._found.notes += told.notes
                self._found.warnings += told.warnings
            documents = [document for _, document, _ in kept if document is not None]
            if not documents and Path(name) in folders and not self._found.problems:
                raise self._nothing_in(Path(name))
            found += documents
        if self._many:
            self._check_parameters(found)
        return found

    def _check_parameters(self, found: Sequence[NamedDocument]) -> None:
        stray = sorted(
            n for n in self._given.parameters if n not in self._used_parameters and not n.startswith("AWS::")
        )
        if stray and found:
            self.problems.append(
                MalformedError(f"None of the templates has a parameter {stray[0]!r}.", advice="Check its name.")
            )

    def _nothing_in(self, directory: Path) -> UnreadableError:
        """What to say of a directory in which nothing is read: what is there that may make endpoints."""
        if self.notes:
            return UnreadableError(f"Nothing in {directory} can be judged: {'; '.join(self.notes)}.")
        return UnreadableError(
            f"No file in {directory} is about VPC endpoints.",
            advice="Give a directory with plans (`terraform show -json`), templates or manifests.",
        )

    def _given_for(self, one: Readable) -> Extras:
        """What is given for a text."""
        text, parameters = one.text, self._given.parameters
        if one.stack is not None:  # a stack has its own Region and account
            parameters = {**one.stack.parameters, **parameters, **one.stack.environment}
        return replace(
            self._given,
            text=text,
            parameters=self._parameters_for(text.value, parameters),
            scope=f"{text.file}:" if self._combine and self._many else "",
            open_beside=lambda place: self._named_files.open(Path(text.file), place),
            open_module=lambda kind: self._named_files.open_module(Path(text.file), kind),
        )

    def _read(self, one: Readable, given: Extras) -> tuple[Readable, NamedDocument | None, Remarks]:
        """What a text holds, None where it is not read, and what there is to say of it."""
        told = Remarks()
        try:
            return one, self._read_document(one, given, told), told
        except VpceGuardError as error:
            if one.data is None and not self._many:
                raise
            if one.data is None:
                told.problems.append(error)
            elif not keep_problem(Path(one.text.file), one.data, one.text, error, told) and self._skip_others:
                self.skipped.append(one.text.file)
        return one, None, told

    def _read_document(self, one: Readable, given: Extras, told: Remarks) -> NamedDocument:
        text = one.text
        given = replace(given, imports=self._exports.finder(given))
        try:
            document = read_drafts(text.value, format_name="cloudformation" if one.stack else self._format, given=given)
            if self._many:  # one document with a value of a wrong type must not keep the others from being judged
                _check_types(document)
        except VpceGuardError as error:
            lines = {line for place in error.pointers if (line := text.line(place["pointer"])) is not None}
            where = f"{text.file}:{min(lines)}" if lines else text.file
            error.detail = f"{where}: {error.detail}"
            raise
        told.notes += [f"{text.file}: {note}" for note in document.notes]
        told.warnings += [f"{text.file}, {warning}" for warning in text.warnings]
        told.warnings += document.warnings
        return NamedDocument(
            text.file, replace(document, drafts=tuple(_add_file(d, text.file) for d in document.drafts))
        )

    def _parameters_for(self, document: Any, given: Any) -> Any:
        """Those of the parameters that a template has, where there are several documents."""
        declared = document.get("Parameters") if isinstance(document, dict) else None
        has = declared.keys() if isinstance(declared, dict) else set()
        self._used_parameters.update(has)
        if not self._many:
            return given
        return {name: value for name, value in given.items() if name in has or name.startswith("AWS::")}


def _check_types(document: Document) -> None:
    for number, draft in enumerate(document.drafts, start=1):
        parts = {"request": draft.request, "current": draft.current, "context": draft.context, "intent": draft.intent}
        shapes.require(parts, where=draft.address or f"proposal {number}")


def _add_file(draft: Draft, file: str) -> Draft:
    """The draft with the place of its endpoint, at least the file."""
    source = draft.source or (draft.locations.locate("") if draft.locations else None)
    return replace(draft, source=source or Location(file=file))
