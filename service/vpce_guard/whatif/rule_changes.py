"""How the rules of two bundles differ: which are new or gone, which answer otherwise, which do something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from vpce_guard.bundle.bundle import Bundle, CatalogueFile
from vpce_guard.bundle.rules import Rule, package_of
from vpce_guard.model import Json

RuleChangeKind = Literal["new", "gone", "changed"]

_TOLD = ("severity", "enforcement_action", "profiles", "operations", "endpoint_types", "title")


@dataclass(frozen=True)
class RuleChange:
    """What became of one rule. `may_answer_otherwise` is true where its Rego, or what it uses, is another.

    `members` are those of its METADATA that are others, each before and after.
    """

    rule_id: str
    title: str
    kind: RuleChangeKind
    may_answer_otherwise: bool = False
    members: tuple[tuple[str, Json, Json], ...] = ()


def find_rule_changes(before: Bundle, after: Bundle) -> list[RuleChange]:
    """The rules that differ, in the order of their ids."""
    old = {rule.id: rule for rule in before.catalogue.rules}
    new = {rule.id: rule for rule in after.catalogue.rules}
    return [
        change
        for rule_id in sorted(old.keys() | new.keys())
        if (change := _change(old.get(rule_id), new.get(rule_id), before.catalogue, after.catalogue)) is not None
    ]


def _change(old: Rule | None, new: Rule | None, before: CatalogueFile, after: CatalogueFile) -> RuleChange | None:
    if old is None or new is None:
        there = new or old
        return RuleChange(there.id, there.title, "new" if old is None else "gone") if there else None
    members = tuple(_other_members(old, new))
    otherwise = _answers_otherwise(old, new, before, after)
    return RuleChange(new.id, new.title, "changed", otherwise, members) if otherwise or members else None


def _other_members(old: Rule, new: Rule) -> Iterator[tuple[str, Json, Json]]:
    was, became = old.model_dump(mode="json"), new.model_dump(mode="json")
    yield from ((name, was[name], became[name]) for name in _TOLD if was[name] != became[name])


def _answers_otherwise(old: Rule, new: Rule, before: CatalogueFile, after: CatalogueFile) -> bool:
    """Whether the digest of what it depends on is another; it is not known of bundles that have none."""
    was, became = before.packages.get(package_of(old.name)), after.packages.get(package_of(new.name))
    return was is None or became is None or was.digest != became.digest
