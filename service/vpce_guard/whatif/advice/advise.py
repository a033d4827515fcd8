"""From a need to advice: what is proposed is judged, mended where a rule tells how, and judged again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from vpce_guard.decisions import fixes
from vpce_guard.decisions.judge import Terms
from vpce_guard.decisions.question import Question
from vpce_guard.formats import read
from vpce_guard.formats.assemble import DOCUMENT_TIME
from vpce_guard.model import Cost, Decision, Json, Proposal
from vpce_guard.whatif.advice import catalogue, chooser, proposals
from vpce_guard.whatif.advice.chooser import Option
from vpce_guard.whatif.advice.comparing import compare
from vpce_guard.whatif.advice.need import Advice, Alternative, EndpointType, Need, NeededFact, Obstacle

Judge = Callable[[Sequence[Question]], Awaitable[Sequence[list[Decision]]]]
_ROUNDS = 8
_NO_TARGET = "what is to be reached is not told"
_UNKNOWN_SERVICE = "VPCE-COMMON-034"


@dataclass
class _OptionTrial:
    """One document for one option, and what was decided about it."""

    option: Option
    document: list[Json]
    question: Question | None = None
    decisions: tuple[Decision, ...] = ()

    @property
    def is_allowed(self) -> bool:
        return bool(self.decisions) and all(d.allowed for d in self.decisions)

    @property
    def denial_count(self) -> int:
        """How much is against it: of two that nothing is against the first is better."""
        if self.is_allowed:
            return 0
        return 1 + sum(v.enforcement_action == "deny" for d in self.decisions for v in d.violations)


async def advise_one(need: Need, *, judge: Judge, terms: Terms, services: Json, request_id: str) -> Advice:
    """Advice for a need for one endpoint under the terms that `judge` decides by; `services` is the bundle's catalogue.

    Every proposal in it was judged `allowed`. Raises MalformedError where the context is not of AWS's shapes.
    """
    context = {**need.context, **({"Region": need.region} if need.region else {})}
    context |= {"AccountId": need.account} if need.account else {}
    org = terms.org.effective_for(context).rules
    details = _details(need, context)
    part = chooser.service_part(need)
    known = catalogue.entry(part, services) or {}
    types = frozenset(details["types"] or known.get("types", ()))
    crosses = bool(known.get("cross_region") or details["cross_region"])
    options = chooser.options(need, types=types, profile=terms.profile, cross_region=crosses)
    serving = [option for option in options if option.endpoint_type is not None]
    others = [Option(kind, 0, "") for kind in _other_types(need, serving, types)]
    is_unknown = (
        bool(need.service) and not known and not types and bool(serving) and not chooser.is_endpoint_service(need)
    )
    if serving and (needs := chooser.find_needs(need, context, serving[0])):
        if is_unknown:
            return _unknown_service(catalogue.missing(part, services))
        is_told = "service" not in {fact.member for fact in needs}
        return make_empty_advice(serving[0] if is_told else replace(serving[0], why=_NO_TARGET, also=""), needs)
    private_dns = details["private_dns"] or bool(known.get("private_dns"))
    tries = [
        _OptionTrial(option, document)
        for option in (*serving, *others)
        for document in proposals.variants(option, need, context, org, private_dns=private_dns, catalogue=services)
    ]
    await _judge_trials(tries, context, judge, terms, request_id)
    found = (*serving, *others)
    best = {option: min((t for t in tries if t.option is option), key=lambda t: t.denial_count) for option in found}
    chosen = next((option for option in serving if best[option].is_allowed), None)
    first = chosen or options[0]
    if is_unknown:
        return _unknown_service(catalogue.missing(part, services), best[first].decisions)
    made = best[chosen] if chosen else None
    everywhere = find_obstacles(best[first].decisions, ("deny", "warn")) if serving else ()
    return Advice(
        endpoint_type=chosen.endpoint_type if chosen else None,
        row=first.row,
        why=first.why,
        also=first.also,
        proposals=tuple(made.document) if made else (),
        decisions=made.decisions if made else (),
        cost=sum_cost(made.decisions) if made else None,
        alternatives=tuple(
            _alternative(option.endpoint_type, best[option], serves=option in serving, everywhere=everywhere)
            for option in found
            if option.endpoint_type is not None and option.endpoint_type != first.endpoint_type
        ),
        stands_in_the_way=()
        if chosen or not serving
        else find_obstacles(best[first].decisions, ("deny",), unsure=True),
        needs=(),
        parts=(),
        notes=(),
        source=None,
        ways=compare(need, made.document, context, terms) if made else (),
        policies=(),
    )


def _alternative(
    endpoint_type: EndpointType, trial: _OptionTrial, *, serves: bool, everywhere: Sequence[Obstacle]
) -> Alternative:
    """Another type as it was tried; what stands in the way of every type is not held against it."""
    cost = sum_cost(trial.decisions)
    return Alternative(
        endpoint_type=endpoint_type,
        possible=trial.is_allowed and serves,
        breaks=tuple(o for o in find_obstacles(trial.decisions, ("deny", "warn")) if o not in everywhere),
        monthly=cost.monthly if cost else None,
    )


def _unknown_service(missing: str, decisions: Sequence[Decision] = ()) -> Advice:
    """Advice about a service that nobody knows: none, in the words of the rule that knows the nearest names."""
    told = (v.message for d in decisions for v in d.violations if v.rule_id == _UNKNOWN_SERVICE)
    also = "if the name is right, give AWS's answer about it as ServiceDetails in the context"
    return make_empty_advice(Option(None, 13, next(told, missing), also), ())


def make_empty_advice(option: Option, needs: Sequence[NeededFact]) -> Advice:
    """No advice: about nothing that was judged, or until more is given."""
    return Advice(
        endpoint_type=None,
        row=option.row,
        why=option.why,
        also=option.also,
        proposals=(),
        decisions=(),
        cost=None,
        alternatives=(),
        stands_in_the_way=(),
        needs=tuple(needs),
        parts=(),
        notes=(),
        source=None,
        ways=(),
        policies=(),
    )


async def _judge_trials(tries: list[_OptionTrial], context: Json, judge: Judge, terms: Terms, request_id: str) -> None:
    """Judge all, mend what the rules know a fix for, one at a time, and judge what changed again."""
    open_ = list(tries)
    for left in reversed(range(_ROUNDS)):
        for one in open_:
            one.question = Question(
                proposals=read({"proposals": one.document}, format_name="proposal", context=context, at=DOCUMENT_TIME),
                request_id=request_id,
                record=False,
            )
        for one, decisions in zip(open_, await judge([t.question for t in open_ if t.question]), strict=True):
            one.decisions = tuple(decisions)
        open_ = [one for one in open_ if left and _apply_fixes(one, terms)]
        if not open_:
            return


def _apply_fixes(one: _OptionTrial, terms: Terms) -> bool:
    """Whether anything was mended: in each proposal the first that is denied, or wanted by the organisation."""
    if one.question is None:
        return False
    before = one.document
    one.document = [
        {**given, "request": _mended_request(proposal, decision, terms)}
        for given, proposal, decision in zip(before, one.question.proposals, one.decisions, strict=True)
    ]
    return one.document != before


def _mended_request(proposal: Proposal, decision: Decision, terms: Terms) -> Json:
    for violation in decision.violations:
        wanted = violation.enforcement_action == "deny" or terms.org.rules_by_id[violation.rule_id].kind == "org"
        if violation.fix is None or not violation.fix_verified or not wanted:
            continue
        _, patched = fixes.fit_patch(violation.fix, proposal)
        if patched is not None and patched.request.get("VpcEndpointType") == proposal.request.get("VpcEndpointType"):
            return patched.request
    return proposal.request


def _other_types(need: Need, serving: Sequence[Option], types: frozenset[str]) -> list[EndpointType]:
    """Further types somebody may think of, to say what they would break."""
    if not need.service or not serving:
        return []
    thought_of: list[EndpointType] = ["Interface", "Gateway"]
    if "GatewayLoadBalancer" in types:
        thought_of.append("GatewayLoadBalancer")
    return [kind for kind in thought_of if kind not in {option.endpoint_type for option in serving}]


def find_obstacles(
    decisions: Sequence[Decision], actions: tuple[str, ...], *, unsure: bool = False
) -> tuple[Obstacle, ...]:
    """What stands in the way, each once; `unsure` adds what could not be judged where nothing else is found."""
    found = [
        Obstacle(rule_id=v.rule_id, title=v.title, message=v.message, remediation=v.remediation)
        for decision in decisions
        for v in decision.violations
        if v.enforcement_action in actions
    ]
    if unsure and not found:
        found = [
            Obstacle(rule_id=u.rule_id, title="", message=u.reason, remediation=f"Give {', '.join(u.missing)}.")
            for decision in decisions
            for u in decision.undetermined
        ]
    return tuple(dict.fromkeys(found))


def sum_cost(decisions: Sequence[Decision]) -> Cost | None:
    """What endpoints cost together; unknown if one of them is."""
    costs = [d.cost for d in decisions if d.cost is not None]
    if not costs:
        return None
    known = [c.monthly for c in costs if c.monthly is not None]
    total = round(sum(known), 2) if len(known) == len(costs) else None
    return costs[-1].model_copy(
        update={
            "monthly": total,
            "difference": total,
            "unknown": tuple(dict.fromkeys(u for c in costs for u in c.unknown)),
        }
    )


def _details(need: Need, context: Json) -> Json:
    """What the context's ServiceDetails tell of the service: types, a private name, that it crosses Regions."""
    listed = context.get("ServiceDetails")
    name = need.service or ""
    found = [
        d
        for d in (listed if isinstance(listed, list) else ())
        if isinstance(d, dict) and str(d.get("ServiceName", "")).endswith((f".{name}", name)) and name
    ]
    types = [t.get("ServiceType") for d in found for t in d.get("ServiceType") or () if isinstance(t, dict)]
    return {
        "types": types,
        "private_dns": any(d.get("PrivateDnsName") for d in found),
        "cross_region": any(d.get("ServiceRegion") == need.service_region for d in found if need.service_region),
    }
