"""Advice for a purpose that needs several endpoints: each is advised by itself, and all are judged together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic_core import from_json

from vpce_guard.decisions.judge import Terms
from vpce_guard.decisions.question import Question
from vpce_guard.formats import read
from vpce_guard.formats.assemble import DOCUMENT_TIME
from vpce_guard.model import Json
from vpce_guard.whatif.advice import catalogue
from vpce_guard.whatif.advice.advise import Judge, advise_one, find_obstacles, sum_cost
from vpce_guard.whatif.advice.comparing import compare
from vpce_guard.whatif.advice.need import Advice, Need, NeededFact, PurposePart

_GONE = {"deleted", "deleting", "failed", "rejected", "expired"}


@dataclass(frozen=True)
class _Trial:
    part: PurposePart
    advice: Advice | None = None


@cache
def purposes() -> Json:
    """The known purposes by name, each with its title, source, parts and notes."""
    found: Json = from_json((Path(__file__).parent / "purposes.json").read_bytes())
    return found


async def advise(need: Need, *, judge: Judge, terms: Terms, services: Json, request_id: str) -> Advice:
    """Advice for a need, for one endpoint or for a purpose of several. Raises MalformedError as `advise_one` does."""
    purpose = purposes().get(need.purpose)
    if purpose is None:
        return await advise_one(need, judge=judge, terms=terms, services=services, request_id=request_id)
    context = {**need.context, **({"Region": need.region} if need.region else {})}
    tried = []
    for part in parts_of(purpose, need):
        found = await _try(part, need, context, judge, terms, services, request_id)
        if found.advice is not None and found.advice.needs:
            return _advice(need, purpose, context, terms, [found], needs=_with_options(found.advice.needs))
        tried.append(found)
    return await _together(need, purpose, context, tried, judge, terms, request_id)


def parts_of(purpose: Json, need: Need) -> list[Json]:
    """The parts of a purpose, and the further services that the need names."""
    named = [{"service": name, "why": "named by the need"} for name in need.services]
    known = {part["service"] for part in purpose["parts"]}
    return [*purpose["parts"], *(part for part in named if part["service"] not in known)]


async def _try(
    part: Json, need: Need, context: Json, judge: Judge, terms: Terms, services: Json, request_id: str
) -> _Trial:
    about: Json = {"service": part["service"], "why": part["why"], "when": part.get("when", "")}
    about |= {"endpoint_type": None, "monthly": None, "stands_in_the_way": ()}
    named = part["service"] in need.services
    if part.get("when") and not (need.sometimes or named):
        return _Trial(PurposePart.model_validate({**about, "state": "only sometimes"}))
    if kind := _kind_there(part, need, context, services):
        return _Trial(PurposePart.model_validate({**about, "endpoint_type": kind, "state": "there"}))
    paths = need.access_paths if need.access_paths != ("vpc",) else tuple(part.get("access_paths", ("vpc",)))
    own = need.model_copy(
        update={
            "service": part["service"],
            "services": (),
            "purpose": "access",
            "access_paths": paths,
            "gb_per_month": None,
        }
    )
    advice = await advise_one(own, judge=judge, terms=terms, services=services, request_id=request_id)
    found: Json = {
        **({} if advice.endpoint_type or advice.stands_in_the_way else {"why": advice.why}),
        "endpoint_type": advice.endpoint_type,
        "state": "proposed" if advice.endpoint_type else "not possible",
        "monthly": advice.cost.monthly if advice.cost else None,
        "stands_in_the_way": advice.stands_in_the_way,
    }
    return _Trial(PurposePart.model_validate({**about, **found}), advice)


def _kind_there(part: Json, need: Need, context: Json, services: Json) -> str | None:
    """The type of the endpoint that the VPC has for a service already; None where none is known that serves."""
    vpc = need.vpc_id or (context.get("Vpc") or {}).get("VpcId")
    listed, region = context.get("VpcEndpoints"), str(context.get("Region"))
    from_outside = "access_paths" in part or need.access_paths != ("vpc",)
    for endpoint in listed if isinstance(listed, list) else ():
        if not isinstance(endpoint, dict) or endpoint.get("VpcId") != vpc:
            continue
        kind, gone = str(endpoint.get("VpcEndpointType")), str(endpoint.get("State", "")).lower() in _GONE
        name = catalogue.full_name(part["service"], region, services, gateway=kind == "Gateway")
        if endpoint.get("ServiceName") == name and not gone and not (from_outside and kind == "Gateway"):
            return kind
    return None


async def _together(
    need: Need, purpose: Json, context: Json, tried: list[_Trial], judge: Judge, terms: Terms, request_id: str
) -> Advice:
    """All that is proposed is judged as one document, which sees quotas, free addresses and costs as a whole."""
    document = [p for one in tried if one.advice and one.part.state == "proposed" for p in one.advice.proposals]
    if not document:
        return _advice(need, purpose, context, terms, tried)
    account = {"AccountId": need.account} if need.account else {}
    question = Question(
        proposals=read(
            {"proposals": document}, format_name="proposal", context={**context, **account}, at=DOCUMENT_TIME
        ),
        request_id=request_id,
        record=False,
    )
    (decisions,) = await judge([question])
    advice = _advice(need, purpose, context, terms, tried, document=document)
    if all(decision.allowed for decision in decisions):
        return advice.model_copy(update={"decisions": tuple(decisions), "cost": sum_cost(decisions)})
    return advice.model_copy(
        update={
            "endpoint_type": None,
            "proposals": (),
            "ways": (),
            "stands_in_the_way": find_obstacles(decisions, ("deny",), unsure=True),
        }
    )


def _advice(
    need: Need,
    purpose: Json,
    context: Json,
    terms: Terms,
    tried: list[_Trial],
    *,
    document: list[Json] | None = None,
    needs: tuple[NeededFact, ...] = (),
) -> Advice:
    wanted = [one.part for one in tried if one.part.state != "only sometimes"]
    failed = [part for part in wanted if part.state == "not possible"]
    proposed = [part for part in wanted if part.state == "proposed"]
    region = str(context.get("Region", "REGION"))
    return Advice(
        endpoint_type=proposed[0].endpoint_type if proposed and not failed else None,
        row=0,
        why=purpose["title"] + ("" if needs else f": {len(wanted)} {'endpoint' if len(wanted) == 1 else 'endpoints'}"),
        also="",
        proposals=tuple(document or ()) if not failed else (),
        decisions=(),
        cost=None,
        alternatives=(),
        stands_in_the_way=tuple(o for part in failed for o in part.stands_in_the_way),
        needs=needs,
        parts=() if needs else tuple(one.part for one in tried),
        notes=tuple(note.replace("{region}", region) for note in purpose["notes"]),
        source=purpose["source"],
        ways=compare(need, document, context, terms) if document and not failed else (),
        policies=(),
    )


def _with_options(needs: tuple[NeededFact, ...]) -> tuple[NeededFact, ...]:
    return tuple(fact for fact in needs if fact.member != "service")
