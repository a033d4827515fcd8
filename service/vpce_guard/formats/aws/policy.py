"""Endpoint policies as the rules see them: parsed once here, because engines do not read JSON text alike."""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import to_json

from vpce_guard.formats.aws.iam import unknown_names
from vpce_guard.formats.text import json_text
from vpce_guard.model import Json

_MOST = 20_480  # characters that AWS takes; VPCE-COMMON-015 tells of more


class _PolicyTextError(ValueError):
    """What is wrong with the text of a policy, as a person is told."""


def read(request: Json, current: Json | None) -> Json:
    """The policies of a proposal by the part that holds them, `request` and `current`; a part without one is absent.

    Each is {"document", "characters"} or, where the text is not JSON, {"error", "characters"}. `characters` is the
    length of the text as it was given, or of the shortest text of a policy given as an object. The one of the request
    has "unknown_names" too where it names what IAM does not know, as unknown_names() gives them.
    """
    parts = (("request", request), ("current", current or {}))
    found = {part: parse(given) for part, holder in parts if (given := holder.get("PolicyDocument")) not in (None, "")}
    asked = found.get("request", {})
    if asked.get("characters", 0) <= _MOST and (names := unknown_names(asked.get("document"))):
        asked["unknown_names"] = names
    return found


def parse(given: Any) -> Json:
    """One policy, as text or parsed JSON, as read() gives it but for its unknown names."""
    if not isinstance(given, str):
        return {"document": given, "characters": len(to_json(given).decode())}
    try:
        document = json.loads(given, object_pairs_hook=_once, parse_constant=_refuse)
        json_text(document)
    except json.JSONDecodeError as error:
        return {"error": _describe(error), "characters": len(given)}
    except RecursionError:
        return {"error": "it is nested too deeply", "characters": len(given)}
    except _PolicyTextError as error:
        return {"error": str(error), "characters": len(given)}
    except ValueError:
        return {"error": "it holds a number or a character that JSON has no word for", "characters": len(given)}
    return {"document": document, "characters": len(given)}


def _once(members: list[tuple[str, Any]]) -> Json:
    """An object, each of whose members stands in it once: which of two counts differs from reader to reader."""
    found = dict(members)
    if len(found) < len(members):
        names = [name for name, _ in members]
        twice = next(name for name in names if names.count(name) > 1)
        raise _PolicyTextError(f"the member {twice[:80]} is given twice, and readers differ in which of the two counts")
    return found


def _refuse(constant: str) -> Any:
    raise _PolicyTextError(f"{constant} is no JSON number")


def _describe(error: json.JSONDecodeError) -> str:
    """What stands where something else was expected, in words."""
    rest = error.doc[error.pos : error.pos + 20].split("\n")[0]
    there = f"there is {rest!r}" if rest else "the text ends"
    wanted = _WANTED.get(error.msg, error.msg.lower())
    return f"line {error.lineno} column {error.colno}: {wanted} is expected, and {there}"


_WANTED = {
    "Expecting value": "a value",
    "Expecting ',' delimiter": "a comma or the end of the list or object",
    "Expecting ':' delimiter": "a colon",
    "Expecting property name enclosed in double quotes": "a member name in double quotes",
    "Illegal trailing comma before end of object": "a member after the comma",
    "Illegal trailing comma before end of array": "a value after the comma",
    "Extra data": "the end",
    "Unterminated string starting at": "the closing quote of a string",
    "Invalid control character at": "an escaped control character",
    "Invalid \\escape": "a known escape",
    "Invalid \\uXXXX escape": "four hexadecimal digits after \\u",
}
