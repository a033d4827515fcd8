"""Lint: what is wrong with policies though they compile and pass. A file for each family of checks, and no other list.

A finding is accepted by a comment in the file, `# lint: accept CHECK - REASON`; without a reason it does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from vpce_guard.authoring.lint import (
    compiler,
    expressions,
    layout,
    messages,
    org_data,
    reads,
    references,
    rule_examples,
    rule_metadata,
)
from vpce_guard.authoring.lint.dependencies import RuleReads
from vpce_guard.authoring.lint.finding import Finding
from vpce_guard.authoring.lint.sources import RegoFile, modules
from vpce_guard.authoring.rego import metadata
from vpce_guard.authoring.rego.opa import require_version
from vpce_guard.bundle.source_folders import Sources, open_sources

__all__ = ["CHECKS", "Finding", "lint"]

_FAMILIES = (compiler, layout, rule_metadata, references, reads, messages, expressions, rule_examples, org_data)
CHECKS: dict[str, str] = {
    **{name: meaning for family in _FAMILIES for name, meaning in family.CHECKS.items()},
    "accept": "a `# lint: accept CHECK - REASON` names a check that finds something there, and gives a reason",
}
_ACCEPT = re.compile(r"^\s*# lint: accept ([\w-]+)(?: - (\S.*))?$")


def lint(source: Path | Sources, *, data: Sequence[Path] = (), opa: str = "opa") -> list[Finding]:
    """What is wrong with policies and with org data files, in the order of files and lines.

    Where there are own sources it is looked for in them alone; the built-in rules are what they stand on.
    """
    require_version(opa)
    sources = open_sources(source)
    everything = modules(sources, opa=opa)
    parsed = [module for module in everything if module.is_edited]
    found = [*compiler.check(sources, opa=opa), *layout.folders(sources)]
    for folder in sources.folders:
        found += compiler.check_format(folder, opa=opa)
    rules = [module for module in parsed if module.rule is not None]
    found += rule_metadata.check(rules, metadata.read_retired(sources), sources)
    dependencies = RuleReads(everything)
    for module in parsed:
        found += layout.check(module)
        if not module.is_test:
            found += expressions.check(module)
    for module in (module for module in rules if module.metadata_error is None):
        found += [*reads.check(module, dependencies), *messages.check(module), *references.check_scaffold(module)]
    found += rule_examples.check(sources)
    found += org_data.check(data, sources)
    return sorted(_drop_accepted(found, parsed), key=lambda finding: (finding.path, finding.line, finding.check))


def _drop_accepted(found: list[Finding], parsed: Sequence[RegoFile]) -> Iterator[Finding]:
    """The findings without those that a comment in their file accepts, and what is wrong with such comments."""
    accepted: set[tuple[Path, str]] = set()
    for module in parsed:
        for number, line in enumerate(module.text.splitlines(), 1):
            if (comment := _ACCEPT.match(line)) is None:
                continue
            check, reason = comment.groups()
            if reason is None:
                yield Finding("accept", module.path, number, f"accepting {check} needs a reason: ... {check} - REASON")
            elif not any((f.path, f.check) == (module.path, check) for f in found):
                yield Finding("accept", module.path, number, f"{check} finds nothing here")
            else:
                accepted.add((module.path, check))
    yield from (finding for finding in found if (finding.path, finding.check) not in accepted)
