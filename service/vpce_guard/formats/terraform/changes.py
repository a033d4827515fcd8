"""What a plan says of one resource, and an endpoint as the plan leaves it. The plan's own JSON is read, never written.

Source: https://developer.hashicorp.com/terraform/internals/json-format, "Change representation".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from vpce_guard.formats.terraform.scope import ModuleScope, scope_at
from vpce_guard.formats.terraform.sensitive import sensitive_texts
from vpce_guard.model import Json


@dataclass(frozen=True, kw_only=True)
class ResourceChange:
    """One entry of `resource_changes`: `before` and `after` are None where there is nothing, or nothing readable.

    `unknown` is after_unknown: in the shape of `after`, True for what only applying the plan will tell. `sensitive` are
    the texts that are not to be shown.
    """

    address: str
    kind: str
    name: str
    scope: ModuleScope
    actions: tuple[str, ...]
    before: Json | None
    after: Json | None
    unknown: Json
    sensitive: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def from_json(cls, entry: Json) -> ResourceChange:
        """The entry of a plan. Raises TypeError for actions or a module address of another type."""
        body = _object(entry.get("change")) or {}
        return cls(
            address=str(entry.get("address") or ""),
            kind=str(entry.get("type")),
            name=str(entry.get("name")),
            scope=scope_at(entry.get("module_address"), entry.get("index")),
            actions=tuple(body.get("actions") or ()),
            before=_object(body.get("before")),
            after=_object(body.get("after")),
            unknown=_object(body.get("after_unknown")) or {},
            sensitive=sensitive_texts(body),
        )


@dataclass(kw_only=True)
class PlannedEndpoint:
    """An endpoint as the plan leaves it: its own change, with what other resources of the plan make of it.

    `change` is the endpoint's own, or where the plan does not hold the endpoint (`elsewhere`) that of the first
    resource that completes it. `after` and `unknown` are copies that start as the change has them; `completed` are the
    attributes that other resources add to, and `parts` those resources. `additions` are what they add to a list of the
    endpoint's own that is not known yet, None for what is not known itself.
    """

    change: ResourceChange
    actions: tuple[str, ...]
    before: Json | None
    after: Json | None
    unknown: Json
    elsewhere: bool = False
    completed: set[str] = field(default_factory=set)
    additions: dict[str, list[str | None]] = field(default_factory=dict)
    parts: list[ResourceChange] = field(default_factory=list)

    @classmethod
    def from_change(cls, change: ResourceChange) -> PlannedEndpoint:
        """An endpoint that the plan holds, before anything completes it."""
        return cls(
            change=change,
            actions=change.actions,
            before=change.before,
            after=None if change.after is None else dict(change.after),
            unknown=dict(change.unknown),
        )

    @classmethod
    def from_id(cls, identity: str | None, change: ResourceChange) -> PlannedEndpoint:
        """An endpoint that the plan does not hold; a resource of the plan names it by its id, None if not known yet."""
        return cls(
            change=change,
            actions=("update",),
            before={"id": identity},
            after={"id": identity},
            unknown={},
            elsewhere=True,
        )


def _object(value: Any) -> Json | None:
    return value if isinstance(value, dict) else None
