"""What is kept of each endpoint comes back as it was, from memory or from the file."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.audits import decision, endpoint, seen, violation
from vpce_guard.formats.document import Draft
from vpce_guard.model import Undetermined
from vpce_guard.whatif.audit import rows
from vpce_guard.whatif.audit.rows import AuditedRow, PickedById, PickedRows, PlacesById, RowFile


def row(identity: str) -> AuditedRow:
    unsure = Undetermined(rule_id="VPCE-ORG-003", reason="line\nbreak", missing=("/context/Vpc",))
    made = decision(identity, violation("deny"), undetermined=(unsure,))
    draft = Draft(operation="create", request={"VpcId": "vpc-1"}, context={"Region": "r-1"}, sensitive=("secret",))
    return AuditedRow(made, endpoint(identity, seen()), draft)


def by_hash(places: dict[str, int], hash_of: Callable[[str], int]) -> PlacesById:
    return PlacesById([hash_of(name) for name in places], list(places.values()))


@pytest.mark.parametrize("in_memory", [1 << 20, 10], ids=["in memory", "in a file"])
def test_rows_come_back_in_any_order(monkeypatch: pytest.MonkeyPatch, in_memory: int) -> None:
    monkeypatch.setattr(rows, "_IN_MEMORY", in_memory)
    kept = RowFile()
    places = {name: kept.add(row(name).pack()) for name in ("a", "b", "c")}
    assert kept.read(places["b"]) == row("b")
    picked = PickedRows(kept, [places["c"], places["a"]], lambda one: one.endpoint)
    assert list(picked) == [row("c").endpoint, row("a").endpoint]
    assert (len(picked), picked[1].endpoint_id, picked[:1]) == (2, "a", [row("c").endpoint])
    assert picked == [row("c").endpoint, row("a").endpoint]
    by_id = PickedById(kept, list(places.values()), by_hash(places, hash), lambda one: one.draft)
    assert (by_id["c"], by_id.get("x"), list(by_id), len(by_id)) == (row("c").draft, None, ["a", "b", "c"], 3)


def test_ids_with_one_hash_are_told_apart() -> None:
    kept = RowFile()
    places = {name: kept.add(row(name).pack()) for name in ("a", "b")}
    by_id = PickedById(kept, list(places.values()), by_hash(places, lambda _: hash("b")), lambda one: one.endpoint)
    assert (by_id["b"].endpoint_id, "a" in by_id) == ("b", False)


def test_what_is_added_after_a_read_is_behind_what_there_is() -> None:
    kept = RowFile()
    first, _ = kept.add(row("a").pack()), kept.add(row("b").pack())
    assert kept.read(first).endpoint.endpoint_id == "a"
    assert kept.read(kept.add(row("c").pack())).endpoint.endpoint_id == "c"


def test_of_a_draft_without_a_region_none_comes_back() -> None:
    bare = row("a")._replace(draft=Draft(operation="create"))
    assert AuditedRow.unpack(bare.pack()) == bare
