"""The steps of a preview, as one resource each: what there was, what there will be, and what happens to it.

Source: Pulumi's deploy.StepOp and apitype.ResourceV3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.pulumi.types import KINDS, snake_case
from vpce_guard.model import Json

_ACTIONS: dict[str, tuple[str, ...]] = {
    "create": ("create",),
    "create-replacement": ("create",),
    "update": ("update",),
    "delete": ("delete",),
    "delete-replaced": ("delete",),
    "replace": ("delete", "create"),  # which of them comes first, only the other two steps of a replacement tell
    "same": ("no-op",),
    "read": ("no-op",),
    "read-replacement": ("no-op",),
    "refresh": ("no-op",),
    "import": ("no-op",),  # it takes over what is there
    "import-replacement": ("no-op",),
    "discard": ("forget",),
    "discard-replaced": ("forget",),
    "remove-pending-replace": ("forget",),
}
_REPLACEMENT = ("create-replacement", "delete-replaced")


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of a preview. `index` is its step's number; `old` and `new` are None where there is no state.

    `kind` is the type of Terraform's that it is, None for one that is not read.
    """

    index: int
    urn: str
    actions: tuple[str, ...]
    old: Json | None
    new: Json | None

    @property
    def type(self) -> str:
        """The resource's type, as in aws:ec2/subnet:Subnet."""
        return _type(self.urn)

    @property
    def kind(self) -> str | None:
        """See the class."""
        return _kind(self.urn)

    @property
    def state(self) -> Json:
        """What there will be, or where it goes, what there was."""
        return self.new or self.old or {}

    @property
    def inputs(self) -> Json:
        """The inputs of that state."""
        return _object(self.state.get("inputs"))

    @property
    def custom(self) -> bool:
        """Whether a provider makes it; components only group others."""
        return self.state.get("custom") is not False

    @property
    def makes_something(self) -> bool:
        """Whether anything is created or changed."""
        return bool({"create", "update"} & set(self.actions))

    def spell(self, attribute: str) -> str | None:
        """The input in which the resource says what Terraform says in an attribute; None where it does not."""
        names = {snake_case(name): name for name in self.inputs}
        aliases = {"policy": "policy_document", "subnet_configuration": "subnet_configurations"}
        return names.get(attribute) or names.get(aliases.get(attribute, attribute))


def group_steps(steps: Iterable[Any]) -> list[Resource]:
    """The resources that steps are about, each once. Raises MalformedError for a step that cannot be read."""
    by_urn: dict[str, list[tuple[int, Json]]] = {}
    for index, step in enumerate(steps):
        if not isinstance(step, dict) or not isinstance(step.get("urn"), str):
            raise _step_error(f"/steps/{index}", "must be an object with a urn")
        by_urn.setdefault(step["urn"], []).append((index, step))
    return [_resource(urn, found) for urn, found in by_urn.items()]


def _type(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2] if urn.count("::") >= 3 else ""


def _kind(urn: str) -> str | None:
    return KINDS.get(_type(urn))


def _resource(urn: str, steps: list[tuple[int, Json]]) -> Resource:
    ops = []
    for index, step in steps:
        op = step.get("op")
        if isinstance(op, str) and op in _ACTIONS:
            ops.append(op)
        elif _kind(urn) is not None:
            raise _step_error(f"/steps/{index}/op", f"must be one of {', '.join(_ACTIONS)}")
        else:
            ops.append("same")  # of something that is not read
    made = [index for (index, _), op in zip(steps, ops, strict=True) if "create" in _ACTIONS[op]]
    index = made[0] if made else steps[-1][0]
    found = Resource(
        index=index,
        urn=urn,
        actions=_actions(ops),
        old=next((old for _, step in steps if (old := _state(step, "oldState")) is not None), None),
        new=next((new for _, step in reversed(steps) if (new := _state(step, "newState")) is not None), None),
    )
    if found.kind is not None:
        _check_states(found)
    if "delete" in found.actions and _object(found.old).get("retainOnDelete") is True:  # it stays in AWS
        kept = tuple(action for action in found.actions if action != "delete")
        return Resource(index=index, urn=urn, actions=kept or ("forget",), old=found.old, new=found.new)
    return found


def _actions(ops: list[str]) -> tuple[str, ...]:
    """What all the steps of one resource come to."""
    order = tuple(action for op in ops if op in _REPLACEMENT for action in _ACTIONS[op])
    if set(order) == {"create", "delete"}:
        return order
    if "replace" in ops:
        return _ACTIONS["replace"]
    changing = [op for op in ops if _ACTIONS[op] not in (("no-op",), ("forget",))]
    return _ACTIONS[(changing or ops)[-1]]


def _check_states(resource: Resource) -> None:
    place = f"/steps/{resource.index}"
    if {"create", "update"} & set(resource.actions) and resource.new is None:
        raise _step_error(f"{place}/newState", "must be an object")
    if {"delete", "update"} & set(resource.actions) and resource.old is None:
        raise _step_error(f"{place}/oldState", "must be an object")


def _state(step: Json, side: str) -> Json | None:
    return found if isinstance(found := step.get(side), dict) else None


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _step_error(pointer: str, detail: str) -> MalformedError:
    return MalformedError(
        f"The preview is wrong: {pointer} {detail}.",
        advice="Send what `pulumi preview --json` prints, unchanged.",
        pointers=(Pointer(pointer=pointer, code="preview", detail=detail),),
    )
