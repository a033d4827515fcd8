"""GET /v1/org-data: what is in force for an account and environment, and the schema of the document."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from vpce_guard.wiring import Guard

router = APIRouter(prefix="/v1/org-data", tags=["org data"])


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


@router.get("", response_model=EffectiveOrgData)
async def get_org_data(
    request: Request, account: str | None = None, environment: str | None = None
) -> EffectiveOrgData:
    """What holds for an account and environment; the account's own environment if none is given."""
    guard: Guard = request.app.state.guard
    org = guard.org.current
    if environment is None and account is not None:
        environment = org.of({"AccountId": account}).environment
    return EffectiveOrgData.model_validate(org.effective(account, environment).shown(org.revision))


@router.get("/schema")
async def get_schema() -> dict[str, Any]:
    """The JSON Schema of an org data document."""
    from vpce_guard.org.load import schema

    return schema()
