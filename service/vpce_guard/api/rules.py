"""GET /v1/rules and /v1/rules/{id}: the catalogue."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from vpce_guard.api.problems import Problem
from vpce_guard.judge import action
from vpce_guard.model import EnforcementAction, Rule
from vpce_guard.wiring import Guard

router = APIRouter(prefix="/v1/rules", tags=["rules"])


class CatalogueRule(Rule):
    """A rule with what a violation of it does here, where no layer of org data says otherwise."""

    effective_enforcement_action: EnforcementAction


class RuleDetail(CatalogueRule):
    """A rule with its examples."""

    examples: dict[str, Any]


@router.get("", response_model=list[CatalogueRule])
async def list_rules(request: Request) -> list[CatalogueRule]:
    """Every rule, by id."""
    guard: Guard = request.app.state.guard
    return [CatalogueRule(**_shared(guard, rule)) for rule in guard.bundle.catalogue.rules]


@router.get("/{rule_id}", response_model=RuleDetail, responses={404: {"model": Problem, "description": "No such rule"}})
async def get_rule(request: Request, rule_id: str) -> RuleDetail:
    """One rule with its sources and examples."""
    guard: Guard = request.app.state.guard
    rule = guard.bundle.rule(rule_id)
    return RuleDetail(**_shared(guard, rule), examples=guard.bundle.examples.get(rule.id, {}))


def _shared(guard: Guard, rule: Rule) -> dict[str, Any]:
    terms = guard.terms
    return {**rule.model_dump(), "effective_enforcement_action": action(rule, terms, terms.org.effective(None, None))}
