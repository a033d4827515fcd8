"""Work in processes comes back in order, and a worker that ends is told."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from vpce_guard.errors import EngineError
from vpce_guard.whatif.workers import take_in_order, work_in_processes

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Naming:
    """A job that tells which process worked on an item, and ends it under the item 99."""

    def open_on_worker(self, work: Path | None) -> Callable[[int], tuple[int, int]]:
        """See WorkerJob."""
        assert work is None

        def name(item: int) -> tuple[int, int]:
            if item == 99:
                os._exit(1)
            return item, os.getpid()

        return name


def test_items_of_one_number_go_to_one_process_and_others_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))  # where processes find this module
    with work_in_processes(2, Naming()) as workers:
        sent = (workers.submit(item, number=item % 2) for item in range(8))
        found = [workers.wait(one) for one in take_in_order(sent, ahead=lambda: 3)]
        turns = [workers.wait(one)[1] for one in [workers.submit(item) for item in range(4)]]
        assert [item for item, _ in found] == list(range(8))
        even, odd = {pid for item, pid in found if item % 2 == 0}, {pid for item, pid in found if item % 2}
        assert (len(even), len(odd), even & odd) == (1, 1, set())
        assert {turns[0], turns[2]} == even
        assert {turns[1], turns[3]} == odd
        with pytest.raises(EngineError, match="A worker ended"):
            workers.wait(workers.submit(99))


def test_no_more_than_asked_for_is_in_flight() -> None:
    sent: list[int] = []

    def send() -> Iterator[int]:
        for item in range(6):
            sent.append(item)
            yield item

    taken = take_in_order(send(), ahead=lambda: 3)
    assert next(taken) == 0
    assert sent == [0, 1, 2]
    assert list(taken) == [1, 2, 3, 4, 5]
