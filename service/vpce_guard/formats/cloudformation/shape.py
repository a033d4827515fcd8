"""What a template is, and what it must have to be read."""

from __future__ import annotations

from typing import Any

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.cloudformation.words import escape, template_error
from vpce_guard.model import Json


def is_template(document: Any) -> bool:
    """Whether a document looks like a template."""
    if not isinstance(document, dict):
        return False
    resources = document.get("Resources")
    return (
        "AWSTemplateFormatVersion" in document
        or _has_types(resources)
        or ("Transform" in document and isinstance(resources, dict))
    )


def kind_of(body: Any) -> str:
    """The type of a resource."""
    return str(body.get("Type")) if isinstance(body, dict) else ""


def require_template(document: Any) -> None:
    """Raise MalformedError for what is no template."""
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        raise MalformedError(
            "This is not a CloudFormation template.",
            advice="A template is an object with `Resources`.",
            pointers=(Pointer(pointer="/Resources", code="missing", detail="must be an object"),),
        )


def require_resources(document: Json) -> None:
    """Raise MalformedError for a resource that is no object."""
    for name, body in document["Resources"].items():
        if not isinstance(body, dict) and not name.startswith("Fn::"):
            raise template_error(f"/Resources/{escape(name)}", "must be an object")


def _has_types(resources: Any) -> bool:
    if not isinstance(resources, dict):
        return False
    return any(
        name.startswith("Fn::") or (isinstance(body, dict) and isinstance(body.get("Type"), str))
        for name, body in resources.items()
    )
