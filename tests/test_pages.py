"""The pages name what there is: commands, routes, files and functions, and other pages."""

from __future__ import annotations

import ast
import gc
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.surfaces.cli import cli

ROOT = Path(__file__).parent.parent


def load_tool(name: str) -> Any:
    """A module of tools/, which is no package."""
    spec = spec_from_file_location(name, ROOT / f"tools/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


help_in_docs = load_tool("help_in_docs")
PAGES: list[Path] = help_in_docs.pages()


@pytest.fixture(autouse=True)
def _collecting() -> Iterator[None]:
    """`check` stops garbage collection when it is looked up; the tests that come after want it."""
    yield
    gc.enable()


def test_every_command_is_documented() -> None:
    text = (ROOT / "docs/reference/commands.md").read_text()
    documented = re.findall(r"^\$ vpce-guard ([a-z ]+) --help$", text, re.MULTILINE)
    assert documented == [" ".join(words) for words in help_in_docs.commands()]


def test_help_is_quoted_as_it_is_printed() -> None:
    ask = [sys.executable, ROOT / "tools/help_in_docs.py", "--check"]
    stale = subprocess.run(ask, stdout=subprocess.PIPE, text=True, check=False)
    assert (stale.stdout, stale.returncode) == ("", 0), "run `python tools/help_in_docs.py`"


QUOTED = re.compile(r"^```text\n\$ vpce-guard (check [^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ["README.md", "docs/index.md"])
def test_an_answer_is_quoted_as_it_is_printed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    ((command, quoted),) = QUOTED.findall((ROOT / name).read_text())
    printed = CliRunner().invoke(cli, command.split()).output
    parts = [part.strip("\n") for part in re.split(r"^…$", quoted, flags=re.MULTILINE)]
    assert [part for part in parts if part not in printed] == []
    assert max(map(len, parts)) > 300


def test_every_route_is_documented_with_its_scope() -> None:
    rows = re.findall(
        r"^\| `([A-Z]+) (/\S*)` \| ([\w-]+) \|", (ROOT / "docs/reference/rest.md").read_text(), re.MULTILINE
    )
    operations = [
        (method.upper(), path, operation["security"][0])
        for path, item in yaml.safe_load((ROOT / "openapi.yaml").read_text())["paths"].items()
        for method, operation in item.items()
        if method in ("get", "post", "put", "patch", "delete")
    ]
    expected = {(method, path, *(needs.get("bearer") or ["signature"])) for method, path, needs in operations}
    assert set(rows) == expected


def test_every_rule_of_the_organisation_is_given_a_reason() -> None:
    page = (ROOT / "docs/explanation/what-organisations-want.md").read_text()
    rows = re.findall(r"^\| [^|]+ \| (VPCE-ORG-\d+) ([^|]+) \| [^|]{20,} \|$", page, re.MULTILINE)
    rules = [(rule.id, rule.title) for rule in open_bundle().rules.values() if rule.kind == "org"]
    assert rows == sorted(rules)


def test_the_request_that_is_followed_goes_through_functions_that_exist() -> None:
    steps = re.findall(r"^\| \d+ \| `(\S+)` \| `(\w+)` \|", (ROOT / "docs/architecture.md").read_text(), re.MULTILINE)
    assert len(steps) > 10
    assert [(file, name) for file, name in steps if name not in defined(ROOT / "service/vpce_guard" / file)] == []


def test_the_rooms_of_the_tower_are_the_entries_of_the_package() -> None:
    text = (ROOT / "docs/architecture.md").read_text()
    rooms = text[text.index("## Rooms") : text.index("## Which way")]
    package = {path.name for path in (ROOT / "service/vpce_guard").iterdir()} - {
        "__pycache__",
        "__init__.py",
        "py.typed",
    }
    assert {name for name in package if f"`{name}`" not in rooms and f"`{name}/`" not in rooms} == set()


def defined(file: Path) -> set[str]:
    """The functions and classes of a module, at any depth."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, kinds)}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_to_files_and_headings_that_exist(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\((?!https?://|mailto:)([^)\s]+)\)", without_code(page.read_text())):
        path, _, heading = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (heading and heading not in headings(file)):
            broken.append(target)
    assert broken == []


def test_every_page_is_reached_from_another() -> None:
    pages = [page for page in PAGES if page.name not in ("README.md", "index.md")]
    linked = {
        (page.parent / target.partition("#")[0]).resolve()
        for page in PAGES
        for target in re.findall(r"\]\((?!https?://)([^)\s]+)\)", without_code(page.read_text()))
    }
    loose = {str(page.relative_to(ROOT)) for page in pages if page.resolve() not in linked}
    assert {name for name in loose if not name.startswith(("docs/decisions/", "docs/reference/rules/"))} == set()


def without_code(text: str) -> str:
    """A page without its blocks of code, in which brackets mean other things."""
    return re.sub(r"(?ms)^```.*?^```$|^    .*?$|`[^`\n]*`", "", text)


def headings(file: Path) -> set[str]:
    """The anchors of a page's headings, as git hosts and the site make them."""
    found = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in found}
