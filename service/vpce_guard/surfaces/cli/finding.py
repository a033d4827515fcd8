"""Which texts the files, directories and cloud assemblies that a command is given stand for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from vpce_guard.errors import UnreadableError, VpceGuardError
from vpce_guard.formats import detect
from vpce_guard.formats.candidates import is_candidate, may_make_endpoints
from vpce_guard.formats.kubernetes.forms import only_names_endpoints
from vpce_guard.formats.sources import HELM, makes_endpoints_in_hcl, recognise_source, refuse_source
from vpce_guard.formats.terraform.forms import is_saved_plan
from vpce_guard.formats.text import Text, read_text
from vpce_guard.model import Json
from vpce_guard.settings import Settings
from vpce_guard.surfaces.cli.assembly import MANIFEST, AssemblyStack, is_manifest, parts_of
from vpce_guard.surfaces.cli.named_files import SKIPPED

_SUFFIXES = (".json", ".yaml", ".yml", ".template", ".tfplan")
_HCL = (".tf", ".tofu", ".hcl")
_GZIP = b"\x1f\x8b"


class Readable(NamedTuple):
    """A text that is to be read.

    `data` are its bytes where it is passed over if it is not about endpoints. `stack` says what a cloud assembly tells
    of a template.
    """

    text: Text
    data: bytes | None = None
    stack: AssemblyStack | None = None


@dataclass
class Remarks:
    """What there is to say of what is read: what could not be, what of the rest was not, what was with doubt."""

    problems: list[VpceGuardError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class Finder:
    """Finds the texts of names. What cannot be decoded goes to `told`; what is passed over to `skipped`."""

    def __init__(self, settings: Settings, told: Remarks, *, skip_others: bool, many: bool) -> None:
        """With `skip_others`, files that are not about endpoints are passed over, as those in directories are.

        Without `many`, a problem is raised.
        """
        self._settings = settings
        self._told = told
        self._skip_others = skip_others
        self._many = many
        self.skipped: list[str] = []

    def find(self, name: str) -> Iterator[Readable]:
        """The texts that a name stands for."""
        path = Path(name)
        if name == "-":
            data = sys.stdin.buffer.read(self._settings.max_body + 1)
            yield from self._try(lambda: self._readable(data, "standard input"))
        elif path.is_dir():
            yield from self._find_in_directory(path)
        elif self._skip_others:
            yield from self._find_if_about_endpoints(path, told=True)
        else:
            yield from self._try(lambda: self._readable(self._bytes(path), name))

    def _try(self, work: Callable[[], Readable]) -> Iterator[Readable]:
        """What `work` finds; where there are several documents, a problem does not keep the others from being read."""
        try:
            yield work()
        except VpceGuardError as error:
            if not self._many:
                raise
            self._told.problems.append(error)

    def _find_in_directory(self, directory: Path) -> Iterator[Readable]:
        """Everything in a directory that is of a known format, and the cloud assemblies in it."""
        assemblies: list[Path] = []
        files: list[Path] = []
        for root, folders, names in os.walk(directory):
            here = Path(root)
            if MANIFEST in names and self._is_assembly(here):
                assemblies.append(here)
                folders.clear()
                continue
            folders[:] = [f for f in folders if not f.startswith(".") and f not in SKIPPED]
            files += [here / name for name in names if not name.startswith(".") and name.endswith(_SUFFIXES)]
            self._note_source(here, [name for name in sorted(names) if name.endswith(_HCL)])
            self._note_saved_plans(here, names)
        for path in sorted([*assemblies, *files]):
            yield from self._find_in_assembly(path) if path in assemblies else self._find_if_about_endpoints(path)

    def _note_source(self, folder: Path, names: Sequence[str]) -> None:
        """Say which files of a folder make endpoints once Terraform, OpenTofu or Terragrunt has planned them."""
        if found := [str(folder / name) for name in names if makes_endpoints_in_hcl(folder / name)]:
            are = "is" if len(found) == 1 else "are"
            self._told.notes.append(f"{', '.join(found)} {are} not read; give the plan: `terraform show -json PLAN`")

    def _note_saved_plans(self, folder: Path, names: Sequence[str]) -> None:
        """Say which files are saved plans, where no JSON lies beside them that may be what they are printed as."""
        if any(name.endswith(".json") for name in names):
            return
        for path in sorted(folder / name for name in names):
            if _begins_as_saved_plan(path):
                told = f"{path} is a saved plan, not read; give what `terraform show -json` prints of it"
                self._told.notes.append(told)

    def _is_assembly(self, directory: Path) -> bool:
        file = directory / MANIFEST
        if not file.is_file():
            return False
        try:
            return is_manifest(self.open(file).value)
        except VpceGuardError:
            return False

    def _find_if_about_endpoints(self, path: Path, *, told: bool = False) -> Iterator[Readable]:
        text: Text | None = None
        data = b""
        try:
            data = self._bytes(path)
            text = self._decode(data, str(path))
            if is_candidate(text.value) or (may_make_endpoints(data) and detect(text.value) is not None):
                yield Readable(text, data)
                return
            if may_make_endpoints(data) and not only_names_endpoints(text.value):
                raise UnreadableError(
                    f"{path} holds a VPC endpoint in a form that is not read.",
                    advice="Send what the tool makes of it: the packaged template, the plan or the rendered manifest.",
                )
        except VpceGuardError as error:
            if keep_problem(path, data, text, error, self._told):
                return
        if told:
            self.skipped.append(str(path))

    def _find_in_assembly(self, directory: Path) -> Iterator[Readable]:
        """The stacks of a cloud assembly and of its stages."""
        manifest: Json = self.open(directory / MANIFEST).value
        for part in parts_of(manifest, directory):
            if isinstance(part, AssemblyStack):
                yield from self._try(partial(self._read_stack, part))
            elif self._is_assembly(part):
                yield from self._find_in_assembly(part)

    def _read_stack(self, stack: AssemblyStack) -> Readable:
        return self._readable(self._bytes(stack.file), str(stack.file))._replace(stack=stack)

    def _readable(self, data: bytes, name: str) -> Readable:
        try:
            text = self._decode(data, name)
        except VpceGuardError:
            refuse_source(data, name)
            raise
        if detect(text.value) is None:
            refuse_source(data, name)
        return Readable(text)

    def _decode(self, data: bytes, name: str) -> Text:
        return read_text(data, file=name, limit=self._settings.max_body, yaml_limit=self._settings.max_yaml)

    def open(self, path: Path) -> Text:
        """The text of a file. Raises UnreadableError."""
        return self._decode(self._bytes(path), str(path))

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


def keep_problem(path: Path, data: bytes, text: Text | None, error: VpceGuardError, told: Remarks) -> bool:
    """Keep the reason why a file is not read; False where it is surely not about endpoints."""
    makes_some = may_make_endpoints(data)
    form = recognise_source(data) if makes_some and (text is None or detect(text.value) is None) else None
    if form is HELM:
        told.notes.append(f"{path} is not read: it is a Helm template; check what `helm template` prints")
        return False
    if form is not None:
        error = UnreadableError(f"{path} is {form.what}.", advice=form.advice)
    elif (
        data
        and not makes_some
        and not data.startswith(_GZIP)
        and all(place["code"] not in ("transform", "not_read") for place in error.pointers)
    ):
        return False
    told.problems.append(error)
    return True
