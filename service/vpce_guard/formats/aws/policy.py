"""Endpoint policies as the rules see them: parsed once here, because engines do not read JSON text alike."""

from __future__ import annotations

from typing import Any

from pydantic_core import from_json, to_json

from vpce_guard.formats.text import json_text
from vpce_guard.model import Json


def read(request: Json, current: Json | None) -> Json:
    """The policies of a proposal by the part that holds them, `request` and `current`; a part without one is absent.

    Each is {"document", "characters"} or, where the text is not JSON, {"error", "characters"}. `characters` is the
    length of the text as it was given, or of the shortest text of a policy given as an object.
    """
    parts = (("request", request), ("current", current or {}))
    return {part: _read(given) for part, holder in parts if (given := holder.get("PolicyDocument")) not in (None, "")}


def _read(given: Any) -> Json:
    if not isinstance(given, str):
        return {"document": given, "characters": len(to_json(given).decode())}
    try:
        document = from_json(given, allow_inf_nan=False)
        json_text(document)
    except ValueError as error:
        return {"error": str(error), "characters": len(given)}
    return {"document": document, "characters": len(given)}
