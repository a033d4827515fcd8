"""Values and pieces of rules in sentences."""

from __future__ import annotations

from vpce_guard.whatif.explain.words import code, value, with_variables


def test_code_is_one_line() -> None:
    assert code("input.request\n\t.SubnetIds") == "`input.request .SubnetIds`"


def test_long_values_are_cut() -> None:
    assert value({"b": 1, "a": "é"}) == '{"a": "é", "b": 1}'
    assert value("x" * 1000).endswith("…")


def test_variables_are_told_where_there_are_some() -> None:
    assert with_variables({}) == ""
    assert with_variables({"subnet": "subnet-1"}) == ', with subnet = "subnet-1"'
