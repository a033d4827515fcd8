"""Values of mappings, with keys that are known and keys that are not."""

from __future__ import annotations

from typing import Any

import pytest

from vpce_guard.errors import MalformedError
from vpce_guard.formats.cloudformation.mappings import find_in_map
from vpce_guard.formats.cloudformation.words import NO_VALUE, Symbol, list_symbol

MAPPINGS = {"M": {"a": {"same": "1", "id": "2", "ids": ["3"]}, "b": {"same": "1", "id": "4", "ids": ["5", "6"]}}}
KEY = Symbol("{{Key}}")


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (["M", "a", "id"], "2"),
        (["M", KEY, "same"], "1"),
        (["M", KEY, "id"], Symbol("{{FindInMap(M,Key,id)}}")),
        (["M", KEY, "ids"], list_symbol("FindInMap(M,Key,ids)", has_items=True)),
        ([KEY, "a", "id"], Symbol("{{FindInMap(Key,a,id)}}")),
    ],
)
def test_what_keys_lead_to(keys: list[Any], value: Any) -> None:
    assert find_in_map(MAPPINGS, keys, NO_VALUE, "/x") == value


def test_a_key_that_is_not_there_is_a_mistake_or_has_a_default() -> None:
    assert find_in_map(MAPPINGS, ["M", "c", "id"], "d", "/x") == "d"
    with pytest.raises(MalformedError, match="'c'"):
        find_in_map(MAPPINGS, ["M", "c", "id"], NO_VALUE, "/x")


def test_lists_of_which_one_is_empty_may_be_empty() -> None:
    found = find_in_map({"M": {"a": {"ids": []}, "b": {"ids": ["1"]}}}, ["M", KEY, "ids"], NO_VALUE, "/x")
    assert found.is_list
    assert not found.has_items
