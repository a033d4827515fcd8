"""Org data as decisions use it: the effective sections for an account and an environment, worked out once each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from pathlib import Path
from typing import Any

from vpce_guard.bundle.rules import Rule
from vpce_guard.instants import format_instant, instant
from vpce_guard.model import EnforcementAction, Json, Profile
from vpce_guard.org import layers, tighter
from vpce_guard.org.clusters import find_cluster
from vpce_guard.org.examples import example_of
from vpce_guard.org.waiver_index import WaiverIndex

_NOT_FOR_RULES = {"enforcement", "waivers", "freeze", "third_party"}  # or in another form
_MOST_KEPT = 64  # selections of waivers
_CEILINGS = ("max_monthly_per_endpoint", "max_monthly_per_vpc")


@dataclass(frozen=True, kw_only=True)
class RuleEnforcement:
    """What org data makes a rule do. `counts` is false where AWS enforces the rule and no reason is given."""

    action: EnforcementAction
    reason: str | None
    layer: str
    counts: bool


@dataclass(frozen=True, kw_only=True)
class EffectiveOrg:
    """What holds for one account and environment.

    `rules` is Rego's data.org, `sections` the merged document with the layers each value comes from (`origins`, by
    JSON Pointer), and `undecided` the sections of layers that may hold, each with the context that would tell; for
    each rule by id that such a section concerns, `unsettled` names the first and that context.
    """

    environment: str | None
    layers: tuple[str, ...]
    sections: Json
    origins: Mapping[str, tuple[str, ...]]
    overrides: Mapping[str, RuleEnforcement]
    undecided: Mapping[str, str]
    unsettled: Mapping[str, tuple[str, str]]
    strict: bool
    rules: Json

    @cached_property
    def required_services(self) -> frozenset[str]:
        """The services that a VPC must have an endpoint for, so that rules look for them among the others."""
        return frozenset(name for entry in self.rules.get("required_endpoints") or () for name in entry["services"])

    @cached_property
    def _waivers(self) -> WaiverIndex:
        return WaiverIndex(self.rules.get("waivers") or ())

    @cached_property
    def _with_waivers(self) -> dict[tuple[int, ...], Json]:
        return {}

    def rules_for(self, facts: Mapping[str, object]) -> Json:
        """`rules` without the waivers that cannot match what is of the VPC, account and Region that `facts` tell.

        The same object for the same waivers, as far as it is kept.
        """
        waivers: Sequence[Json] = self.rules.get("waivers") or ()
        if not waivers or len(chosen := self._waivers.find(facts)) == len(waivers):
            return self.rules
        if chosen not in self._with_waivers:
            if len(self._with_waivers) >= _MOST_KEPT:
                self._with_waivers.clear()
            self._with_waivers[chosen] = {**self.rules, "waivers": [waivers[number] for number in chosen]}
        return self._with_waivers[chosen]

    def values(self) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
        """Each value with its JSON Pointer and the layers it comes from."""
        for path, value in layers.leaves(self.sections):
            pointer = layers.pointer(path)
            yield pointer, value, self.origins[pointer]

    def as_json(self, revision: str) -> Json:
        """The same as JSON values, for those who write or ask."""
        return {
            "revision": revision,
            "environment": self.environment,
            "layers": self.layers,
            "sections": self.sections,
            "origins": dict(self.origins),
            "undecided": dict(self.undecided),
        }


def no_org_data(rules_by_id: Mapping[str, Rule]) -> OrgData:
    """Org data that constrains nothing."""
    return OrgData({}, "", rules_by_id)


@dataclass(frozen=True)
class OrgData:
    """A loaded document and the files it was read from. Immutable; the content hash is its revision, "" for none."""

    document: Json
    revision: str
    rules_by_id: Mapping[str, Rule]
    warnings: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    _known: dict[Any, EffectiveOrg] = field(default_factory=dict, repr=False, compare=False)

    @property
    def profile(self) -> Profile | None:
        """The profile the document asks for."""
        return self.document.get("profile")

    def effective_for(self, context: Json) -> EffectiveOrg:
        """What holds for the account and VPC a context tells of."""
        account = context.get("AccountId")
        return self.effective(account if isinstance(account, str) else None, self._environment(account, context))

    def effective(self, account: str | None, environment: str | None) -> EffectiveOrg:
        """What holds for an account and an environment; None is for one that is not known."""
        numbers = layers.chain(self.document, account, environment)
        unsure = {
            place: pointer
            for layer, pointer in layers.undecided_layers(self.document, account, environment)
            for section in layers.sections(layer)
            for place in ([f"/{section}/{r}" for r in layer[section]] if section == "enforcement" else [f"/{section}"])
        }
        key = (numbers, environment, tuple(unsure))
        if key not in self._known:
            self._known[key] = self._work_out(environment, numbers, unsure)
        return self._known[key]

    def _environment(self, account: object, context: Json) -> str | None:
        """By the account, the Environment tag of the VPC or the part of a cluster; never by what the request says."""
        environments = self.document.get("environments") or {}
        if isinstance(account, str) and account in environments:
            return str(environments[account])
        vpc = context.get("Vpc")
        tags = vpc.get("Tags") if isinstance(vpc, dict) else None
        for tag in tags if isinstance(tags, list) else []:
            value = tag.get("Value") if isinstance(tag, dict) and tag.get("Key") == "Environment" else None
            if isinstance(value, str) and value in environments:
                return str(environments[value])
        return find_cluster(self.document, context).get("environment")

    def _work_out(self, environment: str | None, numbers: tuple[int, ...], unsure: Json) -> EffectiveOrg:
        found = layers.merge(self.document, numbers, self.rules_by_id)
        sections = found.sections
        return EffectiveOrg(
            environment=environment,
            layers=(layers.TOP, *(self.document["layers"][n]["name"] for n in numbers)),
            sections=sections,
            origins=found.origins,
            overrides={
                rule_id: self._override(self.rules_by_id[rule_id], entry, found.origins[f"/enforcement/{rule_id}"][-1])
                for rule_id, entry in (sections.get("enforcement") or {}).items()
                if rule_id in self.rules_by_id
            },
            undecided=unsure,
            unsettled={
                rule.id: told for rule in self.rules_by_id.values() if (told := _section_of(rule, unsure)) is not None
            },
            strict=self.document.get("missing_context") == "deny",
            rules=self._rules_data(sections, environment),
        )

    def _rules_data(self, sections: Json, environment: str | None) -> Json:
        """The sections in the form that rules read: figures, ranges and times worked out."""
        rules = {name: value for name, value in sections.items() if name not in _NOT_FOR_RULES}
        if "cost" in rules:
            rules["cost"] = {
                name: {"millionths": _millionths(value), "text": str(value)}
                for name, value in rules["cost"].items()
                if name in _CEILINGS
            }
        if "quotas" in rules:
            rules["quotas"] = {**rules["quotas"], "warn_above": _warn_above(rules["quotas"])}
        if cidrs := rules.get("network", {}).get("allowed_client_cidrs"):
            rules["network"] = {**rules["network"], "allowed_client_cidrs": _join_ranges(cidrs)}
        if "naming" in rules:
            rules["naming"] = _with_example(rules["naming"])
        if required := rules.get("tags", {}).get("required"):
            rules["tags"] = {**rules["tags"], "required": [_with_example(tag) for tag in required]}
        if "freeze" in sections:
            rules["freeze"] = [{**w, "from": instant(w["from"]), "to": instant(w["to"])} for w in sections["freeze"]]
        if "third_party" in sections:
            rules["third_party"] = [_with_end(service) for service in sections["third_party"]]
        if "waivers" in sections:
            rules["waivers"] = [w for one in sections["waivers"] if (w := self.waiver(one)) is not None]
        if environments := self.document.get("environments"):
            rules["environment_names"] = sorted(
                {name for name, of in environments.items() if of == environment and not name.isdigit()} | {environment}
                if environment is not None
                else ()
            )
        if environment is not None:
            rules["environment"] = environment
        return rules

    @staticmethod
    def _override(rule: Rule, entry: Any, layer: str) -> RuleEnforcement:
        reason = entry.get("reason") if isinstance(entry, dict) else None
        action: EnforcementAction = tighter.action(entry)
        lowers = not tighter.kind(("enforcement", rule.id)).keeps(rule.enforcement_action, action)
        return RuleEnforcement(
            action=action, reason=reason, layer=layer, counts=not (rule.aws_enforces and lowers) or bool(reason)
        )

    def waiver(self, waiver: Json) -> Json | None:
        """A waiver as the rules see it, with `refused` where it cannot count; None where its rule does not exist."""
        rule = self.rules_by_id.get(waiver["rule"])
        if rule is None:
            return None
        policy = self.document.get("waiver_policy") or {}
        expires = datetime.fromisoformat(waiver["expires"])
        seen = {**waiver, "expires": format_instant(expires), "ends": waiver["expires"]}
        seen["warn_from"] = format_instant(expires - timedelta(days=policy.get("warn_days", 14)))
        if "starts" in waiver:
            seen["starts"] = instant(waiver["starts"])
        if refused := _why_refused(waiver, rule, policy, expires):
            seen["refused"] = refused
        return seen


def _section_of(rule: Rule, undecided: Mapping[str, str]) -> tuple[str, str] | None:
    """The first of some sections that a rule reads, or that says what it does, with what goes with it."""
    for pointer, missing in undecided.items():
        if pointer == f"/enforcement/{rule.id}" or any(
            f"/org{pointer}" == read or read.startswith(f"/org{pointer}/") for read in rule.reads
        ):
            return pointer, missing
    return None


def _why_refused(waiver: Json, rule: Rule, policy: Json, expires: datetime) -> str | None:
    if rule.aws_enforces:
        return f"AWS enforces {rule.id}: no waiver helps"
    if rule.id not in policy.get("rules", [rule.id] if rule.kind == "org" else []):
        return f"{rule.id} may not be waived"
    if missing := [member for member in policy.get("require", []) if not waiver.get(member)]:
        return f"it names no {' and no '.join(missing)}"
    if (longest := policy.get("max_days")) is not None:
        if "starts" not in waiver:
            return f"it does not say when it starts, and may last {longest} days"
        if expires - datetime.fromisoformat(waiver["starts"]) > timedelta(days=longest):
            return f"it lasts longer than {longest} days"
    if waiver.get("requested_by") == waiver["approved_by"]:
        return f"{waiver['approved_by']} asked for it and approved it"
    return None


def _warn_above(quotas: Json) -> Json:
    """The largest number of endpoints that needs no warning, by ceiling; whole numbers, as engines differ in others."""
    share = Decimal(str(quotas.get("warn_at", 1)))
    return {name: int(share * ceiling) for name, ceiling in quotas.items() if isinstance(ceiling, int)}


def _with_example(member: Json) -> Json:
    """A member that has a pattern with a text that fits it, for messages, where one is found."""
    example = example_of(member["pattern"]) if member.get("pattern") else None
    return {**member, "example": example} if example else member


def _join_ranges(cidrs: Sequence[str]) -> list[str]:
    """Ranges of addresses with neighbours joined, so that one that two of them cover together lies in one."""
    networks = [ip_network(cidr) for cidr in cidrs]
    v4 = collapse_addresses(n for n in networks if isinstance(n, IPv4Network))
    v6 = collapse_addresses(n for n in networks if isinstance(n, IPv6Network))
    return [*map(str, v4), *map(str, v6)]


def _millionths(amount: object) -> int:
    """An amount of money as whole millionths, which engines compare alike."""
    return int((Decimal(str(amount)) * 1_000_000).to_integral_value(ROUND_HALF_EVEN))


def _with_end(service: Json) -> Json:
    """A third-party service with the instant it ends: its last day counts."""
    if "expires" not in service:
        return service
    return {
        **service,
        "until": format_instant(datetime.fromisoformat(f"{service['expires']}T00:00:00+00:00") + timedelta(1)),
    }
