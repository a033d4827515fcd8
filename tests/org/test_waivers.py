"""What a review of waivers needs to know of decisions."""

from __future__ import annotations

from vpce_guard.org.waivers import last_uses


def test_a_waiver_was_used_last_at_its_newest_decision() -> None:
    waived = [{"waiver_id": "W-1"}]
    decisions = [
        {"timestamp": "2026-01-02T00:00:00.000Z", "waived": waived},
        {"timestamp": "2026-01-01T00:00:00.000Z", "waived": waived},
        {"timestamp": "2025-12-31T00:00:00.000Z"},
        {"timestamp": "no time", "waived": [{"waiver_id": "W-2"}]},
    ]
    last, first = last_uses(decisions)
    assert list(last) == ["W-1"]
    assert last["W-1"].startswith("2026-01-02T00:00:00")
    assert first is not None
    assert first.startswith("2025-12-31T00:00:00")
