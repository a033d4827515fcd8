"""The report as JSON; docs/how-to/replay-a-change.md describes it and `schema()` is its JSON Schema."""

from __future__ import annotations

from pydantic_core import to_json

from vpce_guard.model import Json
from vpce_guard.whatif.compare import KINDS
from vpce_guard.whatif.replay.results import REASONS, ReplayResult


def render(replayed: ReplayResult) -> str:
    """One JSON object, indented."""
    return to_json(document(replayed), indent=2).decode() + "\n"


def document(replayed: ReplayResult) -> Json:
    """The same as JSON values."""
    part, tally = replayed.part, replayed.tally.as_json()
    return {
        "candidate": {
            "name": replayed.candidate,
            "revision": replayed.bundle_revision,
            "org_data": replayed.org_data,
        },
        "source": replayed.source,
        "selection": dict(replayed.selection),
        "since": part.first,
        "until": part.last,
        "read": part.read,
        "compared": replayed.tally.total,
        "not_reproduced": {
            "total": replayed.not_reproduced,
            "reasons": {reason: part.reasons[reason] for reason in REASONS if reason in part.reasons},
            "listed": {
                reason: [vars(one) for one in part.listed[reason]] for reason in REASONS if reason in part.listed
            },
        },
        **{name: tally[name] for name in ("kinds", "by_rule", "by_account", "by_service", "by_team", "examples")},
    }


def schema() -> Json:
    """The JSON Schema of the report."""
    text, texts, number = {"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "integer"}
    maybe = {"type": ["string", "null"]}
    counts = {"type": "object", "propertyNames": {"enum": list(KINDS)}, "additionalProperties": number}
    table = {"type": "object", "additionalProperties": counts}
    about = _close_schema(dict.fromkeys(("decision_id", "timestamp", "address", "account", "service", "team"), text))
    example = _close_schema(
        {
            "about": about,
            "rules": texts,
            "before": texts,
            "after": texts,
            "allowed_before": {"type": "boolean"},
            "allowed_after": {"type": "boolean"},
        }
    )
    one = _close_schema({"decision_id": maybe, "timestamp": maybe, "address": maybe, "detail": text})

    def by_reason(of: Json) -> Json:
        return {"type": "object", "propertyNames": {"enum": list(REASONS)}, "additionalProperties": of}

    members: Json = {
        "candidate": _close_schema({"name": text, "revision": maybe, "org_data": maybe}),
        "source": text,
        "selection": {"type": "object", "additionalProperties": text},
        "since": maybe,
        "until": maybe,
        "read": number,
        "compared": number,
        "not_reproduced": _close_schema(
            {"total": number, "reasons": by_reason(number), "listed": by_reason({"type": "array", "items": one})}
        ),
        "kinds": {**counts, "required": list(KINDS)},
        **dict.fromkeys(("by_rule", "by_account", "by_service", "by_team"), table),
        "examples": {
            "type": "object",
            "propertyNames": {"enum": list(KINDS)},
            "additionalProperties": {"type": "array", "items": example},
        },
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "replay", **_close_schema(members)}


def _close_schema(members: Json) -> Json:
    return {"type": "object", "required": list(members), "additionalProperties": False, "properties": members}
