"""Sets of texts: a text is in one of them or not."""

from __future__ import annotations

from tests.support.globs import glob_set


def test_a_pattern_takes_what_fits() -> None:
    language = glob_set("a*b?", "c")
    assert [text for text in ("abx", "axxbx", "c", "ab", "xabx", "") if language.takes(text)] == ["abx", "axxbx", "c"]


def test_of_texts_that_start_alike_those_in_the_set_are_bits() -> None:
    rests = ("get", "put", "gets")
    assert glob_set("s3:get*").find_taken("s3:", rests) == 0b101
    assert glob_set("s3:*").find_taken("s3:", rests) == 0b111
    assert glob_set("sqs:*", "s3:put").find_taken("s3:", rests) == 0b010
    assert glob_set("sqs:*").find_taken("s3:", rests) == 0


def test_many_stars_wait_for_the_last_alone() -> None:
    language = glob_set("a*" * 2_000)
    state = language.start
    for _ in range(100):
        state = language.step(state, "a")
    assert state.bit_count() <= 3
    assert not language.takes("a" * 1_999)
    assert language.takes("a" * 2_000)
