"""The OpenAPI document, with the request bodies that endpoints read themselves."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from vpce_guard.api.decisions import BatchRequest, DecisionRequest
from vpce_guard.api.explanations import ExplanationRequest


def openapi(app: FastAPI) -> dict[str, Any]:
    """The document, worked out once."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
        _, requests = models_json_schema(
            [(model, "validation") for model in (DecisionRequest, BatchRequest, ExplanationRequest)],
            ref_template="#/components/schemas/{model}",
        )
        document["components"]["schemas"].update(requests["$defs"])
        app.openapi_schema = document
    return app.openapi_schema
