"""Reports of a score: one file each, with render(result), which gives pieces of text, so that none is too long.

What several say alike is here.
"""

from __future__ import annotations

from typing import NamedTuple

from pydantic_core import to_json

from vpce_guard.model import Json
from vpce_guard.whatif.score.score import ScoreResult

KINDS = {
    "wrongly_denied": "wrongly denied",
    "missed": "missed",
    "denied_otherwise": "denied for another reason",
}


class RuleRow(NamedTuple):
    """A rule and its numbers as a reader sees them."""

    rule_id: str
    precision: str
    recall: str
    counts: tuple[int, ...]


RULE_HEADS = ("foreseen", "wrong", "missed", "other reason", "undetermined")


def percent(value: float | None) -> str:
    """A share in words; a dash where there was nothing to divide."""
    return "-" if value is None else f"{value:.1%}"


def rule_rows(result: ScoreResult) -> list[RuleRow]:
    """The rules that said something, the most wrong ones first."""
    rules = sorted(result.score.rules.items(), key=lambda one: (-one[1].wrong, -one[1].missed, one[0]))
    return [
        RuleRow(
            rule_id,
            percent(one.precision),
            percent(one.recall),
            (one.foreseen, one.wrong, one.missed, one.otherwise, one.undetermined),
        )
        for rule_id, one in rules
    ]


def describe_passed(result: ScoreResult) -> str:
    """What was not counted, in one sentence; empty where there was nothing."""
    passed = result.passed
    counts = (
        (passed.of_access, "refused because of who asked"),
        (passed.of_the_moment, "refused because AWS was busy or failed"),
        (passed.dry_runs, "dry runs"),
        (passed.repeated, "read before"),
        (result.score.undecided, "changes that could not be decided"),
        (result.problems.count, "that could not be read"),
    )
    told = [f"{count:,} {words}" for count, words in counts if count]
    return f"Not counted: {', '.join(told)}." if told else ""


def describe_apart(result: ScoreResult) -> str:
    """What rules that are not about what AWS refuses deny, in one sentence; empty where they deny nothing."""
    told = [f"{rule_id} {count:,}" for rule_id, count in sorted(result.score.apart.items())]
    return f"Left apart, as they do not say that AWS refuses it: {', '.join(told)}." if told else ""


def headline(result: ScoreResult) -> str:
    """The result in one sentence."""
    score = result.score
    return f"Precision {percent(score.precision)}, recall {percent(score.recall)}."


def describe_scope(result: ScoreResult) -> str:
    """What was compared, in one sentence."""
    return (
        f"{result.score.counts.total():,} endpoint changes in {result.events:,} events of {result.files:,} files, "
        f"beside AWS's answers. Error codes as of {result.as_of}."
    )


def describe_place(one: Json) -> str:
    """Which event a disagreement is about."""
    where = " ".join(str(part) for part in (one["account"], one["region"]) if part)
    return f"{one['event_name']} {one['event_id']} at {one['time']}" + (f" in {where}" if where else "")


def describe_answer(one: Json) -> str:
    """What AWS answered."""
    if one["error_code"] is None:
        return "AWS accepted it"
    message = f": {one['error_message'].removesuffix('.')}" if one["error_message"] else ""
    return f"AWS refused it, {one['error_code']}{message}"


def request_text(one: Json) -> str:
    """The request in one line of JSON."""
    return to_json(one["request"]).decode()
