"""Whether a bundle stands on the built-in rules that are installed."""

from __future__ import annotations

import dataclasses

import pytest

from vpce_guard import __version__
from vpce_guard.bundle import standing
from vpce_guard.bundle.bundle import BuiltIn, Bundle, open_bundle
from vpce_guard.bundle.standing import installed_rules, why_outdated


def over(beneath: BuiltIn | None, revision: str = "a" * 64) -> Bundle:
    bundle = open_bundle()
    changed = bundle.catalogue.model_copy(update={"built_in": beneath, "revision": revision})
    return dataclasses.replace(bundle, catalogue=changed)


def test_the_installed_rules_and_own_ones_over_them_are_not_outdated() -> None:
    assert installed_rules() == BuiltIn(version=__version__, revision=open_bundle().revision)
    assert why_outdated(open_bundle()) is None
    assert why_outdated(over(installed_rules())) is None


def test_own_rules_over_another_version_are_told_with_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "__version__", "9.0.0")
    said = why_outdated(over(BuiltIn(version="0.1.0", revision="b" * 64)))
    assert said == (
        f"The bundle stands on other built-in rules, those of 0.1.0 (bbbbbbbbbbbb), than are installed, those of 9.0.0 "
        f"({open_bundle().revision[:12]}). `policy diff` shows what differs; `policy build` builds it anew."
    )


def test_a_bundle_that_does_not_say_what_it_stands_on_is_one_of_built_in_rules() -> None:
    assert "on other built-in rules, aaaaaaaaaaaa, than are installed" in (why_outdated(over(None)) or "")
