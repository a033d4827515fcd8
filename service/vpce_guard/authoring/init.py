"""A repository for an organisation's own rules: a copy of the one in repository/, under the organisation's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from vpce_guard import REPOSITORY, __version__
from vpce_guard.authoring.rego.opa import OPA_VERSION
from vpce_guard.bundle.source_folders import Description
from vpce_guard.errors import SettingsError

_TEMPLATE = Path(__file__).with_name("repository")
_DOT = "dot-"  # what the names of hidden files begin with there


@dataclass(frozen=True)
class OwnNames:
    """What the organisation's packages begin with, and its ids."""

    root: str
    prefix: str

    def fill_in(self, text: str) -> str:
        """A text of the template with these names and the versions of now."""
        filled = text.replace("OPA_VERSION", OPA_VERSION)
        filled = filled.replace("REQUIREMENT", f"vpce-guard @ git+{REPOSITORY}@v{__version__}")
        filled = filled.replace("x-acme", f"x-{self.root.replace('_', '-')}")
        return filled.replace("acme", self.root).replace("ACME", self.prefix)


def read_names(root: str, prefix: str | None) -> OwnNames:
    """The names, with the prefix that goes with the root where none is given. Raises SettingsError for bad ones."""
    names = OwnNames(root, prefix or root.replace("_", "").upper())
    try:
        Description(root=names.root, prefix=names.prefix, families={})
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(
            f"{first['input']!r} cannot be the {first['loc'][0]}: {first['msg'].removeprefix('Value error, ')}.",
            advice="Give e.g. --root acme --prefix ACME.",
        ) from None
    return names


def write_repository(folder: Path, names: OwnNames) -> list[Path]:
    """Write the repository; its files. Raises SettingsError where one of them is there already, and writes none."""
    texts = {folder / name: text for name, text in _files(names)}
    if there := sorted(path for path in texts if path.exists()):
        raise SettingsError(f"{there[0]} is there already.", advice="Give an empty folder.")
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return sorted(texts)


def _files(names: OwnNames) -> Iterator[tuple[str, str]]:
    for path in sorted(_TEMPLATE.rglob("*")):
        if path.is_file():
            parts = path.relative_to(_TEMPLATE).parts
            yield "/".join(_name(part, names) for part in parts), names.fill_in(path.read_text())


def _name(part: str, names: OwnNames) -> str:
    shown = f".{part.removeprefix(_DOT)}" if part.startswith(_DOT) else part
    return names.root if shown == "acme" else shown
