"""Terraform source: where each block and argument stands, and the expressions that a plan does not print.

Only the directory given and the modules it calls are read, local ones by their path and installed ones as `terraform
init` has put them (.terraform/modules/modules.json). What cannot be read has no places and no values; a plan is judged
all the same, and `warnings` say what that is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path

import tree_sitter_hcl
from pydantic_core import from_json
from tree_sitter import Language, Node, Parser

from vpce_guard.errors import UnreadableError
from vpce_guard.formats.terraform.json_syntax import as_native
from vpce_guard.model import Edit, Location

MAX_BYTES = 4 << 20
"""Of one file; a longer one is not read."""

INSTALLED_MODULES = ".terraform/modules/modules.json"
"""Where `terraform init` says which modules it has put where; below the directory it was run in."""

_LABELS = ("string_lit", "identifier")
_ENDINGS = (".tf", ".tofu", ".tf.json", ".tofu.json")


@dataclass(frozen=True)
class Block:
    """One block: its labels, where it stands, its arguments (name to expression) and its nested blocks."""

    labels: tuple[str, ...]
    location: Location
    arguments: dict[str, Node]
    blocks: tuple[Block, ...]
    is_native: bool = True

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
        node = self.arguments.get(name) if self.is_native else None
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
        self._warnings: dict[str, None] = {}

    @property
    def warnings(self) -> tuple[str, ...]:
        """In words what of the source that was looked for could not be read."""
        return tuple(self._warnings)

    def module(self, path: tuple[str, ...]) -> Module | None:
        """The module called by these names from the root; None when its source is not there."""
        if path not in self._modules:
            self._modules[path] = self._find_module(path)
        return self._modules[path]

    def _find_module(self, path: tuple[str, ...]) -> Module | None:
        directory = self._root
        for depth in range(len(path)):
            called = self._called_directory(directory, path[: depth + 1])
            if called is None:
                return None
            directory = called
        return self._module(directory)

    def resource(self, path: tuple[str, ...], kind: str, name: str, mode: str = "managed") -> Block | None:
        """The block of a resource, or of a data source where `mode` is "data"."""
        module = self.module(path)
        return module.blocks.get(("data" if mode == "data" else "resource", kind, name)) if module else None

    def _called_directory(self, directory: Path, path: tuple[str, ...]) -> Path | None:
        call = self._module(directory).blocks.get(("module", path[-1]))
        source = text_of(call.arguments.get("source")) if call else None
        if source is None:
            return None
        places = [self._installed_modules.get(".".join(path))]
        if source.startswith(("./", "../")):
            places = [Path(os.path.normpath(directory / source)), (directory / source).resolve(), *places]
        found = next((place for place in places if place and self._may_read(place) and any(_sources(place))), None)
        if found is None:
            self._warn(f"the source of module {'.'.join(path)} ({source}) is not there: run `terraform init` first")
        return found

    def _may_read(self, directory: Path) -> bool:
        return self._within is None or directory.is_relative_to(self._within)

    def _warn(self, warning: str) -> None:
        self._warnings[warning] = None

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
                name = str(file.relative_to(self._within) if self._within else file)
                for block in _blocks(file, name, self._warn):
                    if _is_override(file) and (given := module.blocks.get(block.labels)) is not None:
                        module.blocks[block.labels] = _override(given, block)
                    elif block.labels[:1] == ("provider",) and "alias" not in block.arguments:
                        module.blocks[block.labels] = block  # the default one, wherever it stands
                    else:
                        module.blocks.setdefault(block.labels, block)
                    if block.labels == ("locals",):
                        module.locals |= block.arguments
        return self._read[directory]


def _is_override(file: Path) -> bool:
    """Whether Terraform lays the arguments of a file over those of the others."""
    stem = _stem(file)
    return stem == "override" or stem.endswith("_override")


def _override(given: Block, over: Block) -> Block:
    """A block with the arguments of another over its own, and nested blocks in the place of those of their kind."""
    replaced = {_kind_of(block) for block in over.blocks}
    kept = [block for block in given.blocks if _kind_of(block) not in replaced]
    return replace(given, arguments={**given.arguments, **over.arguments}, blocks=(*kept, *over.blocks))


def _kind_of(nested: Block) -> str:
    return nested.labels[-1] if nested.labels[0] == "dynamic" else nested.labels[0]


def _stem(file: Path) -> str:
    """The name of a file of Terraform source without its endings; nothing for any other file."""
    for ending in _ENDINGS:
        if file.name.endswith(ending) and not file.name.startswith("."):
            return file.name.removesuffix(ending)
    return ""


def is_source(name: str) -> bool:
    """Whether a file of this name is Terraform source that is read."""
    return bool(_stem(Path(name)))


def text_of(node: Node | None) -> str | None:
    """The text of an expression that is a literal string; None for any other."""
    while node is not None and node.type in ("expression", "literal_value") and node.named_child_count == 1:
        node = node.named_children[0]
    return _literal(node) if node is not None and node.type == "string_lit" else None


def _sources(directory: Path) -> Iterator[Path]:
    if directory.is_dir():
        for file in sorted(directory.iterdir()):
            if is_source(file.name) and file.is_file():
                yield file


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_hcl.language()))


def _blocks(file: Path, name: str, warn: Callable[[str], None]) -> Iterator[Block]:
    is_native = not name.endswith(".json")
    try:
        if file.stat().st_size > MAX_BYTES:
            warn(f"{name} is not read: it is larger than {MAX_BYTES >> 20} MB")
            return
        data = file.read_bytes()
        tree = _parser().parse(data if is_native else as_native(data.decode("utf-8-sig")).encode())
    except (OSError, ValueError) as error:
        warn(f"{name} is not read: {error}")
        return
    if tree.root_node.has_error:
        warn(f"{name}, line {_first_error(tree.root_node) + 1}: what stands there is not understood")
    for body in tree.root_node.named_children:
        yield from _read_body(body, name, is_native=is_native)


def _first_error(node: Node) -> int:
    """The line, from 0, of the first thing in a node that does not fit the grammar."""
    inner = next((child for child in node.children if child.has_error or child.is_error or child.is_missing), None)
    return node.start_point.row if inner is None else _first_error(inner)


def _read_body(body: Node, file: str, *, is_native: bool) -> Iterator[Block]:
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
            nested = tuple(_read_body(inner, file, is_native=is_native)) if inner else ()
            yield Block(labels, location, arguments, nested, is_native)


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
