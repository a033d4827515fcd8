"""What commands that judge have in common: the context files they take, the reports they write, and their exit code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from vpce_guard.errors import SettingsError, UnreadableError
from vpce_guard.formats.given_context import combine
from vpce_guard.formats.text import read_text
from vpce_guard.model import Json
from vpce_guard.settings import Settings
from vpce_guard.surfaces.reports import Report, describe_report, pieces_of, report_names

_REPORTS = report_names()
_BLOCK = 1 << 16  # characters
_WITH_FRAMEWORKS = {"text", "markdown", "json"}


def read_context(files: Sequence[str], settings: Settings) -> Json:
    """The context in files; empty without one. Raises UnreadableError."""
    return combine(read_contexts(files, settings))


def read_contexts(files: Sequence[str], settings: Settings) -> list[Json]:
    """The contexts in files, each as it stands there. Raises UnreadableError."""
    return [context for file in files for context in _read_context_file(file, settings)]


def _read_context_file(file: str, settings: Settings) -> list[Json]:
    try:
        data = Path(file).read_bytes()
    except OSError as error:
        raise UnreadableError(f"{file} cannot be read: {error.strerror}.", advice="Check the path.") from None
    found = read_text(data, file=file, limit=settings.max_body, yaml_limit=settings.max_yaml).value
    contexts = found if isinstance(found, list) else [found]
    if not all(isinstance(context, dict) for context in contexts):
        advice = "The context must be an object or a list of objects; see docs/reference/formats.md."
        raise UnreadableError(f"{file} does not hold an object.", advice=advice)
    return contexts


def exit_code(report: Report, fail_on: str) -> int:
    """3 where something could not be decided, 1 where something is denied or, on demand, warned of; else 0."""
    if report.has_failed:
        return 3
    return 1 if not report.allowed or (fail_on == "warn" and report.counts.warned) else 0


def list_reports(context: click.Context) -> None:
    """Print the names of the reports and what they are, and end the command."""
    width = max(map(len, _REPORTS))
    click.echo("\n".join(f"{name:<{width}}  {describe_report(name)}" for name in _REPORTS))
    context.exit()


def read_targets(outputs: Sequence[str], *, framework: str | None) -> list[tuple[str, str | None]]:
    """The reports that are asked for, each with its file; None is standard output. Raises UsageError."""
    targets: list[tuple[str, str | None]] = []
    for output in outputs:
        name, _, file = output.partition("=")
        if name not in _REPORTS:
            raise click.UsageError(f"-o {output}: there is no report {name!r}; there are {', '.join(_REPORTS)}.")
        targets.append((name, file or None))
    if sum(file is None for _, file in targets) > 1:
        raise click.UsageError("Only one report goes to standard output: write the others to files, -o sarif=FILE.")
    if framework and not {name for name, _ in targets} & _WITH_FRAMEWORKS:
        raise click.UsageError("--framework adds to the reports text, markdown and json: ask for one of them with -o.")
    return targets


def write_reports(report: Report, targets: Sequence[tuple[str, str | None]]) -> None:
    """Files first: what is printed is the last thing that can fail."""
    for name, file in sorted(targets, key=lambda target: target[1] is None):
        if file is None:
            for text in _in_blocks(pieces_of(name, report)):
                click.echo(text, nl=False)
            click.echo()
            continue
        try:
            with Path(file).open("w", encoding="utf-8") as written:
                written.writelines(map(click.unstyle, pieces_of(name, report)))
                written.write("\n")
        except OSError as error:
            raise SettingsError(f"{file} cannot be written: {error.strerror}.", advice="Check the path.") from None


def _in_blocks(pieces: Iterable[str]) -> Iterator[str]:
    """Pieces put together, so that not each of them is printed by itself."""
    held, size = [], 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _BLOCK:
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)


fail_on_option = click.option(
    "--fail-on",
    type=click.Choice(["deny", "warn"]),
    default="deny",
    show_default=True,
    help="What makes the exit code 1.",
)
output_option = click.option(
    "-o",
    "outputs",
    metavar="FORMAT[=FILE]",
    multiple=True,
    default=("text",),
    show_default=True,
    callback=lambda context, _, outputs: list_reports(context) if "help" in outputs else outputs,
    help="A report; may be given more than once. `-o help` lists the reports.",
)
