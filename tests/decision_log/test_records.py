"""What a decision is found by fits its columns."""

from __future__ import annotations

from vpce_guard.decision_log.records import clean_text


def test_texts_fit_both_databases() -> None:
    assert clean_text("a\0b", 10) == "a\N{REPLACEMENT CHARACTER}b"
    assert clean_text("abcdef", 3) == "abc"
    assert clean_text(None, 3) is None
