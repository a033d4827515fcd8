"""The report as a shell script that asks AWS for what is not known and prints it for `--context`; it changes nothing.

The script prints one JSON list of what AWS answers, or fails as a whole: half an answer is no list. What no command
tells is a comment in it.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from vpce_guard.surfaces.gaps import Gap, find_gaps
from vpce_guard.surfaces.reports import Report
from vpce_guard.surfaces.visible import harmless_line, visible_decision


def render(report: Report) -> str:
    """The script, for a POSIX shell."""
    gaps = find_gaps(map(visible_decision, report.decisions), report.drafts)
    return "\n".join(map(harmless_line, _lines(gaps)))


def _lines(gaps: Sequence[Gap]) -> Iterator[str]:
    yield "#!/bin/sh"
    yield "# Prints what vpce-guard does not know, as AWS answers it: sh fetch.sh > context.json"
    yield "set -eu"
    opening = "["
    for gap in gaps:
        for fetch in gap.fetches:
            yield f"echo {shlex.quote(opening)}"
            yield f"{fetch.command} --output json  # {gap.what}, for {', '.join(gap.rules)}"
            opening = ","
    yield "echo '[]'" if opening == "[" else "echo ']'"
    for gap in gaps:
        if not gap.fetches:
            yield f"# no command tells: {gap.what} ({', '.join(gap.pointers)}), for {', '.join(gap.rules)}"
