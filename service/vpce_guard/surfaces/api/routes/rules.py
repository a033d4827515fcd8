"""GET /v1/rules and /v1/rules/{id}: the catalogue."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from vpce_guard.bundle.rules import Rule
from vpce_guard.decisions.judge import action
from vpce_guard.model import EnforcementAction
from vpce_guard.runtime.guard import Guard
from vpce_guard.surfaces.api.asking import guard_of
from vpce_guard.surfaces.api.http.route import Route, require_scope
from vpce_guard.surfaces.api.openapi import samples
from vpce_guard.surfaces.api.openapi.schema import problems, response

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
    responses={200: response("The rules.", [samples.RULE], links=_LINK)},
)
@require_scope("read")
async def list_rules(request: Request) -> list[CatalogueRule]:
    """Every rule, by id."""
    guard = guard_of(request)
    return [CatalogueRule(**_common_members(guard, rule)) for rule in guard.bundle.catalogue.rules]


@router.get(
    "/{rule_id}",
    response_model=RuleDetail,
    responses={200: response("The rule.", {**samples.RULE, "examples": {}}), **problems(404)},
)
@require_scope("read")
async def get_rule(request: Request, rule_id: _RuleId) -> RuleDetail:
    """One rule with its sources and examples."""
    guard = guard_of(request)
    rule = guard.bundle.rule(rule_id)
    return RuleDetail(**_common_members(guard, rule), examples=guard.bundle.examples.get(rule.id, {}))


def _common_members(guard: Guard, rule: Rule) -> dict[str, Any]:
    terms = guard.terms
    return {**rule.model_dump(), "effective_enforcement_action": action(rule, terms, terms.org.effective(None, None))}
