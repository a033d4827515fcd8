"""A file is one document, or has one on each line."""

from __future__ import annotations

import gzip
import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from vpce_guard.errors import TooLargeError
from vpce_guard.formats.documents_of_file import read_documents


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize(
    ("content", "documents"),
    [
        (b'{"a": 1}\n\n{"a": 2}', [(1, b'{"a": 1}\n'), (2, b"\n"), (3, b'{"a": 2}')]),
        (b'\n[1]\n{"a": 2}\n', [(2, b"[1]\n"), (3, b'{"a": 2}\n')]),
        (b'{\n"a": 1}\n', [(None, b'{\n"a": 1}\n')]),
        (b'{"a": 1}', [(None, b'{"a": 1}')]),
        (b"a: 1\nb: {}\n", [(None, b"a: 1\nb: {}\n")]),
        (b"", [(None, b"")]),
    ],
)
def test_documents_come_one_by_one(
    tmp_path: Path, packed: bool, content: bytes, documents: list[tuple[int | None, bytes]]
) -> None:
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(content) if packed else content)
    assert list(read_documents(str(path), limit=100)) == documents


def test_standard_input_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b'{"a": 1}\n{"a": 2}\n')))
    assert [line for line, _ in read_documents("-", limit=100)] == [1, 2]


@pytest.mark.parametrize("content", [b'{\n"a": "0123456789"}', b'{"a": 1}\n{"a": "0123456789"}\n'])
def test_only_a_document_that_is_too_large_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(TooLargeError, match="it has more than 10 bytes"):
        list(read_documents(str(path), limit=10, told="it"))
