"""A parent starts workers, puts others in the place of those that end, and stops them in order."""

from __future__ import annotations

import os
import signal
import socket
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.waiting import until
from vpce_guard.runtime.workers.parent import Workers
from vpce_guard.runtime.workers.places import LEAVE, Place

Work = Callable[[Place], int]


@dataclass(frozen=True)
class Parent:
    """A parent as a process, and the folder in which each of its workers leaves a file while it lives."""

    pid: int
    folder: Path

    def lines(self, name: str) -> list[str]:
        """What was written to a file."""
        with suppress(FileNotFoundError):
            return (self.folder / name).read_text().splitlines()
        return []

    def workers(self) -> dict[int, int]:
        """Of each worker that was started its process and its number."""
        return {int(line.split()[0]): int(line.split()[1]) for line in self.lines("started")}

    def ended(self) -> list[int]:
        return [int(line) for line in self.lines("ended")]

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        assert "\n".join(self.lines("failure")) == ""
        return code


def note(path: Path, line: str) -> None:
    """Add a line at once, from whatever process."""
    with path.open("a") as file:
        file.write(line + "\n")


@contextmanager
def parent(folder: Path, work: Work, *, count: int = 2, pauses: tuple[float, ...] = (0.0, 0.01)) -> Iterator[Parent]:
    """A parent of workers that do some work; ended with all of them in the end."""
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            os.setsid()
            listening = [[[socket.socket()]] for _ in range(count)]
            workers = Workers(
                listening,
                seconds=5,
                told=lambda running, ended: note(folder / "told", f"{running} {ended}"),
                ended=lambda process: note(folder / "ended", str(process)),
                pauses=pauses,
            )
            outcome = workers.run()
            if isinstance(outcome, Place):
                note(folder / "started", f"{os.getpid()} {outcome.number}")
                code = work(outcome)
            else:
                code = outcome
        except BaseException:
            note(folder / "failure", traceback.format_exc())
        finally:
            os._exit(code)
    found = Parent(pid, folder)
    try:
        yield found
    finally:
        for process in (pid, *found.workers()):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)


def serve(place: Place) -> int:
    """Work until told to leave, or to stop."""
    place.tell_started()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return 0 if os.read(place.hears, 1) in (b"", LEAVE) else 1


def test_each_worker_has_its_number_and_all_stop_when_the_parent_is_told_to(tmp_path: Path) -> None:
    with parent(tmp_path, serve, count=3) as one:
        until(lambda: one.lines("told")[-1:] == ["3 0"])
        assert sorted(one.workers().values()) == [0, 1, 2]
        os.kill(one.pid, signal.SIGTERM)
        assert one.wait() == 0
        assert sorted(one.ended()) == sorted(one.workers())


def test_a_worker_that_is_killed_is_replaced_in_its_place(tmp_path: Path) -> None:
    with parent(tmp_path, serve) as one:
        until(lambda: one.lines("told")[-1:] == ["2 0"])
        (victim,) = (process for process, number in one.workers().items() if number == 1)
        os.kill(victim, signal.SIGKILL)
        until(lambda: one.lines("told")[-1:] == ["2 1"])
        assert list(one.workers().values()) == [0, 1, 1]
        assert one.ended() == [victim]
        os.kill(one.pid, signal.SIGINT)
        assert one.wait() == 0


def test_what_the_first_worker_refuses_ends_the_parent_with_its_code_and_no_other_is_started(tmp_path: Path) -> None:
    with parent(tmp_path, lambda _: 2) as one:
        assert one.wait() == 2
        assert list(one.workers().values()) == [0]


def test_workers_that_keep_ending_end_the_parent_and_the_others_in_order(tmp_path: Path) -> None:
    def work(place: Place) -> int:
        if place.number:
            place.tell_started()
            return 1
        return serve(place)

    with parent(tmp_path, work) as one:
        assert one.wait() == 3
        assert list(one.workers().values()) == [0, 1, 1, 1]
        assert sorted(one.ended()) == sorted(one.workers())


def test_workers_are_renewed_one_after_the_other_and_each_leaves_when_the_next_has_started(tmp_path: Path) -> None:
    def work(place: Place) -> int:
        code = serve(place)
        note(tmp_path / "left", str(place.number))
        return code

    with parent(tmp_path, work) as one:
        until(lambda: one.lines("told")[-1:] == ["2 0"])
        before = one.workers()
        os.kill(one.pid, signal.SIGHUP)
        until(lambda: len(one.ended()) == 2)
        assert one.ended() == list(before)
        assert list(one.workers().values()) == [0, 1, 0, 1]
        assert one.lines("left") == ["0", "1"]
        assert min(int(line.split()[0]) for line in one.lines("told")[1:]) == 2  # never fewer than there were
        os.kill(one.pid, signal.SIGTERM)
        assert one.wait() == 0


def test_where_a_new_worker_cannot_start_the_old_ones_stay(tmp_path: Path) -> None:
    def work(place: Place) -> int:
        return 2 if (tmp_path / "broken").exists() else serve(place)

    with parent(tmp_path, work) as one:
        until(lambda: one.lines("told")[-1:] == ["2 0"])
        before = one.workers()
        (tmp_path / "broken").touch()
        os.kill(one.pid, signal.SIGHUP)
        until(lambda: len(one.ended()) == 1)
        assert not set(one.ended()) & set(before)
        os.kill(one.pid, signal.SIGTERM)
        assert one.wait() == 0
        assert len(one.workers()) == 3


def test_workers_stop_when_the_parent_is_gone(tmp_path: Path) -> None:
    def work(place: Place) -> int:
        code = serve(place)
        note(tmp_path / "left", str(place.number))
        return code

    with parent(tmp_path, work) as one:
        until(lambda: one.lines("told")[-1:] == ["2 0"])
        os.kill(one.pid, signal.SIGKILL)
        until(lambda: sorted(one.lines("left")) == ["0", "1"])


def test_told_twice_it_kills_those_that_do_not_stop(tmp_path: Path) -> None:
    def work(place: Place) -> int:
        serve(place)
        note(tmp_path / "told to", str(place.number))
        time.sleep(60)
        return 0

    with parent(tmp_path, work) as one:
        until(lambda: one.lines("told")[-1:] == ["2 0"])
        os.kill(one.pid, signal.SIGTERM)
        until(lambda: len(one.lines("told to")) == 2)
        os.kill(one.pid, signal.SIGTERM)
        assert one.wait() == 3
