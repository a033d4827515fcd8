"""GET /v1/rules and /v1/rules/{id}: the catalogue."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic_core import to_json

from vpce_guard.bundle.rules import Rule
from vpce_guard.decisions.judge import action
from vpce_guard.model import EnforcementAction
from vpce_guard.runtime.guard import Guard
from vpce_guard.surfaces.api.asking import guard_of
from vpce_guard.surfaces.api.http.entity_tags import entity_tag, is_seen
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

_HEADERS = {
    "ETag": {"description": "Changes with the rules and with what they do here.", "schema": {"type": "string"}},
    "Link": {"description": 'The next page, as `rel="next"`; none on the last.', "schema": {"type": "string"}},
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
    responses={
        200: response("The rules.", [samples.RULE], links=_LINK) | {"headers": _HEADERS},
        304: {"description": "Not changed."},
    },
)
@require_scope("read")
async def list_rules(
    request: Request,
    limit: Annotated[int | None, Query(ge=1, le=500, description="Rules of a page; all if absent.")] = None,
    after: Annotated[str | None, Query(max_length=100, description="Rules whose ids come after this one.")] = None,
    seen: Annotated[str, Header(alias="If-None-Match", max_length=500, description="ETag of those at hand.")] = "",
) -> Response:
    """Every rule, by id. `Link` leads to the next page, where there is one."""
    guard = guard_of(request)
    rules = [rule for rule in guard.bundle.catalogue.rules if after is None or rule.id > after]
    shown = rules[:limit]
    content = to_json([CatalogueRule(**_common_members(guard, rule)) for rule in shown])
    headers = {"etag": entity_tag(content), "cache-control": "no-cache"}
    if len(shown) < len(rules):
        headers["link"] = f'<{request.url.path}?limit={limit}&after={shown[-1].id}>; rel="next"'
    if is_seen(headers["etag"], seen):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="application/json")


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
