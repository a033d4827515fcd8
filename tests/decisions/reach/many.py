"""Many policies against brute force: python -m tests.decisions.reach.many [POLICIES] [FIRST]

Each pair of policies of the small world is asked all questions. Exit code 1 where an answer is wrong, where something
of the policy language does not occur, or where more than a third of the answers to a question are undecided.
"""
# ruff: noqa: T201 - it prints what it finds

from __future__ import annotations

import sys
import time
from collections import Counter

from tests.support.brute_force import go_through
from vpce_guard.decisions.reach.document import EndpointPolicy
from vpce_guard.decisions.reach.operators import BASES

TURNS = ("Deny", "NotPrincipal", "NotAction", "NotResource", "IfExists", "ForAnyValue", "ForAllValues", "variables")


def main(policies: int = 100_000, first: int = 0) -> int:
    """Compares the answers and prints what occurred."""
    answers: Counter[str] = Counter()
    features: Counter[str] = Counter(dict.fromkeys((*TURNS, *map(_name, BASES.values())), 0))
    too_long: list[str] = []
    started = time.process_time()
    pairs = range(first, first + policies // 2)
    for number in pairs:
        found = go_through(number)
        if found.wrong:
            print(*found.wrong, sep="\n  ")
            return 1
        answers.update(f"{answer.question} {answer.answer}" for answer in found.answers)
        features.update(feature for policy in found.policies for feature in _features_of(policy))
        too_long += found.too_long
    seconds = time.process_time() - started
    print(*(f"{name:<32}{count:>8}" for name, count in [*sorted(answers.items()), *sorted(features.items())]), sep="\n")
    print(f"requests that one with fewer keys could stand for: {len(too_long)}", *too_long[:3], sep="\n  ")
    undecided = sum(count for name, count in answers.items() if name.endswith("undecided"))
    print(
        f"{len(pairs) * 2} policies, {answers.total()} answers, {undecided / answers.total():.1%} undecided, none wrong"
    )
    print(f"{seconds:.0f} s of the processor, {seconds / len(pairs) * 1000:.1f} ms a pair")
    lacking = [feature for feature, count in features.items() if not count]
    print(*(f"does not occur: {feature}" for feature in lacking), sep="\n", end="")
    asked = {name.split()[0] for name in answers}
    return int(bool(lacking) or any(answers[f"{name} undecided"] > len(pairs) / 3 for name in asked))


def _name(base: tuple[str, bool]) -> str:
    return f"{'not ' if base[1] else ''}{base[0]}"


def _features_of(policy: EndpointPolicy) -> list[str]:
    """What of the policy language a policy uses, each as often as it does."""
    found = ["variables"] * len(policy.variables)
    for statement in policy.statements:
        turns = {
            "Deny": not statement.allows,
            "NotPrincipal": statement.not_principal,
            "NotAction": statement.not_action,
            "NotResource": statement.not_resource,
        }
        found += [name for name, is_used in turns.items() if is_used]
        for test in statement.tests:
            operator = test.operator
            found.append(_name((operator.base, operator.negated)))
            found += ["IfExists"] if operator.if_exists else []
            found += {"any": ["ForAnyValue"], "all": ["ForAllValues"]}.get(operator.quantifier, [])
    return found


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
