"""Examples: well formed, and told apart by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from vpce_guard.authoring.lint.finding import Finding
from vpce_guard.authoring.rego import metadata
from vpce_guard.authoring.testing.examples import cases
from vpce_guard.bundle import example_files
from vpce_guard.bundle.source_folders import Sources
from vpce_guard.errors import SourceError

CHECKS = {
    "examples": "examples.yaml holds `examples:`, and under it pass, fail and undetermined with examples of the schema",
    "names": "no two examples of a rule have one name",
}


def check(sources: Sources) -> Iterator[Finding]:
    """The findings in the examples of the rules that are edited."""
    rules, edited = metadata.rules(sources), sources.edited_rules()
    for name, path in metadata.rule_files(sources).items():
        seen: set[str] = set()
        if edited is not None and name not in edited:
            continue
        if not (path.parent / example_files.FILE).is_file():
            continue  # told by layout
        try:
            for case in cases(sources, rules=rules, names=[name]):
                if case.example.name in seen:
                    said = f"{case.example.name!r} is the name of another example, too"
                    yield Finding("names", case.file, case.line, said)
                seen.add(case.example.name)
        except SourceError as error:
            place = re.match(r"(.*?):(\d+): (.*)", error.detail, re.DOTALL)
            file, line, said = place.groups() if place else (str(path), "1", error.detail)
            yield Finding("examples", Path(file), int(line), said)
