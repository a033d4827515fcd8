"""What outputs of Pulumi look like."""

from __future__ import annotations

from typing import Any

from vpce_guard.model import Json


def detect(document: Any) -> bool:
    """Whether the document looks like a preview, or like another output of Pulumi, which read() refuses with advice."""
    if not isinstance(document, dict):
        return False
    if is_state(document) or isinstance(document.get("resourcePlans"), dict):
        return True
    steps = document.get("steps")
    if isinstance(steps, list) and steps:
        return any(isinstance(step, dict) and "op" in step and _is_urn(step.get("urn")) for step in steps)
    return (
        not steps and isinstance(document.get("changeSummary"), dict) and bool({"config", "duration"} & document.keys())
    )


def is_state(document: Json) -> bool:
    """Whether the document is the state of a stack, as `pulumi stack export` prints it."""
    deployment = document.get("deployment")
    return isinstance(deployment, dict) and isinstance(deployment.get("resources"), list)


def _is_urn(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("urn:pulumi:")
