"""`vpce-guard policy coverage`: by line and by condition, with every place that is not covered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vpce_guard.surfaces.cli.opa_option import opa_option
from vpce_guard.surfaces.cli.source_option import source_option

if TYPE_CHECKING:
    from vpce_guard.authoring.coverage.conditions import ConditionCoverage
    from vpce_guard.authoring.coverage.lines import LineCoverage

_PERCENT = click.FloatRange(0, 100)


@click.command("coverage")
@source_option()
@click.option("--threshold", type=_PERCENT, metavar="PERCENT", help="Exit code 1 below this share of lines.")
@click.option("--conditions-threshold", type=_PERCENT, metavar="PERCENT", help="The same for conditions.")
@click.option("--lines/--no-lines", default=True, help="Whether lines are looked at.")
@click.option("--conditions/--no-conditions", default=True, help="Whether conditions are looked at.")
@opa_option()
@click.option("-o", "output", type=click.Choice(["text", "json", "lcov"]), default="text", show_default=True)
def coverage_command(
    source: tuple[Path, ...],
    threshold: float | None,
    conditions_threshold: float | None,
    lines: bool,
    conditions: bool,
    opa: str,
    output: str,
) -> int:
    """Say which lines no test or example runs, and which conditions no example shows both ways."""
    from vpce_guard.authoring.coverage.conditions import condition_coverage
    from vpce_guard.authoring.coverage.lines import line_coverage
    from vpce_guard.bundle.source_folders import open_sources

    if output == "lcov" and not lines:
        raise click.UsageError("-o lcov is about lines.")
    sources = open_sources(source)
    by_line = line_coverage(sources, opa=opa) if lines else None
    by_condition = condition_coverage(sources, opa=opa) if conditions and output != "lcov" else None
    click.echo({"text": _render_text, "json": _render_json, "lcov": _lcov}[output](by_line, by_condition))
    below = [
        f"{what}: {coverage.percent:.1f} % is below {least:g} %"
        for what, coverage, least in (
            ("lines", by_line, threshold),
            ("conditions", by_condition, conditions_threshold),
        )
        if coverage is not None and least is not None and coverage.percent < least
    ]
    for line in below:
        click.echo(f"vpce-guard: {line}", err=True)
    return int(bool(below))


def _render_text(lines: LineCoverage | None, conditions: ConditionCoverage | None) -> str:
    told = []
    if lines is not None:
        told += [f"{f.path}:{row}: no test or example runs this line" for f in lines.files for row in f.missed]
    if conditions is not None:
        told += [f"{c.file}:{c.line}: in no example does this hold: {c.text}" for c in conditions.never_held]
        told += [f"{c.file}:{c.line}: in no example does this not hold: {c.text}" for c in conditions.never_failed]
    told += [f"lines: {lines.percent:.1f} %"] if lines is not None else []
    told += [f"conditions: {conditions.percent:.1f} %"] if conditions is not None else []
    return "\n".join(told)


def _render_json(lines: LineCoverage | None, conditions: ConditionCoverage | None) -> str:
    from pydantic_core import to_json

    told: dict[str, Any] = {}
    if lines is not None:
        files = [{"file": str(f.path), "covered": len(f.covered), "missed": f.missed} for f in lines.files]
        told["lines"] = {"percent": lines.percent, "files": files}
    if conditions is not None:
        missed = [
            {"file": c.file, "line": c.line, "text": c.text, "held": c.held, "failed": c.failed}
            for c in conditions.conditions
            if c.seen_count < c.needed_count
        ]
        told["conditions"] = {"percent": conditions.percent, "missed": missed}
    return to_json(told, indent=2).decode()


def _lcov(lines: LineCoverage | None, _: object) -> str:
    """lcov's tracefile: each line that was run counts once."""
    told = ["TN:"]
    for file in lines.files if lines is not None else ():
        hits = {**dict.fromkeys(file.covered, 1), **dict.fromkeys(file.missed, 0)}
        told += [f"SF:{file.path}", *(f"DA:{row},{hits[row]}" for row in sorted(hits))]
        told += [f"LF:{len(hits)}", f"LH:{len(file.covered)}", "end_of_record"]
    return "\n".join(told)
