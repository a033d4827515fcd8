"""Whether decisions are found by what they say: their rules and labels, as a record has them and as the index does."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

from pydantic_core import from_json
from sqlalchemy import Connection, func, select

from vpce_guard.decision_log.faults import LogFault
from vpce_guard.decision_log.packing import unpack
from vpce_guard.decision_log.records import search_labels
from vpce_guard.decision_log.tables import LABELS, RULES
from vpce_guard.model import Json

_TABLES = {RULES: "the rule index", LABELS: "the label index"}
_FINDINGS = ("violations", "waived", "undetermined")


class SearchIndex:
    """The rows by which decisions are found, read along with the records they belong to."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read = dict.fromkeys(_TABLES, 0)

    def find_wrong(self, records: Sequence[Json]) -> set[str]:
        """The ids of those records whose rows are not what the record says. At most 500 at once."""
        kept: dict[str, set[tuple[str, ...]]] = {record["decision_id"]: set() for record in records}
        for table in _TABLES:
            for row in self._connection.execute(select(table).where(table.c.decision_id.in_(list(kept)))):
                kept[row[0]].add(tuple(row[1:]))
                self._read[table] += 1
        return {record["decision_id"] for record in records if kept[record["decision_id"]] != _rows_of(record)}

    def find_strays(self) -> Iterator[LogFault]:
        """What belongs to no record that was read."""
        for table, name in _TABLES.items():
            count = self._connection.execute(select(func.count()).select_from(table)).scalar() or 0
            if strays := count - self._read[table]:
                yield LogFault(name, f"{strays} of its rows belong to no record")


def _rows_of(record: Json) -> set[tuple[str, ...]]:
    """What a record is found by; nothing where it cannot be read, which its hash tells."""
    try:
        result, labels = unpack(record["result"]), from_json(record["labels"])
        rules = {finding["rule_id"] for name in _FINDINGS for finding in result[name]}
    except (ValueError, zlib.error, KeyError, TypeError):
        return set()
    found: set[tuple[str, ...]] = {(rule_id, record["timestamp"]) for rule_id in rules}
    return found | {(name, value, record["timestamp"]) for name, value in search_labels(labels).items()}
