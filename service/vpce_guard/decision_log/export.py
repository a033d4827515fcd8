"""Writes decision events to a stream, one at a time or in groups: memory does not grow with their number."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from pydantic_core import to_json

from vpce_guard import installation
from vpce_guard.errors import SettingsError
from vpce_guard.model import Json

_GROUP = 1000  # rows of a Parquet row group
_COLUMNS = (
    *("decision_id", "req_id", "timestamp", "path", "requested_by", "bundles", "labels", "input", "result"),
    *("erased", "masked", "metrics", "error", "chain", "number", "previous", "hash"),  # as in an event
)


def as_json_lines(events: Iterable[Json], to: IO[bytes]) -> int:
    """A JSON object on each line; how many."""
    count = 0
    for event in events:
        to.write(to_json(event) + b"\n")
        count += 1
    return count


def as_parquet(events: Iterable[Json], to: IO[bytes]) -> int:
    """A row for each event, with its members as columns and JSON text for what is nested; how many.

    Raises SettingsError without pyarrow.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ModuleNotFoundError:
        raise SettingsError("Parquet needs pyarrow.", advice=installation("parquet")) from None
    types = {"timestamp": pyarrow.timestamp("ms", tz="UTC"), "number": pyarrow.int64()}
    schema = pyarrow.schema([(name, types.get(name, pyarrow.string())) for name in _COLUMNS])
    count, remaining = 0, iter(events)
    with parquet.ParquetWriter(to, schema, compression="zstd") as writer:
        while rows := [_flatten(event) for event in islice(remaining, _GROUP)]:
            writer.write_table(pyarrow.Table.from_pylist(rows, schema=schema))
            count += len(rows)
    return count


FORMATS: dict[str, Callable[[Iterable[Json], IO[bytes]], int]] = {"jsonl": as_json_lines, "parquet": as_parquet}


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that appears under its name, readable to its owner only, once all of it is written."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            yield file
            file.flush()
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


def _flatten(event: Json) -> dict[str, Any]:
    row = {name: to_json(value).decode() if isinstance(value, dict | list) else value for name, value in event.items()}
    return {**row, "timestamp": datetime.fromisoformat(event["timestamp"])}
