"""`vpce-guard replay`: which recorded decisions a candidate would have made otherwise."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from vpce_guard.folders import make_temporary_folder
from vpce_guard.surfaces.cli.opa_option import opa_option
from vpce_guard.surfaces.cli.progress import show_progress
from vpce_guard.surfaces.reports import renderer, report_names

_MOST_WORKERS = 8


@click.command("replay")
@click.option("--candidate", metavar="PATH|git:REV[:PATH]", help="Rego folder, built bundle, archive of one, or git.")
@click.option(
    "--candidate-data", metavar="FILE", multiple=True, type=click.Path(path_type=Path), help="Org data proposed."
)
@click.option("--log", "database_url", metavar="URL", help="The decision log. [default: as for serve]")
@click.option("--from", "export", metavar="FILE|FOLDER", type=click.Path(path_type=Path), help="Exports instead.")
@click.option("--since", metavar="TIME", help="RFC 3339, inclusive.")
@click.option("--until", metavar="TIME", help="RFC 3339, exclusive.")
@click.option("--label", metavar="NAME:VALUE", help="Only decisions with a label.")
@click.option("--account", metavar="ID", help="Only decisions of an account.")
@click.option("--rule", metavar="ID", help="Only decisions that mention a rule.")
@click.option("--service", metavar="NAME", help="Only decisions on a service, by its whole name.")
@click.option("--allowed/--denied", default=None, help="Only decisions that allow, or do not.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many, the oldest.")
@click.option("--sample", type=click.FloatRange(0, 1, min_open=True), metavar="SHARE", help="A share, picked by id.")
@click.option("-o", "--output", type=click.Choice(report_names("replay")), default="text")
@click.option("--max-newly-denied", type=click.IntRange(0), metavar="N", help="Exit 1 if more are newly denied.")
@click.option("--max-newly-allowed", type=click.IntRange(0), metavar="N", help="Exit 1 if more are newly allowed.")
@click.option("--resume", metavar="FILE", type=click.Path(path_type=Path), help="Keep the state here, and go on there.")
@click.option("--workers", type=click.IntRange(1), metavar="N", help="Processes. [default: one for each CPU]")
@click.option("--cluster", metavar="ADDRESS", help="A Dask scheduler whose workers do it, such as tcp://10.0.0.1:8786.")
@opa_option("The opa binary that builds candidates.")
def command(output: str, max_newly_denied: int | None, max_newly_allowed: int | None, **flags: Any) -> int:
    """Judge recorded decisions again under a candidate, and tell what would have been decided otherwise.

    Each is first made again as it was made; what does not come out as recorded is listed and not counted.
    """
    from vpce_guard.settings import load_settings
    from vpce_guard.whatif.replay.request import Request, replay

    if flags["candidate"] is None and not flags["candidate_data"]:
        raise click.UsageError("Give a --candidate, --candidate-data, or both.")
    if flags["cluster"] is not None and flags["workers"] is not None:
        raise click.UsageError("Give --workers or --cluster, not both: a cluster has workers of its own.")
    settings = load_settings(flags={"database_url": flags.pop("database_url")})
    flags["workers"] = flags["workers"] or min(os.cpu_count() or 1, _MOST_WORKERS)
    with make_temporary_folder("vpce-guard-replay-") as work:
        request = Request(settings=settings, work=Path(work), **flags)
        with show_progress("replayed") as progress:
            replayed = replay(request, progress)
    click.echo(renderer(output, "replay")(replayed), nl=False)
    past = [
        f"{found} newly {what}, and at most {most} may be"
        for what, found, most in (
            ("denied", replayed.newly_denied, max_newly_denied),
            ("allowed", replayed.newly_allowed, max_newly_allowed),
        )
        if most is not None and found > most
    ]
    for told in past:
        click.echo(f"vpce-guard: {told}.", err=True)
    return 1 if past else 0
