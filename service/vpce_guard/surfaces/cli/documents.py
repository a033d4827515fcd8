"""The documents that a command is given: files, standard input, directories and CDK's cloud assemblies."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import click

from vpce_guard.errors import MalformedError, TooLargeError, UnreadableError, VpceGuardError
from vpce_guard.formats import detect, read_drafts
from vpce_guard.formats.document import Document, Draft, Extras
from vpce_guard.formats.text import Text, read_text
from vpce_guard.model import Decision, Json, Location
from vpce_guard.settings import Settings

_SUFFIXES = (".json", ".yaml", ".yml", ".template", ".tfplan")
_SKIPPED = frozenset({"node_modules", "__pycache__"})
_ABOUT_ENDPOINTS = (b"VPCEndpoint", b"VpcEndpoint", b"aws_vpc_endpoint")
_ASSEMBLY = "manifest.json"


class NamedDocument(NamedTuple):
    """One document and where it comes from."""

    name: str
    document: Document


class Reader:
    """Reads documents with what the command line says about them."""

    def __init__(self, settings: Settings, *, format_name: str, given: Extras, skip_others: bool = False) -> None:
        """With `skip_others`, files that are not about VPC endpoints are passed over, as those in directories are."""
        self._settings = settings
        self._format = format_name
        self._given = given
        self._skip_others = skip_others

    def read(self, names: Sequence[str]) -> list[NamedDocument]:
        """The documents of files, of directories and of standard input (-). Raises VpceGuardError naming the file."""
        return [found for name in names for found in self._read_name(name)]

    def _read_name(self, name: str) -> Iterator[NamedDocument]:
        if name == "-":
            data = sys.stdin.buffer.read(self._settings.max_body + 1)
            yield self._document(data, "standard input", self._given)
            return
        path = Path(name)
        if not path.is_dir() and self._skip_others:
            yield from self._read_if_about_endpoints(path)
            return
        if not path.is_dir():
            yield self._document(self._bytes(path), name, self._given)
            return
        inside = list(self._assembly(path) if (path / _ASSEMBLY).is_file() else self._directory(path))
        if not inside:
            raise UnreadableError(
                f"No file in {name} is about VPC endpoints.",
                advice="Give a directory with plans (`terraform show -json`), templates or manifests.",
            )
        yield from inside

    def _directory(self, directory: Path) -> Iterator[NamedDocument]:
        """Everything in a directory that is of a known format; what is about endpoints must be readable."""
        for path in sorted(directory.rglob("*")):
            inner = path.relative_to(directory).parts
            if path.suffix not in _SUFFIXES or not path.is_file() or any(p.startswith(".") for p in inner):
                continue
            if _SKIPPED & set(inner):
                continue
            yield from self._read_if_about_endpoints(path)

    def _read_if_about_endpoints(self, path: Path) -> Iterator[NamedDocument]:
        data = self._bytes(path)
        try:
            text = self._decode(data, str(path))
            if detect(text.value) is not None:
                yield self._read_parts(text, self._given)
        except (UnreadableError, TooLargeError, MalformedError) as error:
            if any(word in data for word in _ABOUT_ENDPOINTS):
                raise
            click.echo(f"vpce-guard: skipped, not about VPC endpoints: {error.detail}", err=True)

    def _assembly(self, directory: Path) -> Iterator[NamedDocument]:
        """The stacks of a cloud assembly, each with its environment, and the templates of nested stacks."""
        manifest = self._decode(self._bytes(directory / _ASSEMBLY), str(directory / _ASSEMBLY)).value
        artifacts = manifest.get("artifacts") if isinstance(manifest, dict) else None
        if not isinstance(artifacts, dict):
            yield from self._directory(directory)
            return
        environments = []
        for artifact in artifacts.values():
            properties = artifact.get("properties") or {}
            if artifact.get("type") == "cdk:cloud-assembly":
                yield from self._assembly(directory / str(properties.get("directoryName")))
            elif artifact.get("type") == "aws:cloudformation:stack":
                environment = _environment(str(artifact.get("environment")))
                environments.append(environment)
                parameters = {**environment, **(properties.get("parameters") or {}), **self._given.parameters}
                yield self._template(directory / str(properties.get("templateFile")), parameters)
        shared = environments[0] if environments and all(e == environments[0] for e in environments) else {}
        for path in sorted(directory.glob("*.nested.template.json")):
            yield self._template(path, shared)

    def _template(self, path: Path, parameters: Json) -> NamedDocument:
        given = replace(self._given, parameters=parameters)
        return self._document(self._bytes(path), str(path), given, format_name="cloudformation")

    def _document(self, data: bytes, name: str, given: Extras, *, format_name: str | None = None) -> NamedDocument:
        return self._read_parts(self._decode(data, name), given, format_name=format_name)

    def _read_parts(self, text: Text, given: Extras, *, format_name: str | None = None) -> NamedDocument:
        try:
            document = read_drafts(text.value, format_name=format_name or self._format, given=replace(given, text=text))
        except VpceGuardError as error:
            lines = {line for place in error.pointers if (line := text.line(place["pointer"])) is not None}
            where = f"{text.file}:{min(lines)}" if lines else text.file
            error.detail = f"{where}: {error.detail}"
            raise
        return NamedDocument(
            text.file, replace(document, drafts=tuple(_add_file(d, text.file) for d in document.drafts))
        )

    def _decode(self, data: bytes, name: str) -> Text:
        return read_text(data, file=name, limit=self._settings.max_body, yaml_limit=self._settings.max_yaml)

    def _bytes(self, path: Path) -> bytes:
        try:
            with path.open("rb") as stream:
                return stream.read(self._settings.max_body + 1)
        except OSError as error:
            raise UnreadableError(f"{path} cannot be read: {error.strerror}.", advice="Check the path.") from None


def add_locations(decision: Decision, draft: Draft) -> Decision:
    """The decision with the place of each violation."""

    def place(pointer: str) -> Location | None:
        return (draft.locations.locate(pointer) if draft.locations else None) or draft.source

    violations = tuple(v.model_copy(update={"location": place(v.path)}) for v in decision.violations)
    subject = decision.subject.model_copy(update={"source": draft.source})
    return decision.model_copy(update={"violations": violations, "subject": subject})


def _add_file(draft: Draft, file: str) -> Draft:
    """The draft with the place of its endpoint, at least the file."""
    source = draft.source or (draft.locations.locate("") if draft.locations else None)
    return replace(draft, source=source or Location(file=file))


def _environment(text: str) -> Json:
    """Account and Region of aws://account/region, where they are known."""
    account, _, region = text.removeprefix("aws://").partition("/")
    found = {"AWS::AccountId": account, "AWS::Region": region}
    return {name: value for name, value in found.items() if value and not value.startswith("unknown")}


def parameters(values: Sequence[str], settings: Settings) -> dict[str, Any]:
    """Template parameters from NAME=VALUE and from files, in any shape that AWS's own tools take."""
    found: dict[str, Any] = {}
    for value in values:
        name, equals, content = value.partition("=")
        if equals:
            found[name] = content
            continue
        try:
            data = Path(value).read_bytes()
        except OSError as error:
            raise UnreadableError(
                f"{value} cannot be read: {error.strerror}.", advice="Give a file or NAME=VALUE."
            ) from None
        document = read_text(data, file=value, limit=settings.max_body, yaml_limit=settings.max_yaml).value
        if isinstance(document, dict) and isinstance(document.get("Parameters"), dict):
            document = document["Parameters"]
        if isinstance(document, list) and all(isinstance(i, dict) and "ParameterKey" in i for i in document):
            document = {item["ParameterKey"]: item.get("ParameterValue") for item in document}
        if not isinstance(document, dict):
            raise UnreadableError(
                f"There are no parameters in {value}.",
                advice='Write {"Name": "value"} or what `aws cloudformation` takes.',
            )
        found |= document
    return found
