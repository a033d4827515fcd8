"""Rules as a bundle holds them: their METADATA in a closed schema, and what follows from it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from vpce_guard.model import EnforcementAction, Frozen, Operation, Profile, Severity


class Source(Frozen):
    """A place in one of the documents the rules come from."""

    file: str
    pointer: str
    paraphrase: str


class AwsFact(Frozen):
    """What AWS does today, where that was read, and how sure it is."""

    text: str
    doc: str
    status: str


class RelatedResource(Frozen):
    """A page to read about a rule."""

    ref: str
    description: str | None = None


def _off(value: object) -> object:
    return "off" if value is False else value  # YAML 1.1 reads a bare `off` as false


ProfileAction = Annotated[EnforcementAction, BeforeValidator(_off)]


class RuleMetadata(Frozen):
    """The closed schema of METADATA `custom` on a rule package."""

    id: str = Field(pattern=r"^VPCE-(COMMON|IFACE|GW|GWLB|ORG)-\d{3}$")
    kind: Literal["aws-api", "documented", "org"]
    severity: Severity
    enforcement_action: EnforcementAction
    effect: str
    remediation: str = Field(min_length=1)
    operations: tuple[Operation, ...] = ("create", "modify")
    reads: tuple[str, ...]
    optional: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    aws: tuple[AwsFact, ...] = ()
    profiles: dict[Profile, ProfileAction] = Field(default_factory=dict)
    assumptions: tuple[str, ...] = ()


class Rule(RuleMetadata):
    """One rule of the catalogue: its METADATA with the place it comes from."""

    name: str
    title: str
    description: str
    related_resources: tuple[RelatedResource, ...] = ()

    def default_action(self, profile: Profile) -> EnforcementAction:
        """What a violation does under a profile when nothing overrides it."""
        return self.profiles.get(profile, self.enforcement_action)

    @property
    def aws_enforces(self) -> bool:
        """Whether AWS itself refuses what the rule denies: no waiver counts, and it is lowered only with a reason."""
        return self.kind != "org" and self.severity == "error"

    @property
    def source(self) -> str:
        """The best single reference: a web page if there is one, else the document the rule comes from."""
        if self.related_resources:
            return self.related_resources[0].ref
        if self.sources:
            return f"{self.sources[0].file}: {self.sources[0].pointer}"
        return self.aws[0].doc if self.aws else ""
