"""Watching a folder: which rules an edit concerns, and a broken edit is told."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from tests.support.rego import FOLDER, edit
from tests.support.waiting import LONGEST
from vpce_guard.authoring.testing.bench import choose_rules
from vpce_guard.authoring.testing.test import RuleTestOptions
from vpce_guard.authoring.testing.watch import rules_concerned, watch_folder
from vpce_guard.errors import VpceGuardError


def test_an_edit_concerns_its_rule_and_one_of_a_library_all(rego: Path) -> None:
    rule, library = rego / FOLDER / "examples.yaml", rego / "vpce/lib/cidr/cidr.rego"
    assert rules_concerned(rego, [rule], None) == {"gw.my_rule"}
    assert rules_concerned(rego, [rule, library], None) is None
    assert rules_concerned(rego, [library], {"gw.my_rule"}) == {"gw.my_rule"}
    assert rules_concerned(rego, [rego / "vpce/rules/gw/gone/gone.rego"], None) is None


def test_watching_tells_a_broken_edit_and_goes_on(rego: Path, opa: str) -> None:
    told: list[Any] = []
    heard, stop = threading.Semaphore(0), threading.Event()

    def tell(results: Any, names: frozenset[str] | None, seconds: float) -> None:  # noqa: ARG001
        told.append((names, results if isinstance(results, VpceGuardError) else all(r.has_passed for r in results)))
        heard.release()

    asked = RuleTestOptions(source=rego, names=choose_rules(rego, ["gw.my_rule"]), opa=opa)
    thread = threading.Thread(target=watch_folder, args=(asked, tell), kwargs={"stop": stop})
    thread.start()
    assert heard.acquire(timeout=LONGEST)
    edit(rego, "my_rule.rego", "input.operation", "nothing.operation")
    assert heard.acquire(timeout=LONGEST)
    edit(rego, "my_rule.rego", "nothing.operation", "input.operation")
    assert heard.acquire(timeout=LONGEST)
    stop.set()
    thread.join(10)
    assert [names for names, _ in told] == [{"gw.my_rule"}] * 3
    assert (told[0][1], told[2][1]) == (True, True)
    assert "rego_unsafe_var_error" in str(told[1][1])
