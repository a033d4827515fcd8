"""What is kept on disk while events are read."""

from __future__ import annotations

from vpce_guard.whatif.score.spill import Spill


def test_an_id_is_new_once() -> None:
    spill = Spill()
    assert [spill.is_new(event_id) for event_id in ("a", "b", "a")] == [True, True, False]


def test_disagreements_come_in_their_order_as_often_as_asked() -> None:
    spill = Spill()
    for number in (3, 1, 2):
        spill.add({"event_id": number})
    assert [one["event_id"] for one in spill.disagreements()] == [3, 1, 2]
    assert len(list(spill.disagreements())) == 3
