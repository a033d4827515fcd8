"""Where events come from: files, folders, patterns and standard input, compressed or not, a document or lines."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.support.cloudtrail import create, record
from vpce_guard.errors import UnreadableError
from vpce_guard.whatif.score.files import EventFiles


def ids(files: EventFiles) -> list[int]:
    """The numbers of the records read."""
    return [int(found["eventID"][-12:]) for _, found in files.records()]


def test_a_folder_is_read_in_order_with_what_is_compressed(tmp_path: Path) -> None:
    (tmp_path / "2026").mkdir()
    (tmp_path / "b.json").write_text(json.dumps({"Records": [create(1)]}, indent=2))
    (tmp_path / "2026/a.json.gz").write_bytes(gzip.compress(json.dumps({"Records": [create(2), create(3)]}).encode()))
    (tmp_path / "lines.jsonl").write_text("\n".join(json.dumps(create(number)) for number in (4, 5)))
    (tmp_path / "other.txt").write_text("CreateVpcEndpoint")
    files = EventFiles([str(tmp_path)], 1 << 20)
    assert ids(files) == [1, 4, 5, 2, 3]
    assert (files.read, files.problems.count) == (3, 0)


def test_a_pattern_stands_for_its_files(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"{number}.json").write_text(json.dumps(create(number)))
    assert ids(EventFiles([str(tmp_path / "*.json")], 1 << 20)) == [1, 2]


def test_a_name_that_stands_for_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        ids(EventFiles([str(tmp_path / "none-*.json")], 1 << 20))


def test_what_cannot_be_read_spoils_nothing_else(tmp_path: Path) -> None:
    whole = gzip.compress(json.dumps({"Records": [create(9)]}).encode())
    (tmp_path / "a.json.gz").write_bytes(whole[:-12])
    (tmp_path / "b.jsonl").write_text(
        json.dumps(create(1)) + '\n{"eventName": "CreateVpcEndpoint", \n' + json.dumps(create(2))
    )
    (tmp_path / "c.json").write_text(json.dumps({"Records": [create(3)] * 9}, indent=1))
    (tmp_path / "d.json").write_text('{"CreateVpcEndpoint": 1}')
    files = EventFiles([str(tmp_path)], 2000)
    assert ids(files) == [1, 2]
    assert files.problems.count == 4
    assert ["line 2" in problem for problem in files.problems.listed] == [False, True, False, False]
    assert "2000 bytes" in files.problems.listed[2]


def test_what_names_no_endpoint_call_is_not_parsed(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"Records": [record(1, "RunInstances", {})]}) + "{")
    files = EventFiles([str(tmp_path)], 1 << 20)
    assert ids(files) == []
    assert files.problems.count == 0
