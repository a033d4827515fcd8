"""The questions about an endpoint policy, each answered for all requests at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from vpce_guard.decisions.reach.answers import AccessRequest, AnswerName, QuestionName, ReachAnswer
from vpce_guard.decisions.reach.clock import Clock
from vpce_guard.decisions.reach.document import EndpointPolicy, PolicyStatement
from vpce_guard.decisions.reach.evaluate import PolicyEvaluator, Truth, all_true, negate
from vpce_guard.decisions.reach.keys import PrincipalKind
from vpce_guard.decisions.reach.open_request import read_open_request
from vpce_guard.decisions.reach.organisation import Organisation, Untold, exclude_inside, exclude_untold, find_untold
from vpce_guard.decisions.reach.prover import NO_MORE, Conjunction, Prover, Query, SearchResult
from vpce_guard.decisions.reach.unknowns import Unknowns

_NOT_SERVICES: tuple[PrincipalKind, ...] = ("anonymous", "account")  # services of AWS are neither inside nor outside
_NOTHING_UNTOLD = Untold((), (), ())
_UNTOLD = "the org data name no accounts and no organisation"


@dataclass(frozen=True, kw_only=True)
class ReachQuestions:
    """What is asked of a policy.

    `prefixes` are those of the actions of the endpoint's service, none where that is not known. `against` is the policy
    it is compared with, `can` a principal, an action and a resource. `budget` is in seconds, for each question; where
    the answer has to be the same each time, `steps` are counted in its place, which all questions share.
    """

    policy: EndpointPolicy
    organisation: Organisation | None = None
    against: EndpointPolicy | None = None
    can: tuple[str, str, str] | None = None
    prefixes: Sequence[str] = ()
    budget: float = 0.05
    steps: int | None = None
    questions: frozenset[QuestionName] | None = None


def ask(asked: ReachQuestions) -> list[ReachAnswer]:
    """The answers to all questions that what is given makes possible, or to those that are named.

    Raises MalformedError for a principal, action or resource that is none.
    """
    texts = (*(asked.organisation.texts if asked.organisation is not None else ()), *(asked.can or ()))
    prover = Prover([asked.policy], prefixes=asked.prefixes, texts=texts)
    ways: dict[QuestionName, Callable[[Clock], ReachAnswer]] = {}
    if (organisation := asked.organisation) is not None:
        ways["outside_principals"] = lambda clock: _outside(prover, organisation, clock, of="principal")
        ways["outside_resources"] = lambda clock: _outside(prover, organisation, clock, of="resource")
    if (against := asked.against) is not None:
        ways["newly_allowed"] = lambda clock: _newly_allowed(asked, against, clock)
    ways["dead_statements"] = lambda clock: _dead_statements(prover, clock)
    ways["allows_anything"] = lambda clock: _allows_anything(prover, clock)
    if (can := asked.can) is not None:
        ways["can"] = lambda clock: _can(prover, asked, can, clock)
    wanted = [way for name, way in ways.items() if asked.questions is None or name in asked.questions]
    return list(_answer_in_time(wanted, asked))


def _answer_in_time(wanted: Sequence[Callable[[Clock], ReachAnswer]], asked: ReachQuestions) -> Iterator[ReachAnswer]:
    """The answers. The steps that are left are shared: a question has twice as many as each of those after it."""
    left = asked.steps
    if left is not None:  # to read policies takes time, too
        left -= (asked.policy.size + (asked.against.size if asked.against is not None else 0)) // 2
    for number, way in enumerate(wanted):
        clock = Clock(asked.budget, None if left is None else left * 2 // (len(wanted) - number + 1))
        yield way(clock)
        left = None if left is None else left - clock.used


def are_equal(one: EndpointPolicy, other: EndpointPolicy, *, budget: float = 0.05) -> list[ReachAnswer]:
    """What the first newly allows against the second and the other way round: both proved where they are equal."""
    pairs = ((one, other), (other, one))
    return [_newly_allowed(ReachQuestions(policy=new), old, Clock(budget)) for new, old in pairs]


def _ways_allowed(policy: EndpointPolicy, case: Unknowns, extra: Conjunction = NO_MORE) -> Iterator[Conjunction]:
    """The ways in which a policy allows a request of which something else holds as well, those with few keys first."""
    denied = [case.box(statement) for statement in policy.denies]
    for statement in sorted(policy.allows, key=lambda statement: len(statement.tests)):
        yield Conjunction([*case.box(statement), *extra.needed], [*denied, *extra.excluded])


def _ways_not_allowed(policy: EndpointPolicy, case: Unknowns) -> Iterator[Conjunction]:
    """The ways in which a policy does not allow a request."""
    yield Conjunction((), [case.box(statement) for statement in policy.allows])
    for statement in policy.denies:
        yield Conjunction(case.box(statement), ())


def _outside(prover: Prover, organisation: Organisation, clock: Clock, *, of: str) -> ReachAnswer:
    question: QuestionName = "outside_principals" if of == "principal" else "outside_resources"
    if not organisation.is_told:
        return _answer(question, "undecided", _UNTOLD)
    untold = find_untold(organisation, prover.policies, of=of)
    surely = _find_outside(prover, organisation, untold, clock, of=of)
    if surely.request is not None:
        return _answer(question, "refuted", f"this request of a {of} outside passes", surely.request)
    perhaps = surely
    if any(untold) and not surely.doubt:
        perhaps = _find_outside(prover, organisation, _NOTHING_UNTOLD, clock, of=of)
    if perhaps.request is not None:
        why = f"nobody tells whether the {of} of this request, which passes, is outside"
        return _answer(question, "undecided", why, perhaps.request)
    if perhaps.doubt:
        return _answer(question, "undecided", perhaps.doubt)
    ends = "no principal outside passes" if of == "principal" else "no resource outside is reached"
    return _answer(question, "proved", ends)


def _find_outside(prover: Prover, organisation: Organisation, untold: Untold, clock: Clock, *, of: str) -> SearchResult:
    [policy] = prover.policies

    def query(case: Unknowns) -> Iterator[Conjunction]:
        boxes = [*exclude_inside(case, organisation, of=of), *exclude_untold(case, untold, of=of)]
        return _ways_allowed(policy, case, Conjunction((), boxes))

    resources = prover.kinds_with_owner() if of == "resource" else ()
    return prover.find(
        query, PolicyEvaluator(policy).evaluate, clock=clock, principals=_NOT_SERVICES, resources=resources
    )


def _newly_allowed(asked: ReachQuestions, old: EndpointPolicy, clock: Clock) -> ReachAnswer:
    new = asked.policy
    prover = Prover([new, old], prefixes=asked.prefixes)

    def query(case: Unknowns) -> Iterator[Conjunction]:
        for refused in _ways_not_allowed(old, case):
            yield from _ways_allowed(new, case, refused)

    ask_new, ask_old = PolicyEvaluator(new).evaluate, PolicyEvaluator(old).evaluate

    def check(request: AccessRequest) -> Truth:
        return all_true([ask_new(request), negate(ask_old(request))])

    found = prover.find(query, check, clock=clock)
    return _conclude(
        "newly_allowed", found, proof="nothing passes that did not pass before", refutation="this request passes newly"
    )


def _allows_anything(prover: Prover, clock: Clock) -> ReachAnswer:
    [policy] = prover.policies
    found = prover.find(partial(_ways_allowed, policy), PolicyEvaluator(policy).evaluate, clock=clock)
    if found.request is not None:
        return _answer("allows_anything", "proved", "this request passes", found.request)
    if found.doubt:
        return _answer("allows_anything", "undecided", found.doubt)
    return _answer("allows_anything", "refuted", "no request passes")


def _dead_statements(prover: Prover, clock: Clock) -> ReachAnswer:
    [policy] = prover.policies
    found = [(statement, _find_alive(prover, policy, statement, clock)) for statement in policy.statements]
    dead = [statement.name for statement, outcome in found if outcome.request is None and not outcome.doubt]
    doubts = [f"{statement.name}: {outcome.doubt}" for statement, outcome in found if outcome.doubt]
    if dead:
        return _answer("dead_statements", "refuted", f"without effect: {', '.join(dead)}")
    if doubts:
        return _answer("dead_statements", "undecided", "; ".join(doubts))
    return _answer("dead_statements", "proved", "each statement allows or denies some request")


def _find_alive(prover: Prover, policy: EndpointPolicy, statement: PolicyStatement, clock: Clock) -> SearchResult:
    """A request that a statement lets through, or keeps from passing by a statement that allows it."""
    others = policy.denies if statement.allows else ()
    alone = PolicyEvaluator(EndpointPolicy((_as_allow(statement), *others)))
    allowing = PolicyEvaluator(EndpointPolicy((*policy.allows, *others)))

    def query(case: Unknowns) -> Iterator[Conjunction]:
        if statement.allows:
            yield Conjunction(case.box(statement), [case.box(one) for one in policy.denies])
            return
        for one in policy.allows:
            yield Conjunction([*case.box(statement), *case.box(one)], ())

    return prover.find(
        query, lambda request: all_true([alone.evaluate(request), allowing.evaluate(request)]), clock=clock
    )


def _as_allow(statement: PolicyStatement) -> PolicyStatement:
    return replace(statement, allows=True)


def _can(prover: Prover, asked: ReachQuestions, can: Sequence[str], clock: Clock) -> ReachAnswer:
    policy = asked.policy
    caller = read_open_request(can, asked.organisation)
    evaluate = PolicyEvaluator(policy).evaluate

    def allow(case: Unknowns) -> Iterator[Conjunction]:
        return _ways_allowed(policy, case, Conjunction(caller.limit(case), ()))

    def refuse(case: Unknowns) -> Iterator[Conjunction]:
        for one in _ways_not_allowed(policy, case):
            yield Conjunction([*one.needed, *caller.limit(case)], one.excluded)

    def find(query: Query, check: Callable[[AccessRequest], Truth]) -> SearchResult:
        return prover.find(query, check, clock=clock, principals=(caller.principal,), resources=(caller.resource_kind,))

    passing = find(allow, evaluate)
    if passing.doubt:
        return _answer("can", "undecided", passing.doubt)
    if passing.request is None:
        return _answer("can", "refuted", "the policy never allows this request, whatever else it carries")
    failing = find(refuse, lambda request: negate(evaluate(request)))
    if failing.request is None and not failing.doubt:
        return _answer("can", "proved", "the policy allows this request, whatever else it carries", passing.request)
    keys = passing.request.context.keys() | (failing.request.context.keys() if failing.request else ())
    depends = f"it depends on what else the request carries: {', '.join(sorted(keys)) or 'nothing that is asked'}"
    return _answer("can", "undecided", failing.doubt or depends, passing.request)


def _conclude(question: QuestionName, found: SearchResult, *, proof: str, refutation: str) -> ReachAnswer:
    if found.request is not None:
        return _answer(question, "refuted", refutation, found.request)
    return _answer(question, "undecided", found.doubt) if found.doubt else _answer(question, "proved", proof)


def _answer(question: QuestionName, answer: AnswerName, why: str, request: AccessRequest | None = None) -> ReachAnswer:
    return ReachAnswer(question=question, answer=answer, request=request, why=f"{why[:1].upper()}{why[1:]}.")
