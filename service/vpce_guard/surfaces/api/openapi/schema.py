"""The OpenAPI document: what endpoints declare, and what every one of their kind has without declaring it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from vpce_guard.model import Json
from vpce_guard.surfaces.api.http.problems import MEDIA_TYPE, PROBLEMS, headers_of, problem
from vpce_guard.surfaces.api.http.route import Route

_SCHEMAS = "#/components/schemas/{model}"
_TAGS = {
    "decisions": "Judge documents, and read what was decided.",
    "rules": "The catalogue of rules, with what a violation of each does here.",
    "services": "AWS services that have VPC endpoints, as a dated catalogue knows them.",
    "org data": "The organisation's constraints in force.",
    "advice": "Which endpoint to use for a need.",
    "reach": "What an endpoint policy lets through, proved or with a request that passes.",
    "audit": "Judge endpoints that exist.",
    "explanations": "Why a decision is what it is, and what would turn it.",
    "bundles": "Policies: uploaded, activated, rolled back, tried beside, and polled by sidecars.",
    "replays": "What a candidate would have decided on what is recorded.",
    "integrations": "Calls that Kubernetes, HCP Terraform and developer portals make.",
    "service": "Whether the service lives and can decide, and this document.",
}
_SECURITY = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key or a token (JWT) of the OpenID provider that is set. While no credentials are"
        " configured the service asks for none, and answers callers on its own machine only.",
    },
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "X-TFC-Task-Signature",
        "description": "HMAC-SHA512 of the body in hex, with the key that is set.",
    },
    "portal_signature": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Port-Signature",
        "description": "`v1,` and HMAC-SHA256 in Base64 of the header X-Port-Timestamp, a dot and the body, with the"
        " client secret that is set. The timestamp, in seconds, is at most five minutes off.",
    },
}


def response(description: str, example: Any, *, links: Json | None = None, schema: Json | None = None) -> Json:
    """A response of a route, by example; `schema` where the route has no model of it."""
    content = {"example": example, **({"schema": schema} if schema else {})}
    return {"description": description, "content": {"application/json": content}, **({"links": links} if links else {})}


def problems(*codes: int) -> dict[int | str, Json]:
    """Responses of a route that tell of problems, besides those its kind has anyway."""
    return {code: {"description": PROBLEMS[code][0]} for code in codes}


def openapi(app: FastAPI) -> Json:
    """The document, worked out once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            routes=app.routes,
            tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
        )
        routes = [route for route in app.routes if isinstance(route, Route)]
        for route in (route for route in routes if route.include_in_schema):
            for method in route.methods or ():
                _complete(document["paths"][route.path_format][method.lower()], route)
        components = document["components"]
        components["schemas"].update(_bodies(routes))
        for unused in ("HTTPValidationError", "ValidationError"):
            components["schemas"].pop(unused, None)
        components["responses"] = {str(code): _problem(code) for code in PROBLEMS}
        components["securitySchemes"] = _SECURITY
        app.openapi_schema = document
    return app.openapi_schema


def _complete(operation: Json, route: Route) -> None:
    """Add the body, the problems and the credentials to an operation."""
    operation["operationId"] = route.name
    operation["summary"] = route.description.partition("\n")[0].partition(". ")[0].removesuffix(".")
    if (body := route.takes) is not None:
        schema = body.schema if isinstance(body.schema, dict) else {"$ref": _SCHEMAS.format(model=body.schema.__name__)}
        named = {name: {"summary": summary, "value": value} for name, (summary, value) in body.examples.items()}
        operation["requestBody"] = {
            "required": True,
            "content": {body.media_type: {"schema": schema, "examples": named}},
        }
    for code, declared in route.responses.items():
        for media, content in declared.get("content", {}).items():  # FastAPI leaves every null out of it
            operation["responses"][str(code)]["content"][media]["example"] = content["example"]
    told = {code: given for code, given in operation["responses"].items() if int(code) < 400}
    failing = {
        str(code): {"$ref": f"#/components/responses/{code}"} for code in sorted(_problem_statuses(operation, route))
    }
    operation["responses"] = {**told, **failing}
    operation["security"] = list(_security(route))


def _problem_statuses(operation: Json, route: Route) -> set[int]:
    """The problems an operation declares and those of its kind."""
    found = {400, 401, 422, 429, 431, 500} | ({int(code) for code in operation["responses"]} & set(PROBLEMS))
    if route.needs != "signature":
        found |= {403}
    if "requestBody" in operation:
        found |= {408, 413, 415}
    return found


def _security(route: Route) -> Iterator[Json]:
    if route.needs == "signature":
        yield {route.scheme: []}
        return
    yield {"bearer": ["read" if route.needs == "health" else route.needs]}
    yield {}


def _bodies(routes: list[Route]) -> Json:
    bodies = (route.takes.schema for route in routes if route.takes is not None)
    models = [(body, "validation") for body in bodies if not isinstance(body, dict)]
    _, schemas = models_json_schema(models, ref_template=_SCHEMAS)  # type: ignore[arg-type]
    found: Json = schemas["$defs"]
    return found


def _problem(code: int) -> Json:
    description, error = PROBLEMS[code]
    headers = {
        "retry-after": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}},
        "x-request-id": {"description": "The request's id, as given or ours.", "schema": {"type": "string"}},
        "www-authenticate": {"description": "How to say who asks.", "schema": {"type": "string"}},
    }
    return {
        "description": description,
        "headers": {name.title(): headers[name] for name in ("x-request-id", *headers_of(error))},
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": _SCHEMAS.format(model="Problem")},
                "example": problem(error, instance="/v1/decisions", request_id="8f14e45f-ceea-467f-a83c-2f1f3b1c9a5e"),
            }
        },
    }
