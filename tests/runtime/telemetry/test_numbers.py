"""Counts, distributions, and names that do not grow without end."""

from __future__ import annotations

from vpce_guard.runtime.telemetry.numbers import Counts, Distribution, Histograms, Names


def test_a_value_is_in_the_bucket_of_its_bound_and_all_above() -> None:
    distribution = Distribution((1.0, 2.0))
    for value in (0.5, 1.0, 1.5, 9.0):
        distribution.add(value)
    assert list(distribution.buckets()) == [("1.0", 2), ("2.0", 3), ("+Inf", 4)]
    assert distribution.sum == 12.0


def test_names_that_come_too_late_are_one() -> None:
    names = Names(2)
    assert [names.label(name) for name in ("a", "b", "c", "a", "d")] == ["a", "b", "other", "a", "other"]


def test_counts_are_kept_by_label() -> None:
    counts = Counts("requests", "Requests.", "route")
    counts.seen[("/a",)] += 2
    (sample,) = counts.family().samples
    assert (sample.name, sample.labels, sample.value) == ("requests_total", {"route": "/a"}, 2)


def test_what_another_process_counted_is_added_once_and_its_names_are_bounded() -> None:
    theirs, mine = Counts("decisions", "Decisions.", "caller"), Counts("d", "D.", "caller", names=Names(1))
    theirs.seen[("a",)] += 2
    theirs.seen[("b",)] += 3
    mine.add(theirs.take())
    mine.add(theirs.take())
    assert dict(mine.seen) == {("a",): 2, ("other",): 3}


def test_distributions_of_another_process_are_added() -> None:
    theirs, mine = Histograms("t", "T.", bounds=(1.0, 2.0)), Histograms("t", "T.", bounds=(1.0, 2.0))
    theirs.get().add(1.5)
    mine.get().add(0.5)
    mine.add(theirs.take())
    mine.add(theirs.take())
    assert list(mine.get().buckets()) == [("1.0", 1), ("2.0", 2), ("+Inf", 2)]
    assert mine.get().sum == 2.0


def test_names_may_be_hidden() -> None:
    names = Names(1, hide=True)
    assert [names.label(name) for name in ("portal", "late", "portal")] == ["d0960501f897", "other", "d0960501f897"]
