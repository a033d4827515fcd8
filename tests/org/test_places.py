"""Places in org data by their path."""

from __future__ import annotations

from vpce_guard.org.places import at_keys, at_values, layers_in, matches_any


def test_a_star_stands_for_items_and_members() -> None:
    layer = {"regions": {"allowed": {"prod": ["a", "b"], "~/": ["c"]}}}
    assert list(at_values(layer, ("regions", "allowed", "*", "*"))) == [
        ("/regions/allowed/prod/0", "a"),
        ("/regions/allowed/prod/1", "b"),
        ("/regions/allowed/~0~1/0", "c"),
    ]
    assert list(at_keys(layer, ("regions", "allowed"))) == [
        ("/regions/allowed/prod", "prod"),
        ("/regions/allowed/~0~1", "~/"),
    ]


def test_what_is_not_there_or_of_another_kind_gives_nothing() -> None:
    assert list(at_values({"regions": None}, ("regions", "allowed"))) == []
    assert list(at_keys({"requesters": ["a"]}, ("requesters",))) == []


def test_each_layer_has_its_pointer() -> None:
    assert [pointer for pointer, _ in layers_in({"layers": [{}, {}]})] == ["", "/layers/0", "/layers/1"]


def test_only_a_star_makes_a_pattern() -> None:
    assert matches_any("s3*", {"s3tables"})
    assert not matches_any("s.", {"s3"})
    assert not matches_any(["s3"], {"s3"})
