"""GET /v1/rules and /v1/rules/{id}: the catalogue."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from vpce_guard.bundle.rules import Rule
from vpce_guard.decisions.judge import action
from vpce_guard.model import EnforcementAction
from vpce_guard.runtime.guard import Guard
from vpce_guard.surfaces.api.asking import guard_of
from vpce_guard.surfaces.api.http.route import Route, needs
from vpce_guard.surfaces.api.openapi import samples
from vpce_guard.surfaces.api.openapi.schema import gives, problems

router = APIRouter(prefix="/v1/rules", tags=["rules"], route_class=Route)
_RuleId = Annotated[str, Path(description="The id of a rule, e.g. VPCE-GW-001.", max_length=100)]
_LINK = {
    "rule": {
        "operationId": "get_rule",
        "parameters": {"rule_id": "$response.body#/0/id"},
        "description": "Each rule by its id.",
    }
}


class CatalogueRule(Rule):
    """A rule with what a violation of it does here, where no layer of org data says otherwise."""

    effective_enforcement_action: EnforcementAction


class RuleDetail(CatalogueRule):
    """A rule with its examples."""

    examples: dict[str, Any]


@router.get(
    "",
    response_model=list[CatalogueRule],
    responses={200: gives("The rules.", [samples.RULE], links=_LINK)},
)
@needs("read")
async def list_rules(request: Request) -> list[CatalogueRule]:
    """Every rule, by id."""
    guard = guard_of(request)
    return [CatalogueRule(**_shared(guard, rule)) for rule in guard.bundle.catalogue.rules]


@router.get(
    "/{rule_id}",
    response_model=RuleDetail,
    responses={200: gives("The rule.", {**samples.RULE, "examples": {}}), **problems(404)},
)
@needs("read")
async def get_rule(request: Request, rule_id: _RuleId) -> RuleDetail:
    """One rule with its sources and examples."""
    guard = guard_of(request)
    rule = guard.bundle.rule(rule_id)
    return RuleDetail(**_shared(guard, rule), examples=guard.bundle.examples.get(rule.id, {}))


def _shared(guard: Guard, rule: Rule) -> dict[str, Any]:
    terms = guard.terms
    return {**rule.model_dump(), "effective_enforcement_action": action(rule, terms, terms.org.effective(None, None))}
