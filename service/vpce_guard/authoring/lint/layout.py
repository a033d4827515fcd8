"""Where things are: packages, folders, and how long lines and bodies may be."""

from __future__ import annotations

from collections.abc import Iterator

from vpce_guard.authoring.lint.finding import Finding
from vpce_guard.authoring.lint.sources import RegoFile, walk
from vpce_guard.bundle import example_files
from vpce_guard.bundle.source_folders import Sources

CHECKS = {
    "package": "the package is the path of the folder; of a test, with `_test` behind it, or the "
    "name of its file where that is another",
    "folder": "a rule's folder holds NAME.rego, NAME_test.rego and examples.yaml, and nothing else",
    "line-length": "a line of Rego has at most 120 characters, unless a URL stands in it",
    "body-length": "a rule has at most 30 lines",
    "imports": "a rule sees libraries and data, never another rule or the entrypoint",
}

_LINE = 120
_BODY = 30


def check(module: RegoFile) -> Iterator[Finding]:
    """The findings in one Rego file."""
    yield from _package(module)
    for number, line in enumerate(module.text.splitlines(), 1):
        if len(line) > _LINE and "https://" not in line:
            yield Finding("line-length", module.path, number, f"the line has {len(line)} characters of {_LINE}")
    if not module.is_test:
        yield from _bodies(module)
    if module.rule is not None:
        yield from _imports(module)


def folders(sources: Sources) -> Iterator[Finding]:
    """The findings in the folders of rules."""
    edited = sources.edited_rules()
    for name, folder in sources.rule_folders().items():
        if edited is not None and name not in edited:
            continue
        whole = {f"{folder.name}.rego", f"{folder.name}_test.rego", example_files.FILE}
        there = {path.name for path in folder.iterdir()}
        for name in sorted(whole - there):
            yield Finding("folder", folder / name, 1, "the file is missing")
        for name in sorted(there - whole):
            yield Finding("folder", folder / name, 1, "the file does not belong into a rule's folder")


def _package(module: RegoFile) -> Iterator[Finding]:
    said = next((line.removeprefix("package ") for line in module.text.splitlines() if line.startswith("package ")), "")
    expected = ".".join(module.name.split("/")[:-1])
    if module.path.parent.name == "testing":  # what tests use is named after its file
        expected += "." + module.path.name.removesuffix("_test.rego")
    elif module.is_test:
        name = module.path.name.removesuffix(".rego")
        expected += "_test" if name == f"{module.path.parent.name}_test" else f"_{name}"
    if said.strip() != expected:
        line = module.line_of("package ")
        yield Finding("package", module.path, line, f"the package is {said.strip() or 'missing'}, not {expected}")


def _bodies(module: RegoFile) -> Iterator[Finding]:
    """A body opens on a line at the margin that ends with `if {`, and ends with the brace there."""
    start = 0
    for number, line in enumerate(module.text.splitlines(), 1):
        if start and line.startswith("}"):
            if number - start + 1 > _BODY:
                yield Finding("body-length", module.path, start, f"the rule has {number - start + 1} lines of {_BODY}")
            start = 0
        if line[:1].strip() and not line.startswith("#") and line.endswith("if {"):
            start = number


def _imports(module: RegoFile) -> Iterator[Finding]:
    own = module.package
    for path in module.imports.values():
        if path[1:2] == ("rules",) or path[:2] in (("vpce", "main"), ("vpce", "testing")):
            line = module.line_of(f"import data.{'.'.join(path)}")
            yield Finding("imports", module.path, line, f"a rule may not import data.{'.'.join(path)}")
    for node in walk(module.tree.get("rules") or []):
        if node.get("type") != "ref" or node["value"][0].get("value") != "data":
            continue
        path = tuple(str(part["value"]) for part in node["value"][1:5] if part["type"] == "string")
        if (path[1:2] == ("rules",) or path[:2] == ("vpce", "main")) and path != own:
            told = ".".join(("data", *path))
            yield Finding("imports", module.path, module.line_of(told), f"a rule may not use {told}")
