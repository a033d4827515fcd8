"""GET /v1/org-data: what is in force for an account and environment, and the schema of the document."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from vpce_guard.surfaces.api.asking import guard_of
from vpce_guard.surfaces.api.http.route import Route, require_scope
from vpce_guard.surfaces.api.openapi import samples
from vpce_guard.surfaces.api.openapi.schema import response

router = APIRouter(prefix="/v1/org-data", tags=["org data"], route_class=Route)


class EffectiveOrgData(BaseModel):
    """Org data in force: the merged sections, and by JSON Pointer the layers each value comes from.

    `undecided` names sections a layer may set, each with the context that would tell.
    """

    revision: str
    environment: str | None
    layers: tuple[str, ...]
    sections: dict[str, Any]
    origins: dict[str, tuple[str, ...]]
    undecided: dict[str, str]


@router.get("", response_model=EffectiveOrgData, responses={200: response("What is in force.", samples.ORG_DATA)})
@require_scope("read")
async def get_org_data(
    request: Request,
    account: Annotated[str | None, Query(max_length=12, description="An AWS account.")] = None,
    environment: Annotated[str | None, Query(max_length=100, description="Else that of the account.")] = None,
) -> EffectiveOrgData:
    """What holds for an account and environment; the account's own environment if none is given."""
    guard = guard_of(request)
    org = guard.org.current
    if environment is None and account is not None:
        environment = org.effective_for({"AccountId": account}).environment
    return EffectiveOrgData.model_validate(org.effective(account, environment).as_json(org.revision))


@router.get("/schema", responses={200: response("A JSON Schema.", samples.ORG_SCHEMA)})
@require_scope("read")
async def get_schema() -> dict[str, Any]:
    """The JSON Schema of an org data document."""
    from vpce_guard.org.load import schema

    return schema()
