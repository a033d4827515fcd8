"""The results of tests as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from vpce_guard.authoring.testing.checks import Result

_MARKS = {"both": ("  ", None), "expected": ("- ", "red"), "found": ("+ ", "green")}


def render(results: Sequence[Result]) -> str:
    """The failures with terminal styles, and a line that counts."""
    failed = [result for result in results if not result.has_passed]
    lines = [line for result in failed for line in failure_lines(result)]
    if any(result.diff for result in failed):
        lines.append("(- expected and not found, + found and not expected)")
    count = f"{len(results) - len(failed)} passed, {len(failed)} failed"
    return "\n".join([*lines, click.style(count, fg="red" if failed else "green")])


def failure_lines(result: Result) -> Iterator[str]:
    """What failed, where, and what is different, in lines with terminal styles."""
    where = f" [{result.engine}]" if result.engine else ""
    yield click.style(f"FAIL {result.rule}: {result.name}{where}", bold=True)
    first, *more = result.problem.splitlines()
    yield f"  {result.file}:{result.line}: {first}"
    yield from (f"    {line}" for line in more)
    for line in result.diff:
        mark, color = _MARKS[line.where]
        yield "    " + (click.style(mark + line.text, fg=color) if color else mark + line.text)
