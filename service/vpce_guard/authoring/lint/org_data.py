"""Org data files: their schema, the rules they name, and waivers that do not count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from vpce_guard.authoring.lint.finding import Finding
from vpce_guard.authoring.rego import metadata
from vpce_guard.bundle.section_schema import section_schemas
from vpce_guard.bundle.source_folders import Sources
from vpce_guard.bundle.sources import read_deciding
from vpce_guard.errors import SettingsError
from vpce_guard.org.load import load
from vpce_guard.org.waivers import review

CHECKS = {
    "org-data": "an org data file is of its schema, names rules that exist, and nothing in it is without effect",
    "waivers": "no waiver has ended, is for a rule that AWS enforces or that may not be waived, lacks what is "
    "demanded of it, or is approved by who asked for it",
}


def check(paths: Sequence[Path], sources: Sources) -> Iterator[Finding]:
    """The findings in org data files, which together are one document."""
    if not paths:
        return
    try:
        schemas = section_schemas(read_deciding(sources), sources)
        org = load(paths, {rule.name: rule for rule in metadata.rules(sources)}, schemas)
    except SettingsError as error:
        yield from _read_findings(error.detail, paths[0])
        return
    for warning in org.warnings:
        yield from _read_findings(warning, paths[0])
    for found in review(org, datetime.now(UTC), {}, None):
        if found.state in ("refused", "ended"):
            path, line = _waiver(found.waiver_id, org.files)
            yield Finding(
                "waivers", path, line, f"waiver {found.waiver_id} does not count: {found.state}, {found.says}"
            )


def _read_findings(said: str, first: Path) -> Iterator[Finding]:
    """A finding for each `file:line: message` of a text; what names no file is about the first."""
    for part in re.split(r"; (?=[^;]+?:\d+: /)", said):
        place = re.match(r"(.+?):(\d+)?:? (.*)", part, re.DOTALL)
        file, line, message = place.groups() if place else (str(first), None, part)
        yield Finding("org-data", Path(file), int(line or 1), message.rstrip("."))


def _waiver(waiver_id: str, paths: Sequence[Path]) -> tuple[Path, int]:
    for path in paths:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.search(rf"\bid[\"']?: *[\"']?{re.escape(waiver_id)}\b", line):
                return path, number
    return paths[0], 1
