"""JSON is kept as it is while it is short, and compressed where that pays."""

from __future__ import annotations

from vpce_guard.decision_log.packing import encode, pack, unpack, unpack_text


def test_short_texts_are_kept_as_they_are_and_long_ones_smaller() -> None:
    long = b'{"a": "' + b"x" * 5000 + b'"}'
    assert pack(b"{}") == b"{}"
    assert len(pack(long)) < 100
    assert unpack_text(pack(long)) == long


def test_numbers_of_any_size_are_kept() -> None:
    assert unpack(encode({"n": 10**30})) == {"n": 10**30}
