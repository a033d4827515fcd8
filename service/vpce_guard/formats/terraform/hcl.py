"""Terraform source: where each block and argument stands, and the expressions that a plan does not print.

Only the directory given and the modules it calls are read, local ones by their path and installed ones as `terraform
init` has put them (.terraform/modules/modules.json). What cannot be parsed has no places; a plan is judged all the
same.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path

import tree_sitter_hcl
from pydantic_core import from_json
from tree_sitter import Language, Node, Parser

from vpce_guard.errors import UnreadableError
from vpce_guard.model import Edit, Location

MAX_BYTES = 4 << 20
"""Of one file; a longer one is not read."""

INSTALLED_MODULES = ".terraform/modules/modules.json"
"""Where `terraform init` says which modules it has put where; below the directory it was run in."""

_LABELS = ("string_lit", "identifier")


@dataclass(frozen=True)
class Block:
    """One block: its labels, where it stands, its arguments (name to expression) and its nested blocks."""

    labels: tuple[str, ...]
    location: Location
    arguments: dict[str, Node]
    blocks: tuple[Block, ...]

    def place(self, *names: str) -> Location:
        """Where the first of these arguments or blocks stands that is there; else the block itself."""
        for name in names:
            if name in self.arguments:
                return Location(file=self.location.file, line=self.arguments[name].start_point.row + 1)
            for block in self.blocks:
                if block.labels[0] == name:
                    return block.location
        return self.location

    def literal(self, name: str) -> Edit | None:
        """The span of an argument that is true, false or a number, with its own text; None if it is anything else."""
        node = self.arguments.get(name)
        while node is not None and node.type in ("expression", "literal_value") and node.named_child_count == 1:
            node = node.named_children[0]
        if node is None or node.type not in ("bool_lit", "numeric_lit"):
            return None
        (start_line, start), (end_line, end) = node.start_point, node.end_point
        return Edit(
            file=self.location.file,
            start_line=start_line + 1,
            start_column=start + 1,
            end_line=end_line + 1,
            end_column=end + 1,
            text=_source(node),
        )


@dataclass
class Module:
    """The blocks of one directory, by labels; `locals` are their expressions."""

    directory: Path
    blocks: dict[tuple[str, ...], Block] = field(default_factory=dict)
    locals: dict[str, Node] = field(default_factory=dict)


class Configuration:
    """The source of one root module.

    Where it is `within` a folder, nothing outside of that is read, and files are named from there.
    """

    def __init__(self, directory: Path, *, within: Path | None = None) -> None:
        """Raises UnreadableError where there is no Terraform source."""
        if not directory.is_dir() or not any(_sources(directory)):
            raise UnreadableError(
                f"There is no Terraform source in {directory.relative_to(within) if within else directory}.",
                advice="Give the directory that `terraform plan` was run in.",
            )
        self._root = directory
        self._within = within
        self._read: dict[Path, Module] = {}
        self._modules: dict[tuple[str, ...], Module | None] = {}

    def module(self, path: tuple[str, ...]) -> Module | None:
        """The module called by these names from the root; None when its source is not there."""
        if path not in self._modules:
            self._modules[path] = self._find_module(path)
        return self._modules[path]

    def _find_module(self, path: tuple[str, ...]) -> Module | None:
        directory: Path | None = self._root
        for depth in range(len(path)):
            if directory is None:
                return None
            directory = self._called_directory(directory, path[: depth + 1])
            if directory is not None and self._within and not directory.is_relative_to(self._within):
                return None
        return self._module(directory) if directory is not None else None

    def resource(self, path: tuple[str, ...], kind: str, name: str, mode: str = "managed") -> Block | None:
        """The block of a resource, or of a data source where `mode` is "data"."""
        module = self.module(path)
        return module.blocks.get(("data" if mode == "data" else "resource", kind, name)) if module else None

    def _called_directory(self, directory: Path, path: tuple[str, ...]) -> Path | None:
        call = self._module(directory).blocks.get(("module", path[-1]))
        source = text_of(call.arguments.get("source")) if call else None
        if source is None:
            return None
        if source.startswith(("./", "../")):
            return Path(os.path.normpath(directory / source))
        return self._installed_modules.get(".".join(path))

    @cached_property
    def _installed_modules(self) -> dict[str, Path]:
        try:
            listed = from_json((self._root / INSTALLED_MODULES).read_bytes())["Modules"]
            return {entry["Key"]: Path(os.path.normpath(self._root / entry["Dir"])) for entry in listed}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def _module(self, directory: Path) -> Module:
        if directory not in self._read:
            self._read[directory] = module = Module(directory)
            for file in sorted(_sources(directory), key=_is_override):
                name = file.relative_to(self._within) if self._within else file
                for block in _blocks(file, str(name)):
                    if _is_override(file) and (given := module.blocks.get(block.labels)) is not None:
                        arguments = {**given.arguments, **block.arguments}
                        module.blocks[block.labels] = replace(given, arguments=arguments)
                    elif block.labels[:1] == ("provider",) and "alias" not in block.arguments:
                        module.blocks[block.labels] = block  # the default one, wherever it stands
                    else:
                        module.blocks.setdefault(block.labels, block)
                    if block.labels == ("locals",):
                        module.locals |= block.arguments
        return self._read[directory]


def _is_override(file: Path) -> bool:
    """Whether Terraform lays the arguments of a file over those of the others."""
    return file.stem == "override" or file.stem.endswith("_override")


def is_source(name: str) -> bool:
    """Whether a file of this name is Terraform source that is read."""
    return name.endswith((".tf", ".tofu"))


def text_of(node: Node | None) -> str | None:
    """The text of an expression that is a literal string; None for any other."""
    while node is not None and node.type in ("expression", "literal_value") and node.named_child_count == 1:
        node = node.named_children[0]
    return _literal(node) if node is not None and node.type == "string_lit" else None


def _sources(directory: Path) -> Iterator[Path]:
    if directory.is_dir():
        for file in sorted(directory.iterdir()):
            if is_source(file.name) and file.is_file() and file.stat().st_size <= MAX_BYTES:
                yield file


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_hcl.language()))


def _blocks(file: Path, name: str) -> Iterator[Block]:
    try:
        tree = _parser().parse(file.read_bytes())
    except OSError:
        return
    for body in tree.root_node.named_children:
        yield from _read_body(body, name)


def _read_body(body: Node, file: str) -> Iterator[Block]:
    for node in body.named_children:
        if node.type == "block":
            labels = tuple(_literal(child) for child in node.named_children if child.type in _LABELS)
            inner = next((child for child in node.named_children if child.type == "body"), None)
            arguments: dict[str, Node] = {}
            for child in inner.named_children if inner else ():
                if child.type == "attribute" and child.named_child_count == 2:
                    name, expression = child.named_children
                    arguments[_source(name)] = expression
            location = Location(file=file, line=node.start_point.row + 1)
            yield Block(labels, location, arguments, tuple(_read_body(inner, file)) if inner else ())


def _literal(node: Node) -> str:
    """The text of an identifier or of a quoted string without its quotes."""
    text = _source(node)
    if node.type != "string_lit":
        return text
    try:
        return str(from_json(text))
    except ValueError:
        return text[1:-1]


def _source(node: Node) -> str:
    return (node.text or b"").decode(errors="replace")
