"""How often rules fired, were waived or could not judge: read off the newest decisions that a query chooses."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from sqlalchemy import Engine as Database

from vpce_guard.decision_log.packing import unpack_text
from vpce_guard.decision_log.parts import read_texts
from vpce_guard.decision_log.queries import Query, select_newest
from vpce_guard.decision_log.tables import DECISIONS

MOST_READ = 1_000  # decisions, so that the answer comes at once


@dataclass(frozen=True)
class RuleCounts:
    """In how many decisions a rule was violated without a waiver, waived, and not judged."""

    violated: int
    waived: int
    undetermined: int


@dataclass(frozen=True)
class FindingCounts:
    """What each rule found, by id, in so many decisions; older ones than `since` are not counted, where it is told."""

    rules: Mapping[str, RuleCounts]
    decisions: int
    since: str | None

    def find(self, rule_id: str) -> RuleCounts:
        """What one rule found."""
        return self.rules.get(rule_id, RuleCounts(0, 0, 0))


class _Finding(msgspec.Struct):
    rule_id: str


class _Result(msgspec.Struct):
    """What is needed of a result; the rest is passed over unread."""

    violations: list[_Finding] = []
    waived: list[_Finding] = []
    undetermined: list[_Finding] = []


_decoder = msgspec.json.Decoder(_Result)


def count_findings(database: Database, query: Query, *, most: int = MOST_READ) -> FindingCounts:
    """What rules found in the newest `most` decisions of a query. A result that cannot be read is passed over.

    Each decision is read, for those of one request may be waived one by one although they are found by the same rules.
    """
    columns = (DECISIONS.c.decision_id, DECISIONS.c.chain, DECISIONS.c.timestamp, DECISIONS.c.result)
    chosen = select_newest(query, most).with_only_columns(*columns)
    with database.connect() as connection:
        records = read_texts(connection, connection.execute(chosen).mappings().all())
    found: dict[str, Counter[str]] = {name: Counter() for name in ("violations", "waived", "undetermined")}
    for _, text in records:
        result = _read(text["result"]) if text is not None else None
        for name, counts in found.items():
            counts.update({one.rule_id for one in getattr(result, name, ())})
    rules = {
        rule_id: RuleCounts(*(counts[rule_id] for counts in found.values())) for rule_id in set().union(*found.values())
    }
    since = records[-1][0]["timestamp"] if len(records) == most else None
    return FindingCounts(rules, len(records), since)


def _read(kept: bytes) -> _Result | None:
    try:
        return _decoder.decode(unpack_text(kept))
    except (zlib.error, msgspec.DecodeError):
        return None
