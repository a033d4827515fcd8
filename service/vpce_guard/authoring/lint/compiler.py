"""What opa itself says: whether the sources compile with the builtins both engines have, and are formatted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from difflib import get_close_matches
from itertools import zip_longest
from pathlib import Path

from pydantic_core import from_json, to_json

from vpce_guard.authoring.lint.finding import Finding
from vpce_guard.authoring.rego.opa import CAPABILITIES, run_confined, with_source_paths
from vpce_guard.authoring.rego.stages import copy_stage
from vpce_guard.bundle.source_folders import Sources
from vpce_guard.folders import make_temporary_folder
from vpce_guard.formats.aws.input_schema import input_schema
from vpce_guard.model import Json

CHECKS = {
    "compiles": "`opa check --strict` takes the sources, with the builtins of capabilities.json that reach nothing and "
    "the schema of input, by which a member that no input has is found",
    "format": "`opa fmt` would change nothing",
}


def check(sources: Sources, *, opa: str) -> Iterator[Finding]:
    """What the compiler says of all sources together; own ones with the built-in libraries, as a rule sees no other."""
    folder = sources.folders[0]
    with make_temporary_folder() as work, ExitStack() as stages:
        try:
            capabilities = _capabilities(folder, Path(work))
        except (ValueError, KeyError, TypeError):
            yield Finding("compiles", folder / "capabilities.json", 1, "it is not a capabilities document of opa")
            return
        stage = stages.enter_context(copy_stage(sources, sources.edited_rules())) if sources.own else None
        checked, cwd = (stage.name, stage.parent) if stage else (str(sources.built_in), None)
        schema = Path(work) / "input.json"
        schema.write_bytes(to_json(input_schema()))
        options = ["--strict", "--max-errors", "1000", "-f", "json", "--schema", str(schema)]
        command = [opa, "check", *options, "--bundle", checked]
        done = run_confined(command, cwd=cwd, capabilities=capabilities)
    if done.returncode == 0:
        return
    said = done.stderr or done.stdout
    try:
        errors = from_json(said)["errors"]
    except (ValueError, KeyError, TypeError):
        yield Finding("compiles", folder, 1, with_source_paths(said.decode(errors="replace").strip(), sources))
        return
    for error in errors:
        location = error.get("location") or {}
        file, row = with_source_paths(str(location.get("file") or folder), sources), int(location.get("row") or 1)
        yield Finding("compiles", Path(file), row, _describe(error))


def _describe(error: Json) -> str:
    """What the compiler says; of a member that input has not, with the one that was meant."""
    details = error.get("details") or {}
    if (known := details.get("oneOf")) and str(error["message"]).startswith("undefined ref: input"):
        path = [str(part["value"]) for part in details["ref"][: details["pos"] + 1]]
        meant = get_close_matches(path[-1], known, n=1)
        hint = f"did you mean {meant[0]}?" if meant else f"there are {', '.join(known)}"
        return f"{'.'.join(path)}: {'.'.join(path[:-1])} has no {path[-1]}; {hint}"
    return f"{error.get('code', 'error')}: {error['message']}"


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
