"""GET /v1/services and /v1/services/{name}: the dated catalogue of AWS services that have VPC endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from pydantic_core import to_json

from vpce_guard.model import Json
from vpce_guard.surfaces.api.asking import guard_of
from vpce_guard.surfaces.api.http.route import Route, require_scope
from vpce_guard.surfaces.api.openapi import samples
from vpce_guard.surfaces.api.openapi.schema import problems, response
from vpce_guard.whatif.advice.catalogue import age_in_days, find_service

router = APIRouter(prefix="/v1/services", tags=["services"], route_class=Route)
_Name = Annotated[
    str, Path(description="The part of a service name after the Region, as s3 or ecr.api.", max_length=200)
]
_About = Annotated[str | None, Query(description="Only services whose names hold this text.", max_length=100)]


class ServiceLine(BaseModel):
    """A service, and the types of endpoint it has; none are told where the catalogue does not know them."""

    name: str
    types: list[str]


class ServiceList(BaseModel):
    """The services of the catalogue, by name; `date` is the day it was made."""

    date: str
    age_days: int
    services: list[ServiceLine]


class ServiceDetail(BaseModel):
    """What the catalogue tells of one service, and of each source what it is."""

    date: str
    age_days: int
    name: str
    facts: Json = Field(description="As the catalogue has them. `from` names the sources that differ from the usual.")
    sources: Json = Field(description="Each source that tells a fact: title, url, and when it was read.")


@router.get("", response_model=ServiceList, responses={200: response("The services.", samples.SERVICES)})
@require_scope("read")
async def list_services(request: Request, about: _About = None) -> Response:
    """Every service that the catalogue knows, with its types of endpoint."""
    catalogue = _catalogue(request)
    found = [
        ServiceLine(name=name, types=facts.get("types", []))
        for name, facts in sorted(catalogue["services"].items())
        if about is None or about.lower() in name
    ]
    listed = ServiceList(date=catalogue["date"], age_days=age_in_days(catalogue), services=found)
    return Response(to_json(listed), media_type="application/json")


@router.get(
    "/{name}",
    response_model=ServiceDetail,
    responses={200: response("What is known of it.", samples.SERVICE), **problems(404)},
)
@require_scope("read")
async def get_service(request: Request, name: _Name) -> Response:
    """What the catalogue tells of one service, with its sources."""
    catalogue = _catalogue(request)
    facts = find_service(name, catalogue)
    detail = ServiceDetail(
        date=catalogue["date"],
        age_days=age_in_days(catalogue),
        name=name,
        facts=facts,
        sources={source: catalogue["sources"][source] for source in _sources_of(facts, catalogue)},
    )
    return Response(to_json(detail), media_type="application/json")


def _sources_of(facts: Json, catalogue: Json) -> Iterator[str]:
    """The sources that tell the facts of a service."""
    for fact in facts:
        if fact != "from":
            told = facts.get("from", {}).get(fact, catalogue["facts"][fact])
            yield from [told] if isinstance(told, str) else told


def _catalogue(request: Request) -> dict[str, Any]:
    found: dict[str, Any] = guard_of(request).bundle.data["services"]
    return found
