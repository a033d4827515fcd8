"""Answers about two policies of the small world, compared with what the evaluator says of each of its requests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from tests.support.small_world import FREE, OURS, first_value, make_pair
from tests.support.truth_tables import PolicyTable, World, world_of
from vpce_guard.decisions.reach import AccessRequest, ReachAnswer, ReachQuestions, ask, read_policy
from vpce_guard.decisions.reach.document import EndpointPolicy
from vpce_guard.decisions.reach.evaluate import evaluate
from vpce_guard.decisions.reach.organisation import Organisation

ORGANISATION = Organisation(accounts=(OURS,), ids=("o-1",))
CAN = (f"arn:aws:sts::{OURS}:assumed-role/a/s", "x:aa", "arn:aws:s3:::a")
_BUDGET = 5  # seconds, which no question needs


class Comparison(NamedTuple):
    """What is wrong about the answers on two policies; the answers; what they are about; which requests are too long.

    A request is too long where one of the small world that shows the same carries fewer of the keys.
    """

    wrong: list[str]
    answers: list[ReachAnswer]
    policies: list[EndpointPolicy]
    too_long: list[str]


def compare_pair(texts: list[dict[str, Any]], *, with_service: bool = False) -> Comparison:
    """Compares the answers on two policies with all requests of the small world."""
    new, old = policies = [read_policy(text) for text in texts]
    prefixes = ("x",) if with_service else ()
    answers = ask(
        ReachQuestions(policy=new, organisation=ORGANISATION, against=old, can=CAN, prefixes=prefixes, budget=_BUDGET)
    )
    world = _SmallWorld(new, old, prefixes)
    wrong = [*world.find_contradictions(answers), *find_wrong_requests(new, old, answers)]
    return Comparison(wrong, answers, policies, list(world.find_too_long(answers)))


def go_through(number: int) -> Comparison:
    """As compare_pair() of the pair with a number; what is wrong is told with a small pair that shows it."""
    random = Random(number)  # noqa: S311 - the same policies each time
    texts = make_pair(random)
    with_service = random.random() < 0.3
    found = compare_pair(texts, with_service=with_service)
    if found.wrong:
        texts = shrink(texts, with_service=with_service)
        shown = compare_pair(texts, with_service=with_service).wrong
        found = found._replace(wrong=[f"{number}, {with_service=}: {texts}", *shown])
    return found


def shrink(texts: list[dict[str, Any]], *, with_service: bool) -> list[dict[str, Any]]:
    """The policies without the statements and conditions that the fault does not need."""
    for smaller in _make_smaller(texts):
        if compare_pair(smaller, with_service=with_service).wrong:
            return shrink(smaller, with_service=with_service)
    return texts


def _make_smaller(texts: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for which, text in enumerate(texts):
        statements = text["Statement"]
        for place, statement in enumerate(statements):
            parts: list[list[dict[str, Any]]] = [[]] if len(statements) > 1 else []
            parts += [[{**statement, "Condition": rest}] for rest in _leave_one_out(statement.get("Condition", {}))]
            for part in parts:
                smaller = {**text, "Statement": [*statements[:place], *part, *statements[place + 1 :]]}
                yield [smaller if number == which else other for number, other in enumerate(texts)]


def _leave_one_out(members: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return ({name: value for name, value in members.items() if name != left_out} for left_out in members)


def is_outside(request: AccessRequest, *, of: str) -> bool:
    """Whether the Principal or Resource of a request is outside the organisation."""
    arn = request.principal if of == "Principal" else request.resource
    if of == "Resource" and not arn.startswith("arn:"):
        return False
    account = arn.split(":")[4] if arn.startswith("arn:") else ""
    account = first_value(request, "aws:ResourceAccount", account) if of == "Resource" else account
    organisation = first_value(request, f"aws:{of}OrgID")
    return not request.principal.endswith(".amazonaws.com") and account != OURS and organisation != "o-1"


@lru_cache(maxsize=256)
def _find_sets(world: World, prefixes: tuple[str, ...]) -> dict[str, int]:
    """The requests that questions are about."""
    within = world.where(lambda request: not prefixes or request.action.startswith("x:"), axes=["action"])
    asked = world.where(
        lambda request: (request.principal, request.action, request.resource) == CAN,
        axes=["principal", "action", "resource"],
    )
    if "aws:principalorgid" in world.axes:  # the caller's account has the organisation of the org data
        asked &= world.where(lambda r: first_value(r, "aws:PrincipalOrgID") == "o-1", axes=["aws:principalorgid"])
    owned = ["principal", "resource", "aws:resourceaccount", "aws:principalorgid", "aws:resourceorgid"]
    return {
        "within": within,
        "outside_principals": within & world.where(lambda request: is_outside(request, of="Principal"), axes=owned),
        "outside_resources": within & world.where(lambda request: is_outside(request, of="Resource"), axes=owned),
        "can": asked,
    }


class _SmallWorld:
    """What the requests of the small world say about the answers on two policies."""

    def __init__(self, new: EndpointPolicy, old: EndpointPolicy, prefixes: tuple[str, ...]) -> None:
        self._world = world_of([new, old])
        self._new, self._now = new, PolicyTable(new, self._world)
        sets = _find_sets(self._world, prefixes)
        self._within = sets["within"]
        passes, before = self._now.allowed.true & self._within, PolicyTable(old, self._world)
        self._shown_by = {
            ("allows_anything", "refuted"): passes,
            ("newly_allowed", "proved"): passes & before.refused,
            ("outside_principals", "proved"): passes & sets["outside_principals"],
            ("outside_resources", "proved"): passes & sets["outside_resources"],
            ("can", "proved"): self._now.refused & sets["can"],
            ("can", "refuted"): passes & sets["can"],
        }

    def find_contradictions(self, answers: list[ReachAnswer]) -> Iterator[str]:
        """Requests that speak against answers."""
        said = {answer.question: answer.answer for answer in answers}
        for (question, answer), requests in self._shown_by.items():
            if said[question] == answer and requests:  # type: ignore[index]
                yield f"{question} is not {answer}: {self._world.request(requests.bit_length() - 1)}"
        dead = next((a.why for a in answers if (a.question, a.answer) == ("dead_statements", "refuted")), "")
        for place, statement in enumerate(self._new.statements):
            if f" {statement.name}" in dead and (requests := self._now.effect_of(place) & self._within):
                yield f"{statement.name} is alive: {self._world.request(requests.bit_length() - 1)}"

    def find_too_long(self, answers: list[ReachAnswer]) -> Iterator[str]:
        """Requests that are told though one with fewer keys shows the same."""
        for answer in answers:
            opposite = {"proved": "refuted", "refuted": "proved"}.get(answer.answer)
            requests = self._shown_by.get((answer.question, opposite or ""), 0)
            if answer.request is not None and requests:
                told = sum(key in FREE for key in answer.request.context)
                fewest = self._world.fewest_keys(requests)
                if fewest < told:
                    yield f"{told} keys, {fewest} are enough: {answer}"


def find_wrong_requests(new: EndpointPolicy, old: EndpointPolicy, answers: list[ReachAnswer]) -> Iterator[str]:
    """Requests that are told and are not what is said of them."""
    for answer in answers:
        if answer.request is None or answer.answer == "undecided":
            continue
        if evaluate(new, answer.request) is not True:
            yield f"does not pass: {answer}"
        if answer.question == "newly_allowed" and evaluate(old, answer.request) is not False:
            yield f"passed before: {answer}"
        if answer.question == "outside_principals" and not is_outside(answer.request, of="Principal"):
            yield f"is inside: {answer}"
        if answer.question == "outside_resources" and not is_outside(answer.request, of="Resource"):
            yield f"is inside: {answer}"
