"""A run: each unit by itself, what fails beside what is read, and a run that was ended goes on."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from vpce_guard.inventory.aws import ReadError
from vpce_guard.inventory.kinds import KINDS, Kind
from vpce_guard.inventory.store import list_units
from vpce_guard.inventory.sync import sync

PLACES = [(f"{number:012d}", region) for number in range(4) for region in ("eu-west-1", "us-east-1")]
FEW = {name: KINDS[name] for name in ("Vpcs", "Subnets", "VpcEndpoints")}


class Source:
    """Accounts with an endpoint each; `failing` says what cannot be read, `most` after how many reads it breaks off."""

    name = "aws"
    kinds = FEW

    def __init__(self, failing: dict[Any, ReadError] | None = None, most: int = 1000) -> None:
        self.failing, self.most = failing or {}, most
        self.asked: list[tuple[str, str, str]] = []

    def place(self, account: str, region: str) -> _Place:
        if account in self.failing:
            raise self.failing[account]
        return _Place(self, account, region)


class _Place:
    def __init__(self, source: Source, account: str, region: str) -> None:
        self._source, self._where = source, (account, region)

    def read(self, kind: Kind) -> list[dict[str, Any]]:
        if len(self._source.asked) >= self._source.most:
            raise KeyboardInterrupt
        self._source.asked.append((*self._where, kind.name))
        if (error := self._source.failing.get((*self._where, kind.name))) is not None:
            raise error
        return [{"VpcId": f"vpc-{self._where[0]}", "VpcEndpointId": "vpce-1"}]


def test_everything_is_read_and_summed_up(engine: Engine) -> None:
    ticks: list[None] = []
    summary = sync(engine, Source(), PLACES, scope="all", told=lambda: ticks.append(None))
    assert (summary.accounts, summary.places, summary.read, summary.there) == (4, 8, 24, 0)
    assert (summary.endpoints, summary.things, summary.failures) == (8, 24, [])
    assert len(ticks) == 8
    assert len(list_units(engine)) == 24


def test_a_run_that_was_ended_reads_only_what_lacks(engine: Engine) -> None:
    broken, rest = Source(most=10), Source()
    with pytest.raises(KeyboardInterrupt):
        sync(engine, broken, PLACES, scope="all", workers=1)
    summary = sync(engine, rest, PLACES, scope="all", workers=1)
    assert (summary.there, summary.read) == (10, 14)
    assert not set(broken.asked) & set(rest.asked)
    again = sync(engine, Source(), PLACES, scope="all")
    assert (again.there, again.read) == (0, 24)


def test_what_cannot_be_read_is_told_and_leaves_the_rest_and_what_was_known_before(engine: Engine) -> None:
    sync(engine, Source(), PLACES, scope="all")
    denied, away = ReadError("no", action="ec2:DescribeSubnets"), ReadError("away", action="sts:AssumeRole")
    failing = {"000000000001": away, ("000000000002", "us-east-1", "Subnets"): denied}
    summary = sync(engine, Source(failing), PLACES, scope="all")
    assert summary.failures == [
        ("000000000001", "eu-west-1", None, away),
        ("000000000001", "us-east-1", None, away),
        ("000000000002", "us-east-1", "Subnets", denied),
    ]
    assert summary.read == 24 - 6 - 1
    old = {one.unit for one in list_units(engine) if one.snapshot < summary.snapshot}
    assert len(old) == 7


def test_what_nobody_tells_of_leaves_what_was_known(engine: Engine) -> None:
    class Silent(Source):
        def place(self, account: str, region: str) -> Any:
            found = super().place(account, region)
            read = found.read
            found.read = lambda kind: None if kind.name == "Subnets" else read(kind)  # type: ignore[method-assign]
            return found

    sync(engine, Source(), PLACES[:1], scope="all")
    summary = sync(engine, Silent(), PLACES[:1], scope="others")
    assert (summary.read, summary.failures) == (2, [])
    assert {one.unit.kind: one.things for one in list_units(engine)} == {"Vpcs": 1, "Subnets": 1, "VpcEndpoints": 1}
