"""A decision as a record of the log: masked, in columns; and a record as a decision event."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json, to_json

from vpce_guard.decision_log.mask import ERASED, Mask
from vpce_guard.decision_log.packing import encode, unpack
from vpce_guard.model import Decision, Entry, Json

PATH = "vpce/main/result"
NAME_CHARACTERS, VALUE_CHARACTERS = 200, 400  # of a label: together they fit an entry of PostgreSQL's index
_serializer = Decision.__pydantic_serializer__


def _with_listed_peers(content: Json) -> Json:
    return {**content, "peers": list(content["peers"])} if content.get("peers") else content


def row(entry: Entry, mask: Mask) -> tuple[Json, dict[str, str]]:
    """The columns of an entry but for its place in the chain, with texts not packed yet; and its labels as kept."""
    decision, content = entry.decision, entry.input
    subject, result, error = decision.subject, _serializer.to_json(decision), decision.error
    vpc_id, service_name = subject.vpc_id, subject.service_name
    erased, masked = "[]", None
    if mask:
        kept = mask.apply(_with_listed_peers(content), from_json(result))
        content, result, error = kept.input, to_json(kept.result), kept.result["error"]
        vpc_id, service_name = (kept.result["subject"][member] for member in ("vpc_id", "service_name"))
        erased = to_json(kept.erased).decode()
        masked = to_json(kept.masked).decode() if kept.masked else None
    labels = content.get("labels") or {}
    columns = {
        "decision_id": decision.decision_id,
        "req_id": clean_text(decision.request_id, 200),
        "timestamp": decision.timestamp,
        "path": PATH,
        "requested_by": clean_text(entry.requested_by, 200),
        "bundles": _bundles(decision.bundle.revision),
        "labels": to_json(labels).decode() if labels else "{}",
        "input": entry.packed() if entry.packed and not mask else encode(content),
        "result": result,
        "erased": erased,
        "error": clean_text(error, None),
        "allowed": decision.allowed,
        "vpc_id": _search_text(vpc_id, 200),
        "service_name": _search_text(service_name, 500),
        "account_id": _search_text((content.get("context") or {}).get("AccountId"), 200),
        "masked": masked,
    }
    return columns, labels


@functools.lru_cache(maxsize=8)
def _bundles(revision: str) -> str:
    return to_json({"vpce": {"revision": revision}}).decode()


def clean_text(text: Any, most: int | None) -> Any:
    """A text as both databases keep it: without NUL, and not longer than its column; anything else as it is."""
    if not isinstance(text, str):
        return text
    return text[:most].replace("\0", "\N{REPLACEMENT CHARACTER}")


def _search_text(text: Any, most: int) -> str | None:
    """A text to find a decision by; None where there is none, or it was erased."""
    return None if not isinstance(text, str) or ERASED in text else clean_text(text, most)


def search_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """The labels as they are found; of names that are the same once they are cut, the first."""
    kept: dict[str, str] = {}
    for name, value in labels.items():
        kept.setdefault(clean_text(name, NAME_CHARACTERS), clean_text(value, VALUE_CHARACTERS))
    return kept


def rules(decision: Decision) -> set[str]:
    """The rules a decision speaks of, whether violated, waived or not judged."""
    violated, waived = {v.rule_id for v in decision.violations}, {w.rule_id for w in decision.waived}
    return violated | waived | {u.rule_id for u in decision.undetermined}


def event(record: Any) -> Json:
    """A record as a decision event, with the hash that links it; without the input, where that was not read."""
    result = unpack(record["result"])
    return {
        "decision_id": record["decision_id"],
        "req_id": record["req_id"],
        "timestamp": record["timestamp"],
        "path": record["path"],
        "requested_by": record["requested_by"],
        "bundles": from_json(record["bundles"] or _bundles(result["bundle"]["revision"])),
        "labels": from_json(record["labels"]),
        "input": unpack(record["input"]) if "input" in record else None,
        "result": result,
        "erased": from_json(record["erased"]),
        "masked": from_json(record["masked"] or "[]"),
        "metrics": result.get("metrics", {}),
        "error": record["error"],
        "chain": record["chain"],
        "number": record["number"],
        "previous": record["previous"],
        "hash": record["hash"],
    }
