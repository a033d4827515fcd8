"""`vpce-guard policy score`: what rules say of changes that CloudTrail recorded, beside what AWS answered."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from vpce_guard.surfaces.cli.policy_options import policy_options
from vpce_guard.surfaces.reports import report_names

if TYPE_CHECKING:
    from vpce_guard.runtime.guard import Guard
    from vpce_guard.whatif.score.changes import ChangeReader
    from vpce_guard.whatif.score.score import Score, ScoreResult

_SHARE = click.FloatRange(0, 1)


@click.command("score")
@click.argument("events", metavar="EVENTS...", nargs=-1, required=True)
@click.option(
    "--context",
    "context_files",
    metavar="FILE",
    multiple=True,
    help="What was known around the endpoints at the time. May be given more than once.",
)
@policy_options
@click.option("-o", "--output", type=click.Choice(report_names("score")), default="text", show_default=True)
@click.option("--min-precision", type=_SHARE, metavar="SHARE", help="Exit 1 below it, or where it cannot be told.")
@click.option("--min-recall", type=_SHARE, metavar="SHARE", help="Exit 1 below it, or where it cannot be told.")
def score_command(
    events: tuple[str, ...],
    context_files: tuple[str, ...],
    output: str,
    min_precision: float | None,
    min_recall: float | None,
    **flags: Any,
) -> int:
    """Score the rules about what AWS refuses against what AWS did: precision, recall and each disagreement.

    EVENTS are files, folders or patterns of CloudTrail events, or - for standard input: log files, JSON lines, and
    answers of lookup-events, CloudTrail Lake and Athena.

    Exit codes: 0 done, 1 below a demand, 2 wrong usage or something unreadable, 3 something could not be decided.
    """
    from vpce_guard import logs
    from vpce_guard.runtime.wiring import make_guard
    from vpce_guard.settings import load_settings
    from vpce_guard.surfaces.cli.outputs import read_context
    from vpce_guard.surfaces.reports import renderer
    from vpce_guard.whatif.score.changes import ChangeReader
    from vpce_guard.whatif.score.error_codes import AS_OF
    from vpce_guard.whatif.score.files import EventFiles
    from vpce_guard.whatif.score.score import Score, ScoreResult
    from vpce_guard.whatif.score.spill import Spill

    settings = load_settings(flags=flags)
    logs.configure_later("error")
    context = read_context(context_files, settings)
    guard = make_guard(settings)
    with closing(Spill()) as spill:
        changes = ChangeReader(files=EventFiles(events, settings.max_body), spill=spill, context=context)
        score = Score(spill, {rule.id: rule for rule in guard.bundle.catalogue.rules})
        asyncio.run(_judge(changes, guard, score))
        result = ScoreResult(
            score=score,
            files=changes.files.read,
            events=changes.events,
            passed=changes.passed,
            problems=changes.files.problems,
            revision=guard.bundle.revision,
            as_of=AS_OF,
        )
        for piece in renderer(output, "score")(result):
            click.echo(piece, nl=False)
    for problem in result.problems.listed:
        click.echo(f"vpce-guard: {problem}", err=True)
    return _exit_code(result, min_precision, min_recall)


async def _judge(changes: ChangeReader, guard: Guard, score: Score) -> None:
    from vpce_guard.whatif.score.judging import judge_changes

    try:
        await judge_changes(changes.read(), guard.decide, score)
    finally:
        await guard.engine.close()


def _exit_code(result: ScoreResult, min_precision: float | None, min_recall: float | None) -> int:
    """What the command says of itself; the demands that are not met are told."""
    below = [
        f"The {name} is {'not known' if found is None else format(found, '.3f')}, and {least} is demanded"
        for name, found, least in (
            ("precision", result.score.precision, min_precision),
            ("recall", result.score.recall, min_recall),
        )
        if least is not None and (found is None or found < least)
    ]
    for told in below:
        click.echo(f"vpce-guard: {told}.", err=True)
    if result.score.undecided:
        return 3
    if result.problems.count:
        return 2
    return 1 if below else 0
