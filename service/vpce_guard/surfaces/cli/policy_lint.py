"""`vpce-guard policy lint`: what is wrong with policies and org data, as text, JSON or annotations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vpce_guard.surfaces.cli.opa_option import opa_option
from vpce_guard.surfaces.cli.source_option import source_option

if TYPE_CHECKING:
    from vpce_guard.authoring.lint import Finding


@click.command("lint")
@source_option()
@click.option(
    "--data", "data", metavar="FILE", multiple=True, type=click.Path(path_type=Path), help="Org data to check, too."
)
@opa_option()
@click.option("-o", "output", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
@click.option("--checks", is_flag=True, help="List the checks and what each demands.")
def lint_command(source: tuple[Path, ...], data: tuple[Path, ...], opa: str, output: str, checks: bool) -> int:
    """Check METADATA, layout, style, examples and org data, beyond what the compiler does.

    Exit code 1 if something is found.
    """
    from vpce_guard.authoring.lint import CHECKS, lint
    from vpce_guard.bundle.source_folders import open_sources

    if checks:
        for name, meaning in CHECKS.items():
            click.echo(f"lint/{name}: {meaning}.")
        return 0
    found = lint(open_sources(source), data=data, opa=opa)
    click.echo({"text": _render_text, "json": _render_json, "github": _render_github}[output](found))
    return int(bool(found))


def _render_text(found: list[Finding]) -> str:
    told = [f"{f.path}:{f.line}: lint/{f.check}: {f.message}" for f in found]
    return "\n".join([*told, f"{len(found)} findings" if found else "nothing found"])


def _render_json(found: list[Finding]) -> str:
    from pydantic_core import to_json

    told = [{"check": f.check, "file": str(f.path), "line": f.line, "message": f.message} for f in found]
    return to_json({"findings": told}, indent=2).decode()


def _render_github(found: list[Finding]) -> str:
    from vpce_guard.model import Location
    from vpce_guard.surfaces.reports.github import annotation

    return "\n".join(
        annotation("error", Location(file=str(f.path), line=f.line), f"lint/{f.check}", f.message) for f in found
    )
