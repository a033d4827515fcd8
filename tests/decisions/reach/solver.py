"""Answers about policies beside those of z3: python -m tests.decisions.reach.solver [PAIRS] [FIRST]

z3 looks for a request over all texts, two seconds a question. Where both decide, they have to agree. Exit code 1 where
they do not, or where z3 decides less than a quarter of what it is asked.
"""
# ruff: noqa: T201 - it prints what it finds

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any

import z3

from tests.support.brute_force import ORGANISATION
from tests.support.small_world import make_pair
from tests.support.z3_oracle import SolverWorld
from tests.support.z3_texts import NotEncodedError
from vpce_guard.decisions.reach import ReachAnswer, ReachQuestions, ask, read_policy
from vpce_guard.decisions.reach.document import EndpointPolicy

TIME = 2_000  # milliseconds
KINDS = ("anonymous", "service", "account")
SHOWN_BY = {  # the answer that a request shows to be so
    "allows_anything": "proved",
    "newly_allowed": "refuted",
    "outside_principals": "refuted",
    "outside_resources": "refuted",
}


def main(pairs: int = 300, first: int = 0) -> int:
    """Compares the answers and prints how many z3 decides."""
    counts: Counter[str] = Counter()
    for number in range(first, first + pairs):
        new, old = (read_policy(text) for text in make_pair(Random(number)))  # noqa: S311 - the same each time
        answers = ask(ReachQuestions(policy=new, organisation=ORGANISATION, against=old, budget=5))
        try:
            found = look_for_requests([new, old])
        except NotEncodedError as error:
            counts[f"not encoded: {error}"] += 1
            continue
        for answer in answers:
            if answer.question in found:
                counts[f"{answer.question}: {compare(answer, found[answer.question])}"] += 1
                if compare(answer, found[answer.question]) == "disagree":
                    print(number, answer, found[answer.question])
    print(*(f"{name:<60}{count:>8}" for name, count in sorted(counts.items())), sep="\n")
    asked = [count for name, count in counts.items() if not name.startswith("not encoded")]
    decided = sum(count for name, count in counts.items() if name.endswith((": agree", ": disagree", "by us")))
    print(f"{pairs} pairs, {sum(asked)} questions, z3 decides {decided / max(sum(asked), 1):.1%}")
    return int(any(name.endswith("disagree") for name in counts) or decided * 4 < sum(asked))


def look_for_requests(policies: Sequence[EndpointPolicy]) -> dict[str, Any]:
    """What z3 finds of a request that each question is about."""
    world = SolverWorld(policies)
    passes, passed = map(world.allows, policies)
    looked_for = {
        "allows_anything": passes,
        "newly_allowed": z3.And(passes, z3.Not(passed)),
        "outside_principals": z3.And(passes, world.is_principal_outside()),
        "outside_resources": z3.And(passes, world.is_resource_outside()),
    }
    return {question: _look(world, wanted) for question, wanted in looked_for.items()}


def _look(world: SolverWorld, wanted: Any) -> Any:
    """Whether there is such a request of one of the kinds of principals; unknown where z3 cannot tell of one."""
    outcomes = []
    for kind in KINDS:
        solver = z3.Solver()
        solver.set("timeout", TIME // len(KINDS))
        fixed = [z3.simplify(z3.substitute(one, (world.kind, z3.StringVal(kind)))) for one in (*world.limits, wanted)]
        solver.add(*fixed)
        outcomes.append(solver.check())
        if outcomes[-1] == z3.sat:
            return z3.sat
    return z3.unknown if z3.unknown in outcomes else z3.unsat


def compare(answer: ReachAnswer, found: Any) -> str:
    """How an answer and z3's stand to each other."""
    if found == z3.unknown:
        return "undecided by z3"
    if answer.answer == "undecided":
        return "undecided by us"
    return "agree" if (answer.answer == SHOWN_BY[answer.question]) == (found == z3.sat) else "disagree"


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
