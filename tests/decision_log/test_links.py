"""What came to be of decisions, as it is kept beside them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, select

from tests.support.entries import KEYS, make_link, write
from vpce_guard.decision_log import chain, links, retention
from vpce_guard.decision_log.links import DecisionLink, find_links, keep_links
from vpce_guard.decision_log.tables import LINKS


def link(number: int, **more: Any) -> DecisionLink:
    return make_link(f"id-{number:04}", **more)


FOUND: dict[str, Any] = {"outcome": "as decided", "certainty": "tag", "endpoint_ids": ("vpce-1",)}


def test_the_last_link_of_a_decision_is_kept_and_the_log_stays_as_it_was(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "_STEP", 2)
    write(engine, range(4))
    keep_links(engine, [link(0), link(1), link(2)])
    keep_links(engine, [link(1, **FOUND)])
    found = find_links(engine, ["id-0000", "id-0001", "id-0003"])
    assert found == {"id-0000": link(0), "id-0001": link(1, **FOUND)}
    assert chain.verify(engine, KEYS).findings == ()


def test_what_was_found_stays_when_it_is_not_found_any_more(engine: Engine) -> None:
    write(engine, range(1))
    keep_links(engine, [link(0, **FOUND)])
    keep_links(engine, [link(0, outcome="never made")])
    assert find_links(engine, ["id-0000"])["id-0000"].outcome == "as decided"
    keep_links(engine, [link(0, **FOUND | {"outcome": "differs", "differs": ("PolicyDocument",)})])
    assert find_links(engine, ["id-0000"])["id-0000"].differs == ("PolicyDocument",)


def test_links_go_with_their_decisions_and_none_comes_without(engine: Engine) -> None:
    write(engine, range(3))
    keep_links(engine, [link(0, **FOUND), link(1), link(2), link(9)])
    retention.prune(engine, "2026-01-01T02:00:00.000Z", KEYS)
    with engine.connect() as connection:
        assert connection.execute(select(LINKS.c.decision_id)).scalars().all() == ["id-0002"]
