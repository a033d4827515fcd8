"""Errors say what is wrong and what to do, in one line."""

from __future__ import annotations

from vpce_guard.errors import TooLargeError


def test_an_error_reads_as_what_is_wrong_and_then_what_to_do() -> None:
    error = TooLargeError("The document is larger than 5 bytes.", advice="Raise VPCE_GUARD_MAX_BODY.")
    assert str(error) == "The document is larger than 5 bytes. Raise VPCE_GUARD_MAX_BODY."
    assert (error.status, error.exit_code) == (413, 2)
