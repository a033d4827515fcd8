"""/console/rules: the catalogue, and one rule with why it is there, its source and its examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from vpce_guard.bundle.frameworks import FRAMEWORKS
from vpce_guard.bundle.rules import Rule
from vpce_guard.decisions.judge import action
from vpce_guard.surfaces.api.asking import guard_of
from vpce_guard.surfaces.api.http.route import Route, require_scope
from vpce_guard.surfaces.console.paths import ROOT
from vpce_guard.surfaces.console.rendering import render
from vpce_guard.surfaces.console.rule_counts import DAYS, USUAL, count_recent
from vpce_guard.surfaces.console.rule_examples import list_examples
from vpce_guard.surfaces.reports.rules import EFFECTS, FAMILIES, default_enforcement, history

Days = Annotated[str, Query(max_length=3)]
router = APIRouter(route_class=Route, include_in_schema=False)


@router.get(f"{ROOT}/rules")
@require_scope("read")
async def get_rules(
    request: Request, words: Annotated[str, Query(alias="q", max_length=100)] = "", days: Days = USUAL
) -> Response:
    """The rules by family, with what each found in so many days; with `q` those that have all of its words."""
    guard = guard_of(request)
    terms = guard.terms
    org = terms.org.effective(None, None)
    every = guard.bundle.catalogue.rules
    found = [rule for rule in every if _has_words(rule, words)]
    families = {name: [rule for rule in found if _family(rule) == name] for name in dict.fromkeys(map(_family, every))}
    return render(
        request,
        "rules.html",
        here="rules",
        families={name: rules for name, rules in sorted(families.items(), key=lambda one: _order(one[0])) if rules},
        titles=FAMILIES,
        actions={rule.id: action(rule, terms, org) for rule in found},
        recent=await count_recent(request, days),
        choices=DAYS,
        words=words,
        count=len(every),
        found=len(found),
    )


@router.get(f"{ROOT}/rules/{{rule_id}}")
@require_scope("read")
async def get_rule(request: Request, rule_id: Annotated[str, Path(max_length=100)], days: Days = USUAL) -> Response:
    """One rule, with what it found in so many days."""
    guard = guard_of(request)
    rule = guard.bundle.rule(rule_id)
    terms = guard.terms
    return render(
        request,
        "rule.html",
        here="rules",
        rule=rule,
        why=EFFECTS[rule.effect],
        family=FAMILIES.get(_family(rule), _family(rule)),
        default=default_enforcement(rule),
        effective=action(rule, terms, terms.org.effective(None, None)),
        examples=list_examples(guard.bundle, rule.id),
        frameworks=FRAMEWORKS,
        history=history(rule),
        recent=await count_recent(request, days, rule.id),
        choices=DAYS,
    )


def _family(rule: Rule) -> str:
    """The family as ids name it: IFACE of VPCE-IFACE-002; with the root of an organisation's own rules before it."""
    root, family, _ = rule.id.split("-")
    return family if root == "VPCE" else f"{root}-{family}"


def _order(family: str) -> tuple[int, str]:
    known: Sequence[str] = tuple(FAMILIES)
    return (known.index(family) if family in known else len(known), family)


def _has_words(rule: Rule, words: str) -> bool:
    text = f"{rule.id} {rule.title} {rule.description}".casefold()
    return all(word in text for word in words.casefold().split())
