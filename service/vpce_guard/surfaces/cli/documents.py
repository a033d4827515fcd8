"""The documents that a command is given: files, standard input, directories and CDK's cloud assemblies.

Where there are several, each stands alone: what cannot be read is told with its reason, and the rest is judged.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from vpce_guard.errors import MalformedError, UnreadableError, VpceGuardError
from vpce_guard.formats import detect, read_drafts
from vpce_guard.formats.aws import types as shapes
from vpce_guard.formats.candidates import is_candidate, may_make_endpoints
from vpce_guard.formats.document import Document, Draft, Extras
from vpce_guard.formats.sources import HELM, makes_endpoints_in_hcl, recognise_source, refuse_source
from vpce_guard.formats.terraform.forms import is_saved_plan
from vpce_guard.formats.text import Text, read_text
from vpce_guard.model import Json, Location
from vpce_guard.settings import Settings

_SUFFIXES = (".json", ".yaml", ".yml", ".template", ".tfplan")
_HCL = (".tf", ".tofu", ".hcl")
_SKIPPED = frozenset({"node_modules", "__pycache__"})
_ASSEMBLY = "manifest.json"
_GZIP = b"\x1f\x8b"


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
        self._used: set[str] = set()
        self._many = False
        self.problems: list[VpceGuardError] = []
        self.notes: list[str] = []
        self.skipped: list[str] = []
        self.warnings: list[str] = []

    def read(self, names: Sequence[str]) -> list[NamedDocument]:
        """The documents of files, of directories and of standard input (-).

        Raises VpceGuardError naming the file where it is the only one.
        """
        self._many = len(names) > 1 or any(Path(name).is_dir() for name in names)
        found = [document for name in names for document in self._read_name(name)]
        if self._many:
            self._check_parameters(found)
        return found

    def _read_name(self, name: str) -> Iterator[NamedDocument]:
        if name == "-":
            data = sys.stdin.buffer.read(self._settings.max_body + 1)
            yield from self._try(lambda: self._document(data, "standard input", self._given))
            return
        path = Path(name)
        if not path.is_dir():
            if self._skip_others:
                yield from self._read_if_about_endpoints(path, told=True)
            else:
                yield from self._try(lambda: self._document(self._bytes(path), name, self._given))
            return
        before = len(self.problems)
        inside = list(self._directory(path))
        if not inside and len(self.problems) == before:
            raise self._nothing_in(path)
        yield from inside

    def _nothing_in(self, directory: Path) -> UnreadableError:
        """What to say of a directory in which nothing is read: what is there that may make endpoints."""
        if self.notes:
            return UnreadableError(f"Nothing in {directory} can be judged: {'; '.join(self.notes)}.")
        return UnreadableError(
            f"No file in {directory} is about VPC endpoints.",
            advice="Give a directory with plans (`terraform show -json`), templates or manifests.",
        )

    def _try(self, work: Any) -> Iterator[NamedDocument]:
        """What `work` reads; where there are several documents, a problem does not keep the others from being read."""
        try:
            document: NamedDocument = work()
        except VpceGuardError as error:
            if not self._many:
                raise
            self.problems.append(error)
            return
        yield document

    def _directory(self, directory: Path) -> Iterator[NamedDocument]:
        """Everything in a directory that is of a known format, and the cloud assemblies in it."""
        assemblies: list[Path] = []
        files: list[Path] = []
        for root, folders, names in os.walk(directory):
            here = Path(root)
            if _ASSEMBLY in names and self._is_assembly(here):
                assemblies.append(here)
                folders.clear()
                continue
            folders[:] = [f for f in folders if not f.startswith(".") and f not in _SKIPPED]
            files += [here / name for name in names if not name.startswith(".") and name.endswith(_SUFFIXES)]
            self._note_source(here, [name for name in sorted(names) if name.endswith(_HCL)])
            self._note_saved_plans(here, names)
        for path in sorted([*assemblies, *files]):
            yield from self._assembly(path) if path in assemblies else self._read_if_about_endpoints(path)

    def _note_source(self, folder: Path, names: Sequence[str]) -> None:
        """Say which files of a folder make endpoints once Terraform, OpenTofu or Terragrunt has planned them."""
        if found := [str(folder / name) for name in names if makes_endpoints_in_hcl(folder / name)]:
            are = "is" if len(found) == 1 else "are"
            self.notes.append(f"{', '.join(found)} {are} not read; give the plan: `terraform show -json PLAN`")

    def _note_saved_plans(self, folder: Path, names: Sequence[str]) -> None:
        """Say which files are saved plans, where no JSON lies beside them that may be what they are printed as."""
        if any(name.endswith(".json") for name in names):
            return
        for path in sorted(folder / name for name in names):
            if _begins_as_saved_plan(path):
                self.notes.append(f"{path} is a saved plan, not read; give what `terraform show -json` prints of it")

    def _is_assembly(self, directory: Path) -> bool:
        file = directory / _ASSEMBLY
        if not file.is_file():
            return False
        try:
            manifest = self._decode(self._bytes(file), str(file)).value
        except VpceGuardError:
            return False
        return isinstance(manifest, dict) and isinstance(manifest.get("artifacts"), dict)

    def _read_if_about_endpoints(self, path: Path, *, told: bool = False) -> Iterator[NamedDocument]:
        text: Text | None = None
        data = b""
        try:
            data = self._bytes(path)
            text = self._decode(data, str(path))
            if is_candidate(text.value) or (may_make_endpoints(data) and detect(text.value) is not None):
                yield self._read_parts(text, self._given)
                return
            if may_make_endpoints(data):
                raise UnreadableError(
                    f"{path} holds a VPC endpoint in a form that is not read.",
                    advice="Send what the tool makes of it: the packaged template, the plan or the rendered manifest.",
                )
        except VpceGuardError as error:
            if self._keep_problem(path, data, text, error):
                return
        if told:
            self.skipped.append(str(path))

    def _keep_problem(self, path: Path, data: bytes, text: Text | None, error: VpceGuardError) -> bool:
        """Keep the reason why a file is not read; False where it is surely not about endpoints."""
        makes_some = may_make_endpoints(data)
        form = recognise_source(data) if makes_some and (text is None or detect(text.value) is None) else None
        if form is HELM:
            self.notes.append(f"{path} is not read: it is a Helm template; check what `helm template` prints")
            return False
        if form is not None:
            error = UnreadableError(f"{path} is {form.what}.", advice=form.advice)
        elif (
            data
            and not makes_some
            and not data.startswith(_GZIP)
            and all(place["code"] != "transform" for place in error.pointers)
        ):
            return False
        self.problems.append(error)
        return True

    def _check_parameters(self, found: Sequence[NamedDocument]) -> None:
        stray = sorted(n for n in self._given.parameters if n not in self._used and not n.startswith("AWS::"))
        if stray and found:
            self.problems.append(
                MalformedError(f"None of the templates has a parameter {stray[0]!r}.", advice="Check its name.")
            )

    def _assembly(self, directory: Path) -> Iterator[NamedDocument]:
        """The stacks of a cloud assembly, each with its environment, and the templates of nested stacks."""
        manifest = self._decode(self._bytes(directory / _ASSEMBLY), str(directory / _ASSEMBLY)).value
        environments = []
        for artifact in manifest["artifacts"].values():
            properties = artifact.get("properties") or {}
            if artifact.get("type") == "cdk:cloud-assembly":
                stage = directory / str(properties.get("directoryName"))
                if self._is_assembly(stage):
                    yield from self._assembly(stage)
            elif artifact.get("type") == "aws:cloudformation:stack":
                environment = _environment(str(artifact.get("environment")))
                environments.append(environment)
                parameters = {**environment, **(properties.get("parameters") or {}), **self._given.parameters}
                yield from self._template(directory / str(properties.get("templateFile")), parameters)
        shared = environments[0] if environments and all(e == environments[0] for e in environments) else {}
        for path in sorted(directory.glob("*.nested.template.json")):
            yield from self._template(path, {**shared, **self._given.parameters})

    def _template(self, path: Path, parameters: Json) -> Iterator[NamedDocument]:
        given = replace(self._given, parameters=parameters)
        yield from self._try(lambda: self._document(self._bytes(path), str(path), given, format_name="cloudformation"))

    def _document(self, data: bytes, name: str, given: Extras, *, format_name: str | None = None) -> NamedDocument:
        try:
            text = self._decode(data, name)
        except VpceGuardError:
            refuse_source(data, name)
            raise
        if detect(text.value) is None:
            refuse_source(data, name)
        return self._read_parts(text, given, format_name=format_name)

    def _read_parts(self, text: Text, given: Extras, *, format_name: str | None = None) -> NamedDocument:
        given = replace(
            given,
            text=text,
            parameters=self._parameters_for(text.value, given.parameters),
            scope=f"{text.file}:" if self._combine and self._many else "",
            open_beside=lambda place: self._open_beside(Path(text.file), place),
        )
        try:
            document = read_drafts(text.value, format_name=format_name or self._format, given=given)
            if self._many:  # one document with a value of a wrong type must not keep the others from being judged
                _check_types(document)
        except VpceGuardError as error:
            lines = {line for place in error.pointers if (line := text.line(place["pointer"])) is not None}
            where = f"{text.file}:{min(lines)}" if lines else text.file
            error.detail = f"{where}: {error.detail}"
            raise
        self.notes += [f"{text.file}: {note}" for note in document.notes]
        self.warnings += [f"{text.file}, {warning}" for warning in text.warnings]
        return NamedDocument(
            text.file, replace(document, drafts=tuple(_add_file(d, text.file) for d in document.drafts))
        )

    def _open_beside(self, file: Path, place: str) -> Text | None:
        """A file that another one names; None where it cannot be read or lies elsewhere than in the same folder."""
        folder = file.parent.resolve()
        path = (folder / place).resolve()
        if not path.is_relative_to(folder) or not path.is_file():
            return None
        try:
            return self._decode(self._bytes(path), str(file.parent / place))
        except VpceGuardError:
            return None

    def _parameters_for(self, document: Any, given: Any) -> Any:
        """Those of the parameters that a template has, where there are several documents."""
        declared = document.get("Parameters") if isinstance(document, dict) else None
        has = declared.keys() if isinstance(declared, dict) else set()
        self._used.update(has)
        if not self._many:
            return given
        return {name: value for name, value in given.items() if name in has or name.startswith("AWS::")}

    def _decode(self, data: bytes, name: str) -> Text:
        return read_text(data, file=name, limit=self._settings.max_body, yaml_limit=self._settings.max_yaml)

    def _bytes(self, path: Path) -> bytes:
        try:
            with path.open("rb") as stream:
                return stream.read(self._settings.max_body + 1)
        except OSError as error:
            raise UnreadableError(f"{path} cannot be read: {error.strerror}.", advice="Check the path.") from None


def _begins_as_saved_plan(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return is_saved_plan(stream.read(64))
    except OSError:
        return False


def _check_types(document: Document) -> None:
    for number, draft in enumerate(document.drafts, start=1):
        parts = {"request": draft.request, "current": draft.current, "context": draft.context, "intent": draft.intent}
        shapes.require(parts, where=draft.address or f"proposal {number}")


def _add_file(draft: Draft, file: str) -> Draft:
    """The draft with the place of its endpoint, at least the file."""
    source = draft.source or (draft.locations.locate("") if draft.locations else None)
    return replace(draft, source=source or Location(file=file))


def _environment(text: str) -> Json:
    """Account and Region of aws://account/region, where they are known."""
    account, _, region = text.removeprefix("aws://").partition("/")
    found = {"AWS::AccountId": account, "AWS::Region": region}
    return {name: value for name, value in found.items() if value and not value.startswith("unknown")}
