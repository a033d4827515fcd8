"""The report as Markdown, for a pull request: the answer in ten seconds, details folded away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vpce_guard.surfaces.markdown_text import code, fold, inline
from vpce_guard.surfaces.reports import rule_page
from vpce_guard.surfaces.reports.markdown import join_sections
from vpce_guard.surfaces.reports.replay import CHANGES, TITLES, count_left_out, describe_reproduction, headline, tables
from vpce_guard.whatif.compare import ComparedDecision
from vpce_guard.whatif.replay.results import REASONS, WORDS, ReplayResult

_MOST_ROWS = 20
_MOST_EXAMPLES = 5


def render(replayed: ReplayResult) -> str:
    """One Markdown document; sections that would make it too long for a comment are left out, and that is said."""
    return join_sections(_sections(replayed))


def _sections(replayed: ReplayResult) -> Iterator[Iterable[str]]:
    yield "## What this would have changed", ""
    if replayed.not_reproduced:
        yield f"> **{inline(describe_reproduction(replayed))}**", ""
        yield fold("Why", list(_left_out_lines(replayed)))
        yield ("",)
    yield f"**{headline(replayed)}** Candidate: {inline(replayed.candidate)}.", ""
    titles = [TITLES[kind] for kind in TITLES]
    yield "| " + " | ".join(titles) + " |", "|" + "--:|" * len(titles)
    yield ("| " + " | ".join(f"{replayed.tally.kinds[kind]:,}" for kind in TITLES) + " |",)
    for name, rows in tables(replayed):
        lines = ["| " + " | ".join([name, *(TITLES[kind] for kind in CHANGES)]) + " |", "|---|" + "--:|" * len(CHANGES)]
        lines += [
            f"| {_row_name(name, row.name, replayed.docs_url)} | "
            + " | ".join(f"{count:,}" for count in row.counts)
            + " |"
            for row in rows[:_MOST_ROWS]
        ]
        if len(rows) > _MOST_ROWS:
            lines += ["", f"{len(rows) - _MOST_ROWS} more are not shown."]
        yield fold(f"By {name}", lines)
    for kind in CHANGES:
        examples = replayed.tally.examples.get(kind, [])[:_MOST_EXAMPLES]
        yield fold(f"Examples: {TITLES[kind]}", [line for example in examples for line in _example(example)])
    since, until = replayed.part.first, replayed.part.last
    times = f" from {since} to {until}" if since else ""
    again = "" if replayed.not_reproduced else f" {describe_reproduction(replayed)}"
    yield "", f"Decisions{times}, from {inline(replayed.source)}.{again}"


def _left_out_lines(replayed: ReplayResult) -> Iterator[str]:
    yield from (f"- {number:,}: {inline(words)}" for words, number in count_left_out(replayed))
    yield ""
    for reason in REASONS:
        for one in replayed.part.listed.get(reason, [])[:_MOST_EXAMPLES]:
            yield f"- `{code(one.decision_id or 'a record')}`, {inline(WORDS[reason])}: {inline(one.detail)}"


def _example(example: ComparedDecision) -> Iterator[str]:
    about = example.about
    yield f"`{code(about.address)}`, account {inline(about.account)}, team {inline(about.team)}: `{about.decision_id}`"
    yield ""
    yield from (f"- ~~{inline(reason)}~~" for reason in example.before)
    yield from (f"- {inline(reason)}" for reason in example.after)
    yield ""


def _row_name(table: str, name: str, docs_url: str) -> str:
    return f"[{inline(name)}]({rule_page(name, docs_url)})" if table == "rule" else inline(name)
