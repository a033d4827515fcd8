"""Parts of a replay are counted together."""

from __future__ import annotations

from vpce_guard.whatif.replay.results import Part


def test_parts_are_added_in_their_order() -> None:
    early, late = Part(read=2), Part(read=3)
    early.note_time("2026-01-02T00:00:00Z")
    late.note_time("2026-01-01T00:00:00Z")
    late.leave_out("differs", None, "x" * 1000)
    early.merge(late)
    assert (early.read, early.first, early.last) == (5, "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")
    assert early.reasons == {"differs": 1}
    assert len(early.listed["differs"][0].detail) == 500
