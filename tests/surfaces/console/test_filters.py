"""Filters of decisions: from the address to a query of the log, and back."""

from __future__ import annotations

import pytest

from vpce_guard.decision_log.queries import Query
from vpce_guard.errors import MalformedError
from vpce_guard.surfaces.console.filters import FILTERS, Filters


def test_empty_filters_filter_nothing() -> None:
    assert Filters({"outcome": "", "rule_id": ""}).query(readable=None) == Query()


def test_each_filter_is_in_the_query() -> None:
    values = {one.name: "x" for one in FILTERS} | {"outcome": "denied", "label": "team:a:b"}
    values |= {"since": "2026-11-30", "until": "2026-11-30T08:30"}
    assert Filters(values).query(readable=None) == Query(
        since="2026-11-30T00:00:00.000Z",
        until="2026-11-30T08:30:00.000Z",
        allowed=False,
        rule_id="x",
        vpc_id="x",
        service_name="x",
        account_id="x",
        label=("team", "a:b"),
        request_id="x",
        requested_by="x",
    )


def test_who_may_read_only_its_own_reads_its_own() -> None:
    assert Filters({"requested_by": "other"}).query(readable="me").requested_by == "me"


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("2026-11-30T08:30:15", "2026-11-30T08:30:15.000Z"),
        ("2026-11-30T08:30:15Z", "2026-11-30T08:30:15.000Z"),
        ("2026-11-30T08:30:15.250+01:00", "2026-11-30T07:30:15.250Z"),
    ],
)
def test_a_time_without_a_zone_is_in_utc(told: str, meant: str) -> None:
    assert Filters({"since": told}).query(readable=None).since == meant


@pytest.mark.parametrize("wrong", [{"outcome": "maybe"}, {"since": "2026-13-40"}, {"label": "team"}])
def test_what_is_wrong_is_said(wrong: dict[str, str]) -> None:
    with pytest.raises(MalformedError):
        Filters(wrong).query(readable=None)


def test_an_address_has_what_is_set() -> None:
    filters = Filters({"outcome": "denied", "rule_id": "", "label": "team:a&b"})
    assert filters.address("/x") == "/x?outcome=denied&label=team%3Aa%26b"
    assert filters.address("/x", cursor="c") == "/x?outcome=denied&label=team%3Aa%26b&cursor=c"
    assert Filters({}).address("/x") == "/x"
