"""The score as JSON; docs/how-to/score-against-aws.md describes it."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic_core import to_json

from vpce_guard.model import Json
from vpce_guard.whatif.score.score import WORDS, ScoreResult


def render(result: ScoreResult) -> Iterator[str]:
    """One JSON object, its disagreements last, one on a line."""
    head = to_json(_numbers(result), indent=2).decode()
    yield head.rstrip().removesuffix("}").rstrip() + ',\n  "disagreements": ['
    number = 0
    for number, disagreement in enumerate(result.disagreements(), start=1):
        yield ("," if number > 1 else "") + "\n    " + to_json(disagreement).decode()
    yield ("\n  ]" if number else "]") + "\n}\n"


def _numbers(result: ScoreResult) -> Json:
    score = result.score
    return {
        "precision": score.precision,
        "recall": score.recall,
        "bundle": {"revision": result.revision},
        "error_codes_as_of": result.as_of,
        "files": result.files,
        "events": result.events,
        "counts": {kind: score.counts[kind] for kind in WORDS},
        "not_counted": {
            **vars(result.passed),
            "undecided": score.undecided,
            "unreadable": result.problems.count,
        },
        "rules": {
            rule_id: {"precision": one.precision, "recall": one.recall, **vars(one)}
            for rule_id, one in sorted(score.rules.items())
        },
        "error_codes": {
            code: {"rules": one.rules, **{kind: one.counts[kind] for kind in WORDS if one.counts[kind]}}
            for code, one in sorted(score.codes.items())
        },
        "left_apart": dict(sorted(score.apart.items())),
        "problems": result.problems.listed,
    }
