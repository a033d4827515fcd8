"""The documentation site: python tools/docs.py build|serve

Puts together build/pages from docs/, the pages of the rules that the program writes, CHANGELOG.md and CONTRIBUTING.md,
and has zensical make build/site of it, strictly: a link to a page or heading that is not there is an error. Nothing
lists pages: the folders of docs/ are the sections, in the order of SECTIONS, and pages stand in the order of their
names.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build"
PAGES = BUILD / "pages"
BIN = Path(sys.executable).parent
# Folders of the site and their headings in the navigation. A page at the top of docs/ belongs to the explanations.
SECTIONS = {
    "tutorial": "Tutorial",
    "how-to": "How to",
    "reference": "Reference",
    "rules": "Rules",
    "explanation": "Explanation",
    "decisions": "Decisions",
    "project": "Project",
}
PROJECT = {
    "CHANGELOG.md": "changelog.md",
    "CODE_OF_CONDUCT.md": "code-of-conduct.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}
_LINK = re.compile(r"(\]\()([^)\s]+)(\))")


def main() -> None:
    """Build once, or serve and build again with each edit."""
    match sys.argv[1:]:
        case ["build"]:
            gather()
            shutil.rmtree(BUILD / "site", ignore_errors=True)
            run("zensical", "build", "--clean", "--strict", "-f", str(BUILD / "zensical.toml"))
        case ["serve"]:
            serve()
        case _:
            sys.exit("usage: python tools/docs.py build|serve")


def serve() -> None:
    """The site on 127.0.0.1:8000 until Ctrl-C."""
    from watchfiles import watch

    gather()
    server = subprocess.Popen([BIN / "zensical", "serve", "-f", BUILD / "zensical.toml"])
    try:
        for _ in watch(ROOT / "docs", *(ROOT / name for name in PROJECT)):
            gather()
    finally:
        server.terminate()
        server.wait()


def gather() -> None:
    """Write build/pages and build/zensical.toml."""
    shutil.rmtree(PAGES, ignore_errors=True)
    PAGES.mkdir(parents=True)
    origins = {page: page.relative_to(ROOT / "docs") for page in (ROOT / "docs").rglob("*.md")}
    origins |= {ROOT / name: Path("project") / page for name, page in PROJECT.items()}
    for page, place in origins.items():
        (PAGES / place).parent.mkdir(parents=True, exist_ok=True)
        (PAGES / place).write_text(_LINK.sub(relinked(page, place, origins), page.read_text(encoding="utf-8")))
    write_rules()
    config = (ROOT / "zensical.toml").read_text(encoding="utf-8")
    nav = "nav = " + toml(list(navigation()))
    (BUILD / "zensical.toml").write_text(config.replace("[project]\n", f"[project]\n{nav}\n", 1), encoding="utf-8")


def write_rules() -> None:
    """A page for each rule, as the program tells it."""
    run("vpce-guard", "rules", "--pages", str(PAGES / "rules"))


def relinked(page: Path, place: Path, origins: dict[Path, Path]) -> Callable[[re.Match[str]], str]:
    """Gives a link that leaves docs/ the place of its target in the site; a file that is no page is copied into it."""

    def one(match: re.Match[str]) -> str:
        before, target, after = match.groups()
        path, mark, heading = target.partition("#")
        if not path or "://" in path or path.startswith("mailto:"):
            return match.group()
        file = (page.parent / path).resolve()
        if file in origins:
            there = origins[file]
        elif file.is_file() and file.is_relative_to(ROOT):
            there = Path("files") / file.relative_to(ROOT)
            (PAGES / there).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, PAGES / there)
        else:
            return match.group()  # a page that the program writes, or none: zensical says so
        up = "../" * (len(place.parts) - 1)
        return f"{before}{up}{there.as_posix()}{mark}{heading}{after}"

    return one


def navigation() -> Iterator[Any]:
    """The sections with their pages."""
    yield {"Home": "index.md"}
    for folder, heading in SECTIONS.items():
        pages = list(rules() if folder == "rules" else listed(PAGES / folder))
        if folder == "explanation":
            pages += [page.relative_to(PAGES).as_posix() for page in sorted(PAGES.glob("*.md")) if page.stem != "index"]
        if pages:
            yield {heading: pages}


def listed(folder: Path) -> Iterator[Any]:
    """The pages of a folder by name, its index first, then its folders."""
    pages = sorted(folder.glob("*.md"), key=lambda page: (page.stem != "index", page.name))
    yield from (page.relative_to(PAGES).as_posix() for page in pages)
    for inner in sorted(path for path in folder.glob("*") if path.is_dir() and any(path.rglob("*.md"))):
        yield {inner.name.replace("-", " ").capitalize(): list(listed(inner))}


def rules() -> Iterator[Any]:
    """The pages of rules by family: the part of the id before its number."""
    pages = sorted((PAGES / "rules").glob("*.md"), key=lambda page: (page.stem != "index", page.name))
    for family, some in itertools.groupby(pages, key=lambda page: page.stem.rpartition("-")[0]):
        paths = [page.relative_to(PAGES).as_posix() for page in some]
        yield from [{family: paths}] if family else paths


def toml(value: Any) -> str:
    """Lists, tables of one member and texts in TOML's inline form."""
    if isinstance(value, list):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(name)} = {toml(item)}" for name, item in value.items()) + " }"
    return json.dumps(value)


def run(command: str, *arguments: str) -> None:
    """A command of this environment; ends with its exit code where that is not 0."""
    code = subprocess.run([BIN / command, *arguments], cwd=ROOT, check=False).returncode
    if code:
        sys.exit(code)


if __name__ == "__main__":
    main()
