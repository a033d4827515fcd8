"""The YAML files of policy authors: merge keys, and lines of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from vpce_guard.errors import SourceError
from vpce_guard.formats.yaml_files import line_in, load, parse


def test_merge_keys_add_members() -> None:
    assert parse("a: &a {x: 1, y: 1}\nb: {<<: *a, y: 2}\n")["b"] == {"x": 1, "y": 2}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: [\n", r":2: "),
        (b"a: 1\na: 2\n", r":2: "),
        (b"--- 1\n--- 2\n", r":2: holds more than one"),
        (b"\xff", ":1: "),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "a.yaml").write_bytes(content)
    with pytest.raises(SourceError, match=rf"a\.yaml{message}"):
        load(tmp_path / "a.yaml")


def test_a_pointer_has_the_line_of_what_it_names(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a:\n  b: 1\n  c: [\n    2]\n")
    assert [line_in(path, pointer) for pointer in ("/a/b", "/a/c/0", "/a/d", "/e")] == [2, 4, 1, 1]
    path.write_text("a: 1\nb: [\n")
    assert line_in(path, "/a") == 3
    path.write_text("")
    assert line_in(path, "/a") == 1
