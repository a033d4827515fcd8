"""The JSON documents of a file, one at a time: all of it is one, or each line is. Either may be compressed by gzip."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from io import BufferedReader, RawIOBase
from typing import IO, cast

from pydantic_core import from_json

from vpce_guard.errors import TooLargeError

_GZIP = b"\x1f\x8b"


def read_documents(path: str, *, limit: int, told: str = "A document") -> Iterator[tuple[int | None, bytes]]:
    """Each document of a file (`-`: standard input) with the number of its line, or None where it is the whole file.

    Raises TooLargeError for a document of more than `limit` bytes, which is called `told`; what opening and unpacking
    raise is left to callers (OSError, EOFError, zlib.error).
    """
    with ExitStack() as stack:
        stream: IO[bytes] = sys.stdin.buffer if path == "-" else stack.enter_context(open(path, "rb"))
        if not hasattr(stream, "peek"):
            stream = BufferedReader(cast("RawIOBase", stream))
        if cast("BufferedReader", stream).peek(len(_GZIP)).startswith(_GZIP):
            stream = cast("IO[bytes]", stack.enter_context(gzip.GzipFile(fileobj=stream)))
        yield from _split(stream, limit, told)


def _split(stream: IO[bytes], limit: int, told: str) -> Iterator[tuple[int | None, bytes]]:
    """A document for each line where the first line is one, else all as one document."""
    line, number = _line(stream, limit, told), 1
    while line and not line.strip():
        line, number = _line(stream, limit, told), number + 1
    if not (line.endswith(b"\n") and _is_json(line)):  # without an end of line it is all there is
        whole = line + stream.read(max(limit + 1 - len(line), 0))
        if len(whole) > limit:
            raise _size_error(limit, told)
        yield None, whole
        return
    while line:
        yield number, line
        line, number = _line(stream, limit, told), number + 1


def _line(stream: IO[bytes], limit: int, told: str) -> bytes:
    line = stream.readline(limit + 1)
    if len(line) > limit:
        raise _size_error(limit, told)
    return line


def _size_error(limit: int, told: str) -> TooLargeError:
    return TooLargeError(f"{told} has more than {limit} bytes.", advice="Raise VPCE_GUARD_MAX_BODY.")


def _is_json(line: bytes) -> bool:
    """Whether a line is a whole document: of one that is printed over several lines the first is none."""
    if not line.rstrip().endswith((b"}", b"]")):
        return False
    try:
        from_json(line)
    except ValueError:
        return False
    return True
