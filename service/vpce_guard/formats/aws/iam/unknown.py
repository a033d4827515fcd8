"""Names in an endpoint policy that IAM does not know: actions, service prefixes, condition keys and ARNs.

The policy may be of any JSON type; what is no policy is passed over, for other rules say that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice
from typing import Any

from vpce_guard.formats.aws.iam import known
from vpce_guard.formats.aws.iam.resources import wrong_arn
from vpce_guard.model import Json

_MOST = 50
_MOST_LOOKED_AT = 200  # actions or ARNs of a statement; more are hardly within the length that AWS takes
_MOST_SUGGESTED = 8
_FREE = {"saml", "accounts.google.com", "graph.facebook.com", "www.amazon.com"}


def unknown_names(document: Any) -> list[Json]:
    """What IAM does not know, in the order of the policy, at most fifty.

    Each is {"kind": "action" | "prefix" | "key" | "arn", "value", "statement": index, "at": a pointer below the
    statement without leading slash, "nearest": [...]}; an "arn" has "why" as well. Only the first few have `nearest`.
    """
    found = list(islice(_walk_statements(document), _MOST))
    for number, one in enumerate(found):
        suggest = one.pop("suggest")
        one["nearest"] = list(suggest()) if number < _MOST_SUGGESTED else []
    return found


def _walk_statements(document: Any) -> Iterator[Json]:
    statements = document.get("Statement") if isinstance(document, dict) else None
    for index, statement in enumerate(statements if isinstance(statements, list) else [statements]):
        if not isinstance(statement, dict):
            continue
        for one in chain(_actions(statement), _keys(statement), _arns(statement)):
            yield {"statement": index, **one}


def _texts(statement: Json, *members: str) -> Iterator[tuple[str, str]]:
    for member in members:
        value = statement.get(member)
        if isinstance(value, str):
            yield member, value
        for index, text in enumerate(value if isinstance(value, list) else ()):
            if isinstance(text, str):
                yield f"{member}/{index}", text


def _actions(statement: Json) -> Iterator[Json]:
    for at, text in islice(_texts(statement, "Action", "NotAction"), _MOST_LOOKED_AT):
        prefix, colon, name = text.lower().replace("?", "*").partition(":")
        if not colon or not name or "*" in prefix:
            continue
        if prefix not in known.prefixes():
            yield _unknown_name("prefix", at, text, partial(known.near, prefix, known.prefixes()))
        elif not known.fits(name, known.actions(prefix)):
            yield _unknown_name("action", at, text, partial(_actions_like, prefix, name))


def _actions_like(prefix: str, name: str) -> list[str]:
    actions = known.actions(prefix)
    return [f"{prefix}:{actions[one]}" for one in known.near(name, actions)]


def _keys(statement: Json) -> Iterator[Json]:
    conditions = statement.get("Condition")
    for operator, tests in (conditions if isinstance(conditions, dict) else {}).items():
        for key in tests if isinstance(tests, dict) else ():
            prefix, colon, _ = key.lower().partition(":")
            if "." in prefix or prefix in _FREE or "${" in key:
                continue  # keys of identity providers are named after them
            if not colon or not known.fits(key.lower(), known.keys(prefix)):
                at = f"Condition/{_escape(operator)}/{_escape(key)}"
                yield _unknown_name("key", at, key, partial(_keys_like, key.lower() if colon else f"aws:{key.lower()}"))


def _keys_like(key: str) -> list[str]:
    keys = known.keys(key.partition(":")[0])
    return [keys[one] for one in ([key] if key in keys else known.near(key, keys))]


def _arns(statement: Json) -> Iterator[Json]:
    for at, text in islice(_texts(statement, "Resource", "NotResource"), _MOST_LOOKED_AT):
        if wrong := wrong_arn(text):
            why, nearest = wrong
            yield {**_unknown_name("arn", at, text, partial(tuple, nearest)), "why": why}


def _unknown_name(kind: str, at: str, value: str, suggest: Callable[[], Iterable[str]]) -> Json:
    return {"kind": kind, "at": at, "value": value, "suggest": suggest}


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
