"""What opa itself says: whether the sources compile with the builtins both engines have, and are formatted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from pydantic_core import from_json, to_json

from vpce_guard.authoring.lint.finding import Finding
from vpce_guard.authoring.rego.opa import CAPABILITIES, run_confined
from vpce_guard.folders import make_temporary_folder

CHECKS = {
    "compiles": "`opa check --strict` takes the sources, with the builtins of capabilities.json that reach nothing",
    "format": "`opa fmt` would change nothing",
}


def check(source: Path, *, opa: str) -> Iterator[Finding]:
    """What the compiler says."""
    command = [opa, "check", "--strict", "--max-errors", "1000", "-f", "json", "--bundle", str(source)]
    with make_temporary_folder() as work:
        try:
            capabilities = _capabilities(source, Path(work))
        except (ValueError, KeyError, TypeError):
            yield Finding("compiles", source / "capabilities.json", 1, "it is not a capabilities document of opa")
            return
        done = run_confined(command, capabilities=capabilities)
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


def _capabilities(source: Path, work: Path) -> Path:
    """What the sources may use: the packaged capabilities, or less where their own capabilities.json lacks something.

    Raises ValueError, KeyError or TypeError where that is none.
    """
    own = source / "capabilities.json"
    if not own.is_file():
        return CAPABILITIES
    wanted = from_json(own.read_bytes())
    names = {builtin["name"] for builtin in wanted["builtins"]}
    most = from_json(CAPABILITIES.read_bytes())
    builtins = [builtin for builtin in most["builtins"] if builtin["name"] in names]
    narrowed = work / "capabilities.json"
    narrowed.write_bytes(to_json({**wanted, "allow_net": most["allow_net"], "builtins": builtins}))
    return narrowed


def check_format(source: Path, *, opa: str) -> Iterator[Finding]:
    """The first line of each file that `opa fmt` would write in another way."""
    listed = run_confined([opa, "fmt", "--list", str(source)]).stdout.decode()
    for path in map(Path, listed.splitlines()):
        better = run_confined([opa, "fmt", str(path)]).stdout.decode()
        pairs = zip_longest(path.read_text().splitlines(), better.splitlines())
        line = next((number for number, (is_, would) in enumerate(pairs, 1) if is_ != would), 1)
        yield Finding("format", path, line, "`opa fmt --write` would write this in another way")
