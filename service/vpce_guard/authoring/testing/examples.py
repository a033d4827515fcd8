"""The examples beside each rule, as proposals and what is expected of the rule."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.bundle.rules import Rule
from vpce_guard.decisions.inputs import rego_input
from vpce_guard.errors import SourceError, VpceGuardError
from vpce_guard.formats import yaml_files, yaml_text
from vpce_guard.formats.assemble import DOCUMENT_TIME, assemble
from vpce_guard.formats.document import API_DEFAULTS, Draft
from vpce_guard.model import EnforcementAction, FrozenModel, Json, Operation, Profile, Proposal
from vpce_guard.org.data import OrgData, no_org_data
from vpce_guard.org.load import read_org_data

ExampleKind = Literal["pass", "fail", "undetermined"]


class ExpectedViolation(FrozenModel):
    """One violation an example must give; a `fix` that is not written here is not compared."""

    path: str
    enforcement_action: EnforcementAction | None = None
    fix: tuple[Json, ...] | None = None
    fix_verified: bool | None = None


class Example(FrozenModel):
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
    sender_defaults: Json | None = None
    depends_on: tuple[str, ...] = ()
    org: Json = Field(default_factory=dict)
    org_without: tuple[str, ...] = ()
    profile: Profile = "aws-current"
    violations: tuple[ExpectedViolation, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """An example of a rule, ready to be judged; it is the one with `index` of its kind in `file`."""

    rule: str
    kind: ExampleKind
    example: Example
    proposal: Proposal
    org: OrgData
    file: Path
    index: int

    @property
    def line(self) -> int:
        """The line of the example in its file."""
        return line_in(self.file, f"/{self.kind}/{self.index}")

    def as_input(self) -> Json:
        """What the engine is asked."""
        return rego_input(self.proposal, self.example.profile, self.org.effective_for(self.proposal.context))


def cases(source: Path, *, rules: Sequence[Rule] | None = None, names: Collection[str] | None = None) -> Iterator[Case]:
    """The examples under a rego folder, of the rules named `family.name` or of all.

    `rules` are those of the folder; the packaged ones unless given. Raises SourceError with file and line of a
    malformed example.
    """
    base: Json = yaml_files.load(source / "vpce/testing/context.yaml")
    org: Json = yaml_files.load(source / "vpce/testing/org.yaml")
    rules_by_id = {rule.id: rule for rule in (open_bundle().catalogue.rules if rules is None else rules)}
    for path in sorted((source / "vpce/rules").glob("*/*/examples.yaml")):
        family, name = path.parent.parent.name, f"{path.parent.parent.name}.{path.parent.name}"
        if names is not None and name not in names:
            continue
        for kind, index, raw in _read(path):
            try:
                example = Example.model_validate(raw)
                document = _drop_members(_merge(org, example.org), example.org_without) if family == "org" else {}
                own = read_org_data(document, rules_by_id) if document else no_org_data(rules_by_id)
                judged = proposal(example, base)
            except (ValueError, KeyError, VpceGuardError) as error:
                place = f"{path}:{line_in(path, f'/{kind}/{index}')}"
                raise SourceError(f"{place}: {kind} example {index + 1} is wrong: {_message_of(error)}") from None
            yield Case(name, kind, example, judged, own, path, index)


def line_in(path: Path, pointer: str) -> int:
    """The line of what a JSON Pointer names in a YAML file; 1 where the file is no YAML."""
    try:
        nodes = yaml_text.compose(path.read_text())
    except yaml_text.YamlError as error:
        return error.line or 1
    return yaml_text.line(nodes[0], pointer) if nodes else 1


def _read(path: Path) -> Iterator[tuple[ExampleKind, int, Any]]:
    """Kind, index and content of each example in a file."""
    content = yaml_files.load(path) or {}
    if not isinstance(content, dict) or (content.keys() - {"pass", "fail", "undetermined"}):
        raise SourceError(f"{path}:1: the keys are not pass, fail and undetermined.")
    for kind, examples in content.items():
        if not isinstance(examples or [], list):
            raise SourceError(f"{path}:{line_in(path, f'/{kind}')}: {kind} is not a list of examples.")
        for index, raw in enumerate(examples or []):
            yield kind, index, raw


def _message_of(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
    return f"there is no {error} to leave out" if isinstance(error, KeyError) else str(error)


def proposal(example: Example, base: Json) -> Proposal:
    """The proposal an example stands for, over the base context."""
    draft = Draft(
        operation=example.operation,
        request=example.request,
        current=example.current,
        intent=example.intent,
        unknown=example.unknown,
        sender_defaults=API_DEFAULTS if example.sender_defaults is None else example.sender_defaults,
        depends_on=example.depends_on,
    )
    context = _drop_members(_merge(base, example.context_override), example.context_without)
    return assemble([draft], context=context, labels={}, neighbours=example.peers, at=DOCUMENT_TIME)[0]


def _drop_members(document: Json, members: tuple[str, ...]) -> Json:
    """The document, changed: without members given as paths."""
    for name in members:
        *parents, last = name.split("/")
        holder = document
        for parent in parents:
            holder = holder[parent]
        holder.pop(last)
    return document


def _merge(base: Any, over: Any) -> Any:
    """Objects merged deeply, everything else replaced; always a copy."""
    if isinstance(base, dict) and isinstance(over, dict):
        return {
            key: _merge(base.get(key), over[key]) if key in over else _merge(value, value)
            for key, value in {**base, **over}.items()
        }
    return over
