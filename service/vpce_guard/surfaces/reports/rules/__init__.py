"""Reports of one rule: one file each, with render(report). What several of them share is here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vpce_guard import DOCUMENTATION
from vpce_guard.bundle.rules import Effect, Rule
from vpce_guard.model import Json
from vpce_guard.surfaces.reports import rule_page

FAMILIES = {
    "COMMON": "All types of endpoints",
    "IFACE": "Interface endpoints",
    "GW": "Gateway endpoints",
    "GWLB": "Gateway Load Balancer endpoints",
    "ORG": "What the organisation wants",
}
EFFECTS: dict[Effect, str] = {
    "api-rejects": "AWS refuses such a request.",
    "accepted-but-useless": "AWS accepts it, and the endpoint then does not do what it is for.",
    "breaks-intent": "AWS accepts it, and what the request is meant for does not work.",
    "documented-limit": "AWS documents that it does not work.",
    "hygiene": "AWS accepts it; it is a mistake, or leads to one.",
    "property": "It follows from the type of the endpoint, and is easily overlooked.",
    "org-decision": "The organisation wants it so; the rule is asked where its org data say something about it.",
    "state-2023-only": "True of AWS in 2023; not of AWS today.",
}
KINDS = {"pass": "Passes", "fail": "Violated", "undetermined": "Cannot be judged"}
DOCUMENTS = {
    "gateway-vs-interface-endpoint.txt": "Gateway Endpoint vs Interface Endpoint (Sofia Laurent)",
    "interface-vs-gateway-vs-gwlb-endpoint.txt": "Interface Endpoint vs Gateway Endpoint vs Gateway Load Balancer "
    "Endpoint (Tutorials Dojo, April 2023)",
}
FIRST = "0.1.0: first version"


@dataclass(frozen=True)
class RuleReport:
    """A rule with its examples by kind (pass, fail, undetermined), and where the pages about rules are."""

    rule: Rule
    examples: dict[str, list[Json]]
    docs_url: str = DOCUMENTATION

    @property
    def help_url(self) -> str:
        """The page about the rule; see `Report.help_url`."""
        if not self.rule.id.startswith("VPCE-") and self.docs_url == DOCUMENTATION:
            return self.rule.source
        return rule_page(self.rule.id, self.docs_url)


def document_of(example: Json) -> dict[str, Any]:
    """An example without its name: what is asked, and what must come of it."""
    return {member: value for member, value in example.items() if member != "name"}


def history(rule: Rule) -> list[str]:
    """What changed in a rule, the latest first."""
    return [f"{change.version}: {change.text}" for change in reversed(rule.history)] or [FIRST]


def default_enforcement(rule: Rule) -> str:
    """What a violation does by default, and under each profile that has it otherwise."""
    return rule.enforcement_action + "".join(f", {action} under {name}" for name, action in rule.profiles.items())
