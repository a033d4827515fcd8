"""Whether a rule reads what the log did not keep."""

from __future__ import annotations

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.whatif.replay.erased import find_reader


def test_a_rule_that_reads_what_was_erased_is_named() -> None:
    found = find_reader(["/input/request/SubnetIds"], open_bundle())
    assert found is not None
    assert found.startswith("/input/request/SubnetIds was not kept, and VPCE-")


def test_what_no_rule_reads_does_not_matter_and_results_always_do() -> None:
    assert find_reader(["/input/labels/team"], open_bundle()) is None
    assert find_reader(["/result/violations"], open_bundle()) == "/result/violations was not kept"
