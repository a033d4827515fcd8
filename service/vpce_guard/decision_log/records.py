"""A decision as a record of the log: masked, compressed, in columns."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic_core import from_json, to_json

from vpce_guard.model import Decision, Entry, Json

PATH = "vpce/main/result"
_LEVEL = 1  # input is mostly text that repeats itself; higher levels cost more than they save


def row(entry: Entry, erase: Sequence[str]) -> dict[str, Any]:
    """The columns of an entry but for its place in the chain; `erase` lists JSON Pointers into the input."""
    decision = entry.decision
    content, erased = _without(entry.input, erase)
    return {
        "decision_id": decision.decision_id,
        "req_id": kept_text(decision.request_id, 200),
        "timestamp": decision.timestamp,
        "path": PATH,
        "requested_by": kept_text(entry.requested_by, 200),
        "bundles": to_json({"vpce": {"revision": decision.bundle.revision}}).decode(),
        "labels": to_json(entry.input.get("labels", {})).decode(),
        "input": zlib.compress(to_json(content), _LEVEL),
        "result": zlib.compress(to_json(decision), _LEVEL),
        "erased": to_json(erased).decode(),
        "error": kept_text(decision.error, 10_000),
        "allowed": decision.allowed,
        "vpc_id": kept_text(decision.subject.vpc_id, 200),
        "service_name": kept_text(decision.subject.service_name, 500),
    }


def kept_text(text: str | None, size: int) -> str | None:
    """A caller's text as a column of so many characters holds it: PostgreSQL takes no NUL, and indexes no long row."""
    if text is None:
        return None
    return text.replace("\0", "\ufffd").encode()[:size].decode(errors="ignore")


def rules(decision: Decision) -> set[str]:
    """The rules a decision speaks of, whether violated, waived or not judged."""
    violated, waived = {v.rule_id for v in decision.violations}, {w.rule_id for w in decision.waived}
    return violated | waived | {u.rule_id for u in decision.undetermined}


def event(record: Any) -> Json:
    """A record as a decision event of OPA, with the hash that links it."""
    result = from_json(zlib.decompress(record["result"]))
    return {
        "decision_id": record["decision_id"],
        "req_id": record["req_id"],
        "timestamp": record["timestamp"],
        "path": record["path"],
        "requested_by": record["requested_by"],
        "bundles": from_json(record["bundles"]),
        "labels": from_json(record["labels"]),
        "input": from_json(zlib.decompress(record["input"])),
        "result": result,
        "erased": from_json(record["erased"]),
        "metrics": result.get("metrics", {}),
        "error": record["error"],
        "chain": record["chain"],
        "number": record["number"],
        "previous": record["previous"],
        "hash": record["hash"],
    }


def _without(content: Json, pointers: Sequence[str]) -> tuple[Json, list[str]]:
    """The content without what the pointers name, and which of them named something; * stands for any one part."""
    erased: list[str] = []
    for pointer in pointers:
        for place in _places(content, pointer.split("/")[1:], ()):
            content = _dropped(content, place)
            erased.append("/input/" + "/".join(map(str, place)))
    return content, erased


def _places(value: Any, parts: Sequence[str], before: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Last items first, so that dropping one does not move another."""
    if not parts:
        yield before
        return
    name = parts[0].replace("~1", "/").replace("~0", "~")
    if isinstance(value, dict):
        for key in list(value) if name == "*" else [name] if name in value else []:
            yield from _places(value[key], parts[1:], (*before, key))
    elif isinstance(value, list | tuple):
        numbers = (
            range(len(value)) if name == "*" else [int(name)] if name.isdecimal() and int(name) < len(value) else []
        )
        for number in reversed(numbers):
            yield from _places(value[number], parts[1:], (*before, number))


def _dropped(value: Any, place: tuple[Any, ...]) -> Any:
    """A copy without what stands at a place; an item of a list becomes null."""
    key, *rest = place
    if isinstance(value, dict):
        if not rest:
            return {name: item for name, item in value.items() if name != key}
        return {**value, key: _dropped(value[key], tuple(rest))}
    items = list(value)
    items[key] = _dropped(items[key], tuple(rest)) if rest else None
    return items
