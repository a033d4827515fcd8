"""What decisions are found by: as a record has it, and as the indexes do.

Decisions of one request that are found by the same, their service aside, stand in a row in their chain: the first leads
and the others follow, and only the first is in the indexes and has rules and labels.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic_core import from_json
from sqlalchemy import Connection, Table, bindparam, delete, func, select

from vpce_guard.decision_log.faults import LogFault
from vpce_guard.decision_log.packing import unpack
from vpce_guard.decision_log.records import search_labels
from vpce_guard.decision_log.tables import LABELS, RULES
from vpce_guard.model import Json

MOST_FOLLOWERS = 500  # retention takes what belongs together away at once
_TABLES = {RULES: "the rule index", LABELS: "the label index"}
_FINDINGS = ("violations", "waived", "undetermined")
_COLUMNS = ("chain", "timestamp", "req_id", "requested_by", "allowed", "vpc_id", "account_id")


class SearchTerms(NamedTuple):
    """What a decision is found by: columns, rules, and labels by their names."""

    columns: tuple[Any, ...]
    rules: frozenset[str]
    labels: frozenset[tuple[str, str]]

    def rows(self, record: Mapping[str, Any]) -> dict[Table, list[Json]]:
        """The rows of a record that leads."""
        common = {"timestamp": record["timestamp"], "decision_id": record["decision_id"]}
        return {
            RULES: [{"rule_id": rule_id, **common} for rule_id in sorted(self.rules)],
            LABELS: [{"name": name, "value": value, **common} for name, value in sorted(self.labels)],
        }


def search_terms(record: Mapping[str, Any], rules: Iterable[str], labels: Mapping[str, str]) -> SearchTerms:
    """What a record is found by, with the rules that its decision speaks of and its labels."""
    columns = tuple(record[name] for name in _COLUMNS)
    return SearchTerms(columns, frozenset(rules), frozenset(search_labels(labels).items()))


def delete_rows(connection: Connection, records: Iterable[Json]) -> None:
    """Take away what records with these texts are found by."""
    gone: dict[Table, list[Json]] = {table: [] for table in _TABLES}
    for record in records:
        if record["leads"] and (found := _read_terms(record)) is not None:
            for table, rows in found.rows(record).items():
                gone[table] += rows
    for table, rows in gone.items():
        if rows:
            of_row = [column == bindparam(f"of_{column.name}") for column in table.primary_key]
            connection.execute(
                delete(table).where(*of_row), [{f"of_{name}": value for name, value in row.items()} for row in rows]
            )


class SearchIndex:
    """The rows by which decisions are found, read along with the records they belong to, chain by chain."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._read = dict.fromkeys(_TABLES, 0)
        self._is_unread = False
        self._leading: SearchTerms | None = None
        self._following = range(0)  # the numbers that follow the one that leads
        self._unfollowed = 0

    def find_wrong(self, records: Sequence[Json]) -> set[str]:
        """The ids of those records that are not found by what they say. At most 500 at once, in their order."""
        found = {record["decision_id"]: _read_terms(record) for record in records}
        self._is_unread |= None in found.values()
        wrong = {record["decision_id"] for record in records if not self._is_in_order(record, found)}
        wanted: dict[str, dict[Table, list[Json]]] = {
            record["decision_id"]: of_record.rows(record)
            if (of_record := found[record["decision_id"]]) is not None and record["leads"]
            else {}
            for record in records
        }
        for table in _TABLES:
            expected = {name: rows.get(table, []) for name, rows in wanted.items()}
            kept = self._find_rows(table, expected)
            self._read[table] += sum(map(len, kept.values()))
            wrong |= {name for name, rows in expected.items() if kept[name] != {tuple(row.values()) for row in rows}}
        return wrong

    def find_strays(self) -> Iterator[LogFault]:
        """What belongs to no record that was read; not told where one could not be, whose rows they may be."""
        if self._unfollowed or self._following:
            yield LogFault("the order of decisions", "one at the end of its chain leads others that there are not")
        for table, name in _TABLES.items():
            count = self._connection.execute(select(func.count()).select_from(table)).scalar() or 0
            if (strays := count - self._read[table]) and not self._is_unread:
                yield LogFault(name, f"{strays} of its rows belong to no record")

    def _is_in_order(self, record: Json, found: Mapping[str, SearchTerms | None]) -> bool:
        """Whether it follows what it must, or leads where it may."""
        of_record, number = found[record["decision_id"]], record["number"]
        if of_record is None:
            return False
        if self._leading is not None and self._leading.columns[0] != record["chain"]:
            self._unfollowed += bool(self._following)
            self._following = range(0)
        follows = bool(self._following)
        if not record["leads"]:
            is_right = follows and number == self._following.start and self._leading == of_record
            self._following = self._following[1:]
            return is_right and record["followers"] == 0
        self._leading, self._following = of_record, range(number + 1, number + 1 + record["followers"])
        return not follows

    def _find_rows(self, table: Table, expected: Mapping[str, Sequence[Json]]) -> dict[str, set[tuple[str, ...]]]:
        """The rows there are for records, by what those should have."""
        kept: dict[str, set[tuple[str, ...]]] = {name: set() for name in expected}
        rows = [row for some in expected.values() for row in some]
        times = sorted(row["timestamp"] for row in rows)
        terms = [
            name for name in (column.name for column in table.primary_key) if name not in ("timestamp", "decision_id")
        ]
        for term in sorted({tuple(row[name] for name in terms) for row in rows}):
            of_term = [table.c[name] == value for name, value in zip(terms, term, strict=True)]
            chosen = select(table).where(*of_term, table.c.timestamp.between(times[0], times[-1]))
            for row in self._connection.execute(chosen):
                if row.decision_id in kept:
                    kept[row.decision_id].add(tuple(row))
        return kept


def _read_terms(record: Json) -> SearchTerms | None:
    """What a record with these texts is found by; None where it cannot be read, which its hash tells."""
    try:
        result, labels = unpack(record["result"]), from_json(record["labels"])
        return search_terms(record, (finding["rule_id"] for name in _FINDINGS for finding in result[name]), labels)
    except (ValueError, zlib.error, KeyError, TypeError):
        return None
