"""Opens what is proposed: org data, and a rego folder, own rules to lie over the installed ones, a built bundle, an
archive of one or a git revision of a folder.

The work tree of a git revision is never touched: its files are read with `git archive`.
"""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from vpce_guard.bundle.bundle import Bundle, open_bundle
from vpce_guard.bundle.open_any import open_any
from vpce_guard.bundle.source_folders import DESCRIPTION
from vpce_guard.errors import BundleError, SettingsError, VpceGuardError
from vpce_guard.model import Json

_MAX_SOURCE = 64 << 20  # bytes of a rego folder
_MAX_FILES = 20_000


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What is proposed. None is "as recorded": each decision's own bundle, or its own org data."""

    bundle: Bundle | None = None
    bundle_name: str | None = None
    org: Json | None = None
    org_name: str | None = None

    @property
    def name(self) -> str:
        """What to call it in a report."""
        parts = [self.bundle_name or "the recorded bundles"]
        if self.bundle is not None:
            parts[0] += f" ({self.bundle.revision[:12]})"
        return " with org data ".join([*parts, *([self.org_name] if self.org_name else [])])


@dataclass(frozen=True, kw_only=True)
class CandidateOpener:
    """What opening candidates needs: a folder to build in, an opa, and the file of the keys that archives must be
    signed by, where there is one."""

    work: Path
    opa: str = "opa"
    keys_file: Path | None = None

    def bundle(self, spec: str) -> Bundle:
        """The bundle of a path or `git:REV[:path]`. Raises BundleError or SettingsError that says what is wrong."""
        if spec.startswith("git:"):
            revision, _, folder = spec.removeprefix("git:").partition(":")
            source = self.work / "candidate-source"
            _from_git(revision, folder or "rego", source)
            return self._build(source / (folder or "rego"), opened=spec)
        path = Path(spec)
        if path.is_file() or (path / "catalogue.json").is_file():
            return open_any(path, self.keys_file)
        if (path / "vpce").is_dir() or (path / DESCRIPTION).is_file():
            return self._build(path, opened=spec)
        raise SettingsError(
            f"{spec} is not a candidate.",
            advice="Give a folder of policies, a built bundle, an archive of one, or git:REVISION[:path of a folder].",
        )

    def _build(self, source: Path, *, opened: str) -> Bundle:
        from vpce_guard.authoring.rego.build import build

        target = self.work / "candidate"
        try:
            build(source, target, opa=self.opa, explained=False)
        except (OSError, VpceGuardError) as error:
            raise BundleError(f"The candidate {opened} cannot be built: {error}") from None
        return open_bundle(target)


def org_document(paths: Sequence[Path], bundle: Bundle | None) -> Json:
    """The org data document in files, checked under the rules of a bundle. Raises SettingsError."""
    from vpce_guard.org.load import load

    under = bundle or open_bundle()
    return load(paths, under.rules, under.catalogue.sections).document


def _from_git(revision: str, folder: str, target: Path) -> None:
    """Write a folder of a revision of the repository around the working directory into `target`."""
    parts = PurePosixPath(folder).parts
    if revision.startswith("-") or not revision or PurePosixPath(folder).is_absolute() or ".." in parts:
        raise SettingsError(f"git:{revision}:{folder} is not a revision and a folder.", advice="Write git:main:rego.")
    try:
        top = subprocess.run(["git", "rev-parse", "--show-toplevel"], capture_output=True, check=True)  # noqa: S607
        command = ["git", "-C", top.stdout.decode().rstrip("\n"), "archive", "--format=tar", revision, "--", folder]
        archive = subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603
    except OSError as error:
        raise BundleError(f"git cannot be run: {error}.") from None
    except subprocess.CalledProcessError as error:
        told = error.stderr.decode(errors="replace").strip().splitlines()
        raise BundleError(
            f"git has no {folder} at {revision}: {told[-1] if told else 'it said nothing'}.",
            advice="Run it in the repository of the policies.",
        ) from None
    for name, content in _files(archive).items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _files(archive: bytes) -> Mapping[str, bytes]:
    if len(archive) > _MAX_SOURCE:
        raise BundleError(f"The folder has more than {_MAX_SOURCE} bytes.")
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for entry in tar:
            path = PurePosixPath(entry.name)
            if path.is_absolute() or ".." in path.parts or entry.issym() or entry.islnk():
                raise BundleError(f"The folder holds {entry.name!r}, which is not a regular file.")
            if entry.isfile() and (reader := tar.extractfile(entry)) is not None:
                found[entry.name] = reader.read()
            if len(found) > _MAX_FILES:
                raise BundleError(f"The folder holds more than {_MAX_FILES} files.")
    return found
