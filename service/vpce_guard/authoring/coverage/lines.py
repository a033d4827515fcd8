"""Coverage by line: what the Rego tests and the examples run of the rules and libraries.

The examples are put beside the tests as one more test, which asks each rule about its own examples under the org data
they are for; what they expect is not looked at here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic_core import from_json, to_json

from vpce_guard.authoring.rego import metadata
from vpce_guard.authoring.rego.opa import STAGE, require_version, run
from vpce_guard.authoring.rego.stages import copy_stage
from vpce_guard.authoring.testing.examples import cases
from vpce_guard.bundle.rules import package_of
from vpce_guard.bundle.source_folders import Sources, open_sources
from vpce_guard.errors import SourceError
from vpce_guard.model import Json

_EXAMPLES = """\
package vpce.testing.examples_test

test_examples if {
	answers := [answer |
		some example in data.vpce.testing.examples.inputs
		some member in ["deny", "undetermined"]
		answer := _answer(example, member)
	]
	count(answers) > 0
}

_answer(example, member) := answer if {
	answer := _said(example, member) with input as example.input with data.org as example.input.org
} else := answer if {
	answer := _said(example, member) with input as example.input
}
"""
_SAID = """
_said(example, member) := data.{root}.rules[example.family][example.rule][member] if example.root == "{root}"
"""

_FAILED = 2  # opa test's exit code where a test fails


@dataclass(frozen=True)
class Lines:
    """One file: the lines that were run, and those that could be and were not."""

    path: Path
    covered: tuple[int, ...]
    missed: tuple[int, ...]


@dataclass(frozen=True)
class LineCoverage:
    """Every file that decides, in order; those of own sources alone where there are such."""

    files: tuple[Lines, ...]

    @property
    def percent(self) -> float:
        """The share of lines that were run, from 0 to 100."""
        covered, missed = (sum(len(getattr(f, which)) for f in self.files) for which in ("covered", "missed"))
        return 100 * covered / (covered + missed) if covered + missed else 100.0


def line_coverage(source: Path | Sources, *, opa: str) -> LineCoverage:
    """What tests and examples run. Raises SourceError where they do not compile, or a test fails."""
    require_version(opa)
    sources = open_sources(source)
    with copy_stage(sources, sources.edited_rules()) as stage:
        folder = stage / "vpce/testing/examples"
        folder.mkdir(parents=True)
        (folder / "data.json").write_bytes(to_json({"inputs": list(_inputs(sources))}))
        said_by = "".join(_SAID.format(root=root) for root in sources.roots)
        (folder.parent / "examples_test.rego").write_text(_EXAMPLES + said_by)
        command = [opa, "test", "--coverage", "--timeout", "10m", "--bundle", stage.name]
        said = run(command, source=sources, cwd=stage.parent, failing=(_FAILED,))
    try:
        files: Json = from_json(said)["files"]
    except (ValueError, KeyError):
        raise SourceError("A Rego test fails.", advice="Run `vpce-guard policy test`.") from None
    covered, missed = defaultdict[Path, set[int]](set), defaultdict[Path, set[int]](set)
    for name, ranges in files.items():  # what was run and what was not come under two spellings of one name
        path = sources.place(re.sub(f"^({STAGE}/)+", "", name))
        covered[path] |= _rows(ranges.get("covered") or [])
        missed[path] |= _rows(ranges.get("not_covered") or [])
    edited = [path for path in covered if any(path.is_relative_to(folder) for folder in sources.folders)]
    deciding = sorted(path for path in edited if not path.name.endswith("_test.rego"))
    ran = {path: covered[path] - missed[path] for path in deciding}
    return LineCoverage(tuple(Lines(p, tuple(sorted(ran[p])), tuple(sorted(missed[p]))) for p in deciding))


def _inputs(sources: Sources) -> Iterator[Json]:
    for case in cases(sources, rules=metadata.rules(sources), names=sources.edited_rules()):
        root, _, family, rule = package_of(case.rule).split(".")
        yield {"root": root, "family": family, "rule": rule, "input": case.as_input()}


def _rows(ranges: list[Json]) -> set[int]:
    return {row for one in ranges for row in range(one["start"]["row"], one["end"]["row"] + 1)}
