"""Archives come from strangers: only plain files count, and no more than was said."""

from __future__ import annotations

import gzip

import pytest

from vpce_guard.bundle.archive import pack, unpack
from vpce_guard.errors import BundleError


def test_what_is_packed_is_unpacked_and_the_same_bytes_each_time() -> None:
    contents = {"a.txt": b"one", "b/c.txt": b"two"}
    assert unpack(pack(contents)) == contents
    assert pack(contents) == pack(contents)


@pytest.mark.parametrize(
    ("archive", "limits"),
    [
        (pack({"a": b"one"})[:-9], {}),
        (pack({"a": b"one"}) + b"more", {}),
        (gzip.compress(b"no tar"), {}),
        (pack({"a": b"1", "b": b"2"}), {"members": 1}),
        (pack({"a": b"1" * 100_000}), {"size": 50_000}),
    ],
    ids=["cut off", "something after its end", "no tar", "too many", "too large"],
)
def test_anything_else_is_refused(archive: bytes, limits: dict[str, int]) -> None:
    with pytest.raises(BundleError):
        unpack(archive, **limits)
