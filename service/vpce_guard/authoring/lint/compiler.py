"""What opa itself says: whether the sources compile with the builtins both engines have, and are formatted."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from pydantic_core import from_json

from vpce_guard.authoring.lint.finding import Finding

CHECKS = {
    "compiles": "`opa check --strict` takes the sources, with no builtin but those of capabilities.json",
    "format": "`opa fmt` would change nothing",
}


def check(source: Path, *, opa: str) -> Iterator[Finding]:
    """What the compiler says."""
    command = [opa, "check", "--strict", "--max-errors", "1000", "-f", "json", "--bundle", str(source)]
    capabilities = source / "capabilities.json"
    if capabilities.is_file():
        command += ["--capabilities", str(capabilities)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode == 0:
        return
    said = done.stderr or done.stdout
    try:
        errors = from_json(said)["errors"]
    except (ValueError, KeyError, TypeError):
        yield Finding("compiles", source, 1, said.decode(errors="replace").strip())
        return
    for error in errors:
        location = error.get("location") or {}
        file, row = Path(location.get("file") or source), int(location.get("row") or 1)
        yield Finding("compiles", file, row, f"{error.get('code', 'error')}: {error['message']}")


def check_format(source: Path, *, opa: str) -> Iterator[Finding]:
    """The first line of each file that `opa fmt` would write in another way."""
    listed = subprocess.run([opa, "fmt", "--list", str(source)], capture_output=True, check=False, text=True).stdout
    for path in map(Path, listed.splitlines()):
        better = subprocess.run([opa, "fmt", str(path)], capture_output=True, check=False, text=True).stdout
        pairs = zip_longest(path.read_text().splitlines(), better.splitlines())
        line = next((number for number, (is_, would) in enumerate(pairs, 1) if is_ != would), 1)
        yield Finding("format", path, line, "`opa fmt --write` would write this in another way")
