"""Services that AWS has ended, or that nobody knows."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tests.support.existing import interface
from tests.support.worth import FACTS, pair
from vpce_guard.whatif.audit.worth import find_worth_doing, unknown_services

find = partial(find_worth_doing, ways=(unknown_services,))

ENDED = "com.amazonaws.us-east-1.qldb.session"
NEW = "com.amazonaws.us-east-1.brandnew"


def test_endpoints_of_a_service_that_ended_are_told_together() -> None:
    pairs = [pair(interface(name, ServiceName=ENDED)) for name in ("vpce-1", "vpce-2")]
    (found,) = find(pairs, FACTS)
    assert (found.kind, found.endpoint_ids, found.monthly) == ("retired-service", ("vpce-1", "vpce-2"), 29.2)


def test_a_service_that_the_catalogue_does_not_know_is_told_unless_org_data_know_it() -> None:
    pairs = [pair(interface("vpce-1", ServiceName=NEW)), pair(interface("vpce-2"))]
    (found,) = find(pairs, FACTS)
    assert (found.kind, found.endpoint_ids, found.monthly) == ("unknown-service", ("vpce-1",), None)
    assert "2026-11-29 does not know brandnew" in found.why
    assert list(find(pairs, replace(FACTS, newer_services=frozenset({"brandnew"})))) == []


def test_what_aws_lists_is_there_and_services_of_others_are_not_in_the_catalogue() -> None:
    listed = [
        pair(interface("vpce-1", ServiceName=name), ServiceDetails=[{"ServiceName": name}]) for name in (ENDED, NEW)
    ]
    others = pair(interface("vpce-2", ServiceName="com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"))
    assert list(find([*listed, others], FACTS)) == []
