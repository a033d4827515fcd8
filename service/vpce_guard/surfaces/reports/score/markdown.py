"""The score as Markdown, for a pull request or a page."""

from __future__ import annotations

from collections.abc import Iterator

from vpce_guard.surfaces.markdown_text import code, inline
from vpce_guard.surfaces.reports.score import (
    KINDS,
    RULE_HEADS,
    describe_answer,
    describe_apart,
    describe_passed,
    describe_place,
    describe_scope,
    headline,
    request_text,
    rule_rows,
)
from vpce_guard.whatif.score.score import WORDS, ScoreResult


def render(result: ScoreResult) -> Iterator[str]:
    """The numbers as tables, then each disagreement."""
    yield f"## Rules beside AWS's answers\n\n**{headline(result)}** {describe_scope(result)}\n\n"
    yield "| changes | |\n|--:|---|\n"
    yield from (f"| {result.score.counts[kind]:,} | {words} |\n" for kind, words in WORDS.items())
    yield from (f"\n{inline(told)}\n" for told in (describe_passed(result), describe_apart(result)) if told)
    if rows := rule_rows(result):
        yield f"\n| rule | precision | recall | {' | '.join(RULE_HEADS)} |\n|---|--:|--:|{'--:|' * len(RULE_HEADS)}\n"
        for row in rows:
            counts = " | ".join(f"{count:,}" for count in row.counts)
            yield f"| {row.rule_id} | {row.precision} | {row.recall} | {counts} |\n"
    if result.score.codes:
        yield "\n| error code | refused | foreseen | stated by |\n|---|--:|--:|---|\n"
        for name, one in sorted(result.score.codes.items()):
            rules = ", ".join(one.rules) or "no rule"
            yield f"| `{code(name)}` | {one.counts.total():,} | {one.counts['foreseen']:,} | {rules} |\n"
    for disagreement in result.disagreements():
        yield f"\n- **{KINDS[disagreement['kind']]}**: {inline(describe_place(disagreement))}. "
        yield f"{inline(describe_answer(disagreement))}.\n"
        for denial in disagreement["denied"]:
            yield f"    - {denial['rule_id']} `{code(denial['path'])}`: {inline(denial['message'])}\n"
        yield f"    - request: `{code(request_text(disagreement))}`\n"
