"""The examples beside each rule, as proposals and what is expected of the rule."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from vpce_guard.bundle import derived, example_files
from vpce_guard.bundle.bundle import open_bundle
from vpce_guard.bundle.example_files import ExampleKind, line_of, read_examples
from vpce_guard.bundle.rules import BUILT_IN, Rule
from vpce_guard.bundle.source_folders import Sources, open_sources
from vpce_guard.decisions.inputs import rego_input
from vpce_guard.errors import SourceError, VpceGuardError
from vpce_guard.formats.assemble import DOCUMENT_TIME, assemble
from vpce_guard.formats.document import API_DEFAULTS, Draft
from vpce_guard.model import EnforcementAction, FrozenModel, Json, Operation, Profile, Proposal
from vpce_guard.org.data import OrgData, no_org_data
from vpce_guard.org.load import read_org_data


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
        return line_of(self.file, self.kind, self.index)

    def as_input(self) -> Json:
        """What the engine is asked."""
        return rego_input(self.proposal, self.example.profile, self.org.effective_for(self.proposal.context))


def cases(
    source: Path | Sources, *, rules: Sequence[Rule] | None = None, names: Collection[str] | None = None
) -> Iterator[Case]:
    """The examples of the sources, of the rules of these names or of all.

    `rules` are those of the sources; the packaged ones unless given. Raises SourceError with file and line of a
    malformed example.
    """
    sources = open_sources(source)
    rules_by_id = {rule.id: rule for rule in (open_bundle().catalogue.rules if rules is None else rules)}
    testing = derived.testing(sources)
    grounds = {root: _ground_below(root, testing) for root in sources.roots}
    for name, folder in sources.rule_folders().items():
        path = folder / example_files.FILE
        if (names is not None and name not in names) or not path.is_file():
            continue
        own_source = sources.own_source(name)
        ground = grounds[own_source.root if own_source else BUILT_IN]
        has_org = own_source is not None or folder.parent.name == "org"
        for kind, index, raw in _read(path):
            try:
                example = Example.model_validate(raw)
                document = _drop_members(_merge(ground.org, example.org), example.org_without) if has_org else {}
                own = read_org_data(document, rules_by_id) if document else no_org_data(rules_by_id)
                judged = proposal(example, ground.context)
            except (ValueError, KeyError, VpceGuardError) as error:
                place = f"{path}:{line_of(path, kind, index)}"
                raise SourceError(f"{place}: {kind} example {index + 1} is wrong: {_message_of(error)}") from None
            yield Case(name, kind, example, judged, own, path, index)


@dataclass(frozen=True)
class _Ground:
    """The context and the org data under the examples of a source."""

    context: Json
    org: Json


def _ground_below(root: str, testing: Json) -> _Ground:
    """That of the built-in rules, or of an own source: its own org data, and its context over the built-in one."""
    if root == BUILT_IN:
        return _Ground(testing["context"], testing["org"])
    own = testing["own"][root]
    return _Ground(_merge(testing["context"], own.get("context") or {}), own.get("org") or {})


def _read(path: Path) -> Iterator[tuple[ExampleKind, int, Any]]:
    """Kind, index and content of each example in a file."""
    for kind, examples in read_examples(path).items():
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
    return assemble([draft], context=context_of(example, base), labels={}, neighbours=example.peers, at=DOCUMENT_TIME)[
        0
    ]


def context_of(example: Example, base: Json) -> Json:
    """The context of an example, over the base context. Raises KeyError for a member to leave out that is not there."""
    return _drop_members(_merge(base, example.context_override), example.context_without)


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
