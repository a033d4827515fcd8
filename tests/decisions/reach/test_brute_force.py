"""The procedure against brute force: what it proves no request of a small world contradicts, what it refutes is so.

`make reach-fuzz MANY=100000` goes through many more policies than the tests do.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from tests.support.small_world import OURS, make_policy, pick_keys, requests_over
from vpce_guard.decisions.reach import AccessRequest, ReachAnswer, ReachQuestions, ask, read_policy
from vpce_guard.decisions.reach.document import EndpointPolicy
from vpce_guard.decisions.reach.evaluate import PolicyEvaluator, evaluate
from vpce_guard.decisions.reach.organisation import Organisation

MANY = int(os.environ.get("MANY", "0"))
FIRST = int(os.environ.get("FIRST", "0"))
ORGANISATION = Organisation(accounts=(OURS,), ids=("o-1",))
CAN = (f"arn:aws:sts::{OURS}:assumed-role/a/s", "x:aa", "arn:aws:s3:::a")


def is_outside(request: AccessRequest, *, of: str) -> bool:
    arn = request.principal if of == "Principal" else request.resource
    if of == "Resource" and not arn.startswith("arn:"):
        return False
    account = arn.split(":")[4] if arn.startswith("arn:") else ""
    account = (request.context.get("aws:ResourceAccount", (account,))[0] if of == "Resource" else account) or "other"
    organisation = request.context.get(f"aws:{of}OrgID", ("",))[0]
    return not request.principal.endswith(".amazonaws.com") and account != OURS and organisation != "o-1"


def is_ours(request: AccessRequest, policies: list[EndpointPolicy]) -> bool:
    """Whether a request has the organisation that the org data give its account, as far as policies ask for it."""
    named = any("aws:principalorgid" in policy.keys for policy in policies)
    return not named or request.context.get("aws:PrincipalOrgID") == ("o-1",)


def contradictions(new: EndpointPolicy, old: EndpointPolicy, answers: list[ReachAnswer]) -> Iterator[str]:
    """What requests of the small world say against the answers."""
    said = {answer.question: answer.answer for answer in answers}
    dead = next((a.why for a in answers if (a.question, a.answer) == ("dead_statements", "refuted")), "")
    ask_new, ask_old = PolicyEvaluator(new).evaluate, PolicyEvaluator(old).evaluate
    alone = {s.name: PolicyEvaluator(EndpointPolicy((s, *new.denies))).evaluate for s in new.allows}
    for request in requests_over([new, old]):
        passes = ask_new(request)
        if passes and said["allows_anything"] == "refuted":
            yield f"passes: {request}"
        if passes and said["newly_allowed"] == "proved" and ask_old(request) is False:
            yield f"passes newly: {request}"
        if passes and said["outside_principals"] == "proved" and is_outside(request, of="Principal"):
            yield f"principal outside: {request}"
        if passes and said["outside_resources"] == "proved" and is_outside(request, of="Resource"):
            yield f"resource outside: {request}"
        if (request.principal, request.action, request.resource) == CAN and is_ours(request, [new, old]):
            if passes is False and said["can"] == "proved":
                yield f"cannot: {request}"
            if passes and said["can"] == "refuted":
                yield f"can: {request}"
        if passes:
            for name, matches in alone.items():
                if f" {name}" in dead and matches(request):
                    yield f"{name} is alive: {request}"


def wrong_requests(new: EndpointPolicy, old: EndpointPolicy, answers: list[ReachAnswer]) -> Iterator[str]:
    """Requests that are told and are not what is said of them."""
    for answer in answers:
        if answer.request is None or answer.answer == "undecided":
            continue
        if evaluate(new, answer.request) is not True:
            yield f"does not pass: {answer}"
        if answer.question == "newly_allowed" and evaluate(old, answer.request) is not False:
            yield f"passed before: {answer}"
        context = {
            key: value if isinstance(value, tuple) else (value,) for key, value in answer.request.context.items()
        }
        told = answer.request.model_copy(update={"context": context})
        if answer.question == "outside_principals" and not is_outside(told, of="Principal"):
            yield f"is inside: {answer}"
        if answer.question == "outside_resources" and not is_outside(told, of="Resource"):
            yield f"is inside: {answer}"


def go_through(number: int) -> tuple[list[str], Counter[str]]:
    """What is wrong about the answers on one pair of policies, and how often each answer was given."""
    random = Random(number)  # noqa: S311 - the same policies each time
    keys = pick_keys(random)
    texts = [make_policy(random, keys), make_policy(random, keys)]
    if random.random() < 0.3:  # a policy that differs in one statement
        texts[1] = {**texts[0], "Statement": [*texts[0]["Statement"][:-1], texts[1]["Statement"][0]]}
    new, old = map(read_policy, texts)
    answers = ask(ReachQuestions(policy=new, organisation=ORGANISATION, against=old, can=CAN, budget=5))
    wrong = [*contradictions(new, old, answers), *wrong_requests(new, old, answers)]
    return [f"{number}: {one}\n{texts[0]}\n{texts[1]}" for one in wrong], Counter(
        f"{answer.question} {answer.answer}" for answer in answers
    )


@pytest.mark.parametrize("number", [*range(16), 2916])  # 2916: a value that only org data name
def test_no_proof_and_no_request_is_wrong(number: int) -> None:
    assert go_through(number)[0] == []


@pytest.mark.skipif(not MANY, reason="MANY is not set: make reach-fuzz")
def test_no_proof_and_no_request_is_wrong_among_many() -> None:
    counts: Counter[str] = Counter()
    for number in range(FIRST, FIRST + MANY):
        wrong, answers = go_through(number)
        counts.update(answers)
        assert wrong == [], wrong[0]
    print(*sorted(counts.items()), sep="\n")  # noqa: T201 - shown by `pytest -s`
    assert all(count < MANY / 3 for name, count in counts.items() if name.endswith("undecided"))
