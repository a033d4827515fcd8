"""The score for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from vpce_guard.surfaces.reports.score import (
    KINDS,
    RULE_HEADS,
    describe_answer,
    describe_apart,
    describe_passed,
    describe_place,
    describe_scope,
    headline,
    percent,
    request_text,
    rule_rows,
)
from vpce_guard.surfaces.visible import visible
from vpce_guard.whatif.score.score import WORDS, CodeScore, ScoreResult, share


def render(result: ScoreResult) -> Iterator[str]:
    """The numbers, then each disagreement."""
    yield f"{headline(result)} {describe_scope(result)}\n\n"
    for kind, words in WORDS.items():
        yield f"{result.score.counts[kind]:>10,}  {words}\n"
    yield from (f"\n{told}\n" for told in (describe_passed(result), describe_apart(result)) if told)
    if rows := rule_rows(result):
        heads = "".join(f"  {head:>12}" for head in RULE_HEADS)
        yield f"\n{'rule':<16}  {'precision':>9}  {'recall':>7}{heads}\n"
        for row in rows:
            counts = "".join(f"  {count:>12,}" for count in row.counts)
            yield f"{row.rule_id:<16}  {row.precision:>9}  {row.recall:>7}{counts}\n"
    yield "\n" if result.score.codes else ""
    for code, one in sorted(result.score.codes.items()):
        yield f"{visible(code)}: {_describe_code(one)}\n"
    for disagreement in result.disagreements():
        yield f"\n{KINDS[disagreement['kind']]}: {visible(describe_place(disagreement))}\n"
        yield f"  {visible(describe_answer(disagreement))}.\n"
        if disagreement["stated_by"] and disagreement["kind"] != "wrongly_denied":
            yield f"  stated by {', '.join(disagreement['stated_by'])}\n"
        for denial in disagreement["denied"]:
            yield f"  {denial['rule_id']} {visible(denial['path'])}: {visible(denial['message'])}\n"
        if disagreement["undetermined"]:
            yield f"  could not be judged: {', '.join(disagreement['undetermined'])}\n"
        yield f"  {visible(request_text(disagreement))}\n"


def _describe_code(one: CodeScore) -> str:
    if not one.rules:
        return f"{one.counts.total():,} refused; no rule states it"
    foreseen, lost = one.counts["foreseen"], one.counts["missed"] + one.counts["denied_otherwise"]
    share_told = f"{foreseen:,} foreseen, {lost:,} not ({percent(share(foreseen, lost))})"
    return f"{one.counts.total():,} refused, {share_told}; stated by {', '.join(one.rules)}"
