"""What is to be done about waivers: those that never count, end, have ended or are not needed any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from vpce_guard.instants import format_instant, instant
from vpce_guard.model import Json
from vpce_guard.org.data import OrgData


class WaiverNote(NamedTuple):
    """One thing about one waiver."""

    waiver_id: str
    state: str
    says: str


def last_uses(decisions: Iterable[Json]) -> tuple[dict[str, str], str | None]:
    """When each waiver was last used, by its id, and when the first of the decisions was made."""
    last: dict[str, str] = {}
    first: str | None = None
    for decision in decisions:
        when = instant(decision.get("timestamp"))
        if when is None:
            continue
        first = min(first or when, when)
        for waived in decision.get("waived") or ():
            waiver_id = waived["waiver_id"]
            last[waiver_id] = max(last.get(waiver_id, ""), when)
    return last, first


def review(org: OrgData, now: datetime, last: Mapping[str, str], first: str | None) -> Iterator[WaiverNote]:
    """What is to be said of each waiver of a document, in its order; waivers that are in order are not named.

    Without decisions (`first` is None) nothing is said of waivers that matched nothing.
    """
    days = (org.document.get("waiver_policy") or {}).get("unmatched_days", 90)
    since, at = format_instant(now - timedelta(days=days)), format_instant(now)
    for layer in (org.document, *(org.document.get("layers") or ())):
        for waiver in layer.get("waivers") or ():
            seen = org.waiver(waiver)
            waiver_id = waiver["id"]
            if seen is None:
                yield WaiverNote(waiver_id, "unknown rule", f"{waiver['rule']} is not a rule")
                continue
            if "refused" in seen:
                yield WaiverNote(waiver_id, "refused", seen["refused"])
            if at >= seen["expires"]:
                yield WaiverNote(waiver_id, "ended", f"for {waiver['rule']}, at {waiver['expires']}")
            elif at >= seen["warn_from"]:
                yield WaiverNote(waiver_id, "ends soon", f"for {waiver['rule']}, at {waiver['expires']}")
            used = max(last.get(waiver_id, ""), seen.get("starts") or "")
            if first is not None and first <= since and used < since:
                yield WaiverNote(waiver_id, "unused", f"matched nothing for {days} days")
