"""Sources that are edited: each build makes anew only what the edit changed."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

from vpce_guard.authoring.rego.build import begin_build
from vpce_guard.authoring.rego.opa import OPA_VERSION, require_version
from vpce_guard.bundle.bundle import Bundle, bundle_of
from vpce_guard.bundle.source_folders import open_sources
from vpce_guard.bundle.sources import Contents, read_deciding, revision_of


class EditedFolder:
    """Rego folders and the last bundle that was built of them. One thread at a time."""

    def __init__(self, *source: Path, opa: str) -> None:
        self.source = source
        self._opa = opa
        self._bundle: Bundle | None = None
        self._code = ""  # of that bundle

    def build(self) -> Bundle:
        """The part of a bundle that decides, in memory, of what the folders hold now.

        It has neither explanations nor what replay asks of a bundle. The bundle is the last one where nothing that
        decides has changed; its wasm is that of the last one where only METADATA have. Raises SourceError with file and
        line of what is wrong, BundleError.
        """
        require_version(self._opa)
        sources = open_sources(self.source)  # an edit may be one of source.yaml
        contents = read_deciding(sources)
        last = self._bundle
        if last is not None and last.revision == revision_of(contents, opa_version=OPA_VERSION):
            return last
        code = _digest_code(contents)
        wasm = last.wasm if last is not None and code == self._code else None
        with begin_build(contents, sources, opa=self._opa, wasm=wasm) as begun:
            files = begun.bundle().files
            self._bundle = bundle_of({"policy.wasm": begun.wasm.result(), **files})
        self._code = code
        return self._bundle


def _digest_code(contents: Contents) -> str:
    """A hash of what policy.wasm is made of: everything but the METADATA of rules, whose lines are counted.

    The numbers of the lines that follow are in the module. What METADATA may say beside is refused by the build.
    """
    digest = hashlib.sha256()
    for name, content in contents.items():
        code = _without_metadata(content) if _is_of_rule(name) else content
        digest.update(f"\n{name} {len(code)}\n".encode() + code)
    return digest.hexdigest()


def _is_of_rule(name: str) -> bool:
    """Whether a file begins with the METADATA of a rule, which are read by the build: the schema of others is opa's."""
    path = PurePosixPath(name)
    return len(path.parts) == 5 and path.parts[1] == "rules" and path.stem == path.parent.name


def _without_metadata(content: bytes) -> bytes:
    lines = content.split(b"\n")
    if lines[0].rstrip() != b"# METADATA":
        return content
    end = next((number for number, line in enumerate(lines) if not line.startswith(b"#")), len(lines))
    return b"\n" * end + b"\n".join(lines[end:])
