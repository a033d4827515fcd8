"""The examples beside each rule, as proposals and what is expected of the rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field

from vpce_guard.bundle import open_bundle
from vpce_guard.errors import BundleError
from vpce_guard.formats.assemble import assemble
from vpce_guard.formats.document import Draft
from vpce_guard.inputs import rego_input
from vpce_guard.model import EnforcementAction, Frozen, Json, Operation, Profile, Proposal
from vpce_guard.org.data import OrgData, no_org_data
from vpce_guard.org.load import org_data

Kind = Literal["pass", "fail", "undetermined"]


class ExpectedViolation(Frozen):
    """One violation an example must give; a `fix` that is not written here is not compared."""

    path: str
    enforcement_action: EnforcementAction | None = None
    fix: tuple[Json, ...] | None = None
    fix_verified: bool | None = None


class Example(Frozen):
    """One example as written in examples.yaml."""

    name: str
    operation: Operation = "create"
    request: Json = Field(default_factory=dict)
    current: Json | None = None
    context_override: Json = Field(default_factory=dict)
    context_without: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    intent: Json = Field(default_factory=dict)
    peers: tuple[Json, ...] = ()
    org: Json = Field(default_factory=dict)
    org_without: tuple[str, ...] = ()
    profile: Profile = "aws-current"
    violations: tuple[ExpectedViolation, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """An example of a rule, ready to be judged."""

    rule: str
    kind: Kind
    example: Example
    proposal: Proposal
    org: OrgData

    def as_input(self) -> Json:
        """What the engine is asked."""
        return rego_input(self.proposal, self.example.profile, self.org.of(self.proposal.context))


def cases(source: Path) -> Iterator[Case]:
    """Every example under a rego folder. Raises BundleError with the file of a malformed one."""
    base: Json = yaml.safe_load((source / "vpce/testing/context.yaml").read_text())
    org: Json = yaml.safe_load((source / "vpce/testing/org.yaml").read_text())
    rules_by_id = {rule.id: rule for rule in open_bundle().catalogue.rules}
    for path in sorted((source / "vpce/rules").glob("*/*/examples.yaml")):
        family = path.parent.parent.name
        content = yaml.safe_load(path.read_text()) or {}
        if unknown := content.keys() - {"pass", "fail", "undetermined"}:
            raise BundleError(f"{path}: unknown keys {', '.join(sorted(unknown))}.")
        for kind, examples in content.items():
            for raw in examples or []:
                try:
                    example = Example.model_validate(raw)
                    document = _without(_merged(org, example.org), example.org_without) if family == "org" else {}
                    own = org_data(document, rules_by_id) if document else no_org_data(rules_by_id)
                except ValueError as error:
                    raise BundleError(f"{path}: {raw.get('name')}: {error}") from None
                yield Case(f"{family}.{path.parent.name}", kind, example, proposal(example, base), own)


def proposal(example: Example, base: Json) -> Proposal:
    """The proposal an example stands for, over the base context."""
    draft = Draft(
        operation=example.operation,
        request=example.request,
        current=example.current,
        intent=example.intent,
        unknown=example.unknown,
    )
    context = _without(_merged(base, example.context_override), example.context_without)
    return assemble([draft], context=context, labels={}, neighbours=example.peers)[0]


def _without(document: Json, members: tuple[str, ...]) -> Json:
    """The document, changed: without members given as paths."""
    for name in members:
        *parents, last = name.split("/")
        holder = document
        for parent in parents:
            holder = holder[parent]
        holder.pop(last)
    return document


def _merged(base: Any, over: Any) -> Any:
    """Objects merged deeply, everything else replaced; always a copy."""
    if isinstance(base, dict) and isinstance(over, dict):
        return {
            key: _merged(base.get(key), over[key]) if key in over else _merged(value, value)
            for key, value in {**base, **over}.items()
        }
    return over
