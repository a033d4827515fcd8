"""`vpce-guard policy diff`: what a bundle that is built anew, over the installed rules, would change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from vpce_guard.surfaces.cli.opa_option import opa_option
from vpce_guard.surfaces.cli.source_option import source_option

if TYPE_CHECKING:
    from sqlalchemy import Engine as Database

    from vpce_guard.bundle.bundle import Bundle
    from vpce_guard.settings import Settings
    from vpce_guard.whatif.replay.results import ReplayResult
    from vpce_guard.whatif.rule_changes import RuleChange


@click.command("diff")
@source_option("Own sources, once for each. [default: rego, if it is one; else none]", default=())
@click.option(
    "--bundle",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="What decides now: a built bundle or an archive of one. [default: what was activated last, else as for serve]",
)
@click.option("--log", "database_url", metavar="URL", help="The decision log. [default: as for serve]")
@click.option("--since", metavar="TIME", help="RFC 3339: only decisions from then on.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many decisions, the oldest.")
@click.option("--no-replay", is_flag=True, help="Compare the rules alone.")
@opa_option()
@click.option("-o", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def diff_command(
    source: tuple[Path, ...],
    bundle: Path | None,
    database_url: str | None,
    since: str | None,
    limit: int | None,
    no_replay: bool,
    opa: str,
    output: str,
) -> int:
    """Show what your rules over the installed built-in ones would change: rules, and recorded decisions made again.

    Run it after an upgrade, before `policy build`. Exit code 1 if something would be decided otherwise.
    """
    from vpce_guard.folders import make_temporary_folder
    from vpce_guard.settings import load_settings
    from vpce_guard.whatif.replay.candidate import Candidate
    from vpce_guard.whatif.replay.request import Request, replay_of
    from vpce_guard.whatif.rule_changes import find_rule_changes

    settings = load_settings(flags={"database_url": database_url})
    with make_temporary_folder("vpce-guard-diff-") as work:
        database = None if no_replay and bundle is not None else _open_log(settings)
        before = _open(bundle, settings, database)
        after = _build_anew(source, Path(work), opa)
        changes = find_rule_changes(before, after)
        replayed = None
        if database is not None and not no_replay:
            candidate = Candidate(bundle=after, bundle_name="your rules over the installed ones")
            request = Request(settings=settings, work=Path(work), opa=opa, since=since, limit=limit)
            replayed = replay_of(request, candidate)
    click.echo((_render_json if output == "json" else _render_text)(before, after, changes, replayed), nl=False)
    return int(replayed is not None and replayed.tally.total > replayed.tally.kinds["unchanged"])


def _open_log(settings: Settings) -> Database | None:
    """The decision log; None, which is said, where there is none yet. Raises SettingsError, LogError."""
    from vpce_guard.decision_log.database import default_url, open_database
    from vpce_guard.errors import NotFoundError

    try:
        return open_database(settings.database_url or default_url(), create=False)
    except NotFoundError as error:
        click.echo(f"vpce-guard: nothing is replayed: {error.detail}", err=True)
        return None


def _open(path: Path | None, settings: Settings, database: Database | None) -> Bundle:
    """What decides now: what is named, else what was activated last, else what a service begins with."""
    from vpce_guard.bundle.open_any import open_any
    from vpce_guard.decision_log.terms import load_bundle
    from vpce_guard.runtime.rollout.store import last_activations

    if path is None:
        last = next(iter(last_activations(database)), None) if database is not None else None
        kept = load_bundle(database, last.revision) if database is not None and last is not None else None
        return kept or open_any(settings.bundle, settings.bundle_keys_file)
    return open_any(path, settings.bundle_keys_file)


def _build_anew(source: tuple[Path, ...], work: Path, opa: str) -> Bundle:
    """The own sources over what is installed; that alone where there are none. Raises SourceError."""
    from vpce_guard.authoring.rego.build import build
    from vpce_guard.bundle.bundle import open_bundle
    from vpce_guard.bundle.source_folders import DESCRIPTION, open_sources

    folders = source or ((Path("rego"),) if (Path("rego") / DESCRIPTION).is_file() else ())
    if not folders:
        return open_bundle()
    build(open_sources(folders), work / "anew", opa=opa, explained=False)
    return open_bundle(work / "anew")


def _render_text(before: Bundle, after: Bundle, changes: list[RuleChange], replayed: ReplayResult | None) -> str:
    from vpce_guard.surfaces.reports.replay.text import render

    told = [f"now:   {_describe(before)}", f"anew:  {_describe(after)}", ""]
    told += [_line(change) for change in changes] or ["The rules are the same."]
    return "\n".join(told) + "\n" + (f"\n{render(replayed)}" if replayed is not None else "")


def _line(change: RuleChange) -> str:
    what = [f"{name} {was} -> {became}" for name, was, became in change.members]
    what += ["may answer otherwise"] if change.may_answer_otherwise else []
    return f"{change.kind:<8} {change.rule_id:<18} {change.title}" + (f": {', '.join(what)}" if what else "")


def _describe(bundle: Bundle) -> str:
    beneath = bundle.catalogue.built_in
    on = f", over built-in rules of {beneath.version} ({beneath.revision[:12]})" if beneath else ""
    return f"{bundle.revision[:12]}, {len(bundle.catalogue.rules)} rules{on}"


def _render_json(before: Bundle, after: Bundle, changes: list[RuleChange], replayed: ReplayResult | None) -> str:
    from pydantic_core import to_json

    from vpce_guard.surfaces.reports.replay.json import document

    told = {
        "now": {"revision": before.revision, "built_in": before.catalogue.built_in},
        "anew": {"revision": after.revision, "built_in": after.catalogue.built_in},
        "rules": [
            {
                "rule_id": change.rule_id,
                "title": change.title,
                "kind": change.kind,
                "may_answer_otherwise": change.may_answer_otherwise,
                "members": {name: {"before": was, "after": became} for name, was, became in change.members},
            }
            for change in changes
        ],
        "replay": document(replayed) if replayed is not None else None,
    }
    return to_json(told, indent=2).decode() + "\n"
