"""The attributes of a planned endpoint with what they refer to followed, and what of them is still not known."""

from __future__ import annotations

from typing import Any

from vpce_guard.formats.terraform.attributes import MEMBERS
from vpce_guard.formats.terraform.changes import PlannedEndpoint, ResourceChange
from vpce_guard.formats.terraform.policies import split_known
from vpce_guard.formats.terraform.references import References
from vpce_guard.formats.terraform.values import UNKNOWN, AtLeast, JsonText
from vpce_guard.model import Json

_IDS = ("subnet_ids", "security_group_ids", "route_table_ids")


def resolve(endpoint: PlannedEndpoint, references: References) -> tuple[Json, Json]:
    """The planned attributes with references followed, and what of them is still not known."""
    change = endpoint.change
    before = endpoint.before if endpoint.actions == ("update",) else None
    after, unknown = dict(endpoint.after or {}), _unknown_attributes(endpoint, references)
    for name, value in endpoint.unknown.items():
        if value is True and name not in unknown and before is not None and before.get(name) is not None:
            after[name] = before[name]  # left to AWS, where it stays as it is
    for name in [name for name, mark in unknown.items() if mark is True and name in MEMBERS]:
        if name not in endpoint.completed:
            _settle(name, references.value(change, name), after, unknown, keeps=before is not None)
        if before is not None and name not in unknown and after.get(name) is None:
            after[name] = before.get(name)
    for name, added in endpoint.additions.items():
        _add(name, added, after, unknown, keeps=before is not None)
    _resolve_blocks(change, references, after, unknown)
    return after, unknown


def _settle(name: str, value: Any, after: Json, unknown: Json, *, keeps: bool) -> None:
    """Put in what is known of an attribute; of an endpoint that `keeps` members, only all of them or none."""
    if name == "policy" and isinstance(value, JsonText):
        after[name], unknown[name] = split_known(value.value)
        return
    if value is UNKNOWN or isinstance(value, JsonText):
        return
    if value is None:  # not given after all, and left to AWS
        del unknown[name]
        return
    if isinstance(value, AtLeast):  # the others stay unknown
        if value.items and not keeps and name in _IDS and all(isinstance(item, str) for item in value.items):
            after[name] = list(dict.fromkeys(value.items))
        return
    if name not in _IDS:
        if isinstance(value, bool if name == "private_dns_enabled" else str):
            after[name] = value
            del unknown[name]
        return
    if not isinstance(value, list):
        return
    items = [item for item in value if item is not UNKNOWN]
    hidden = len(value) - len(items)
    if not all(isinstance(item, str) for item in items) or (hidden and keeps):
        return
    items = list(dict.fromkeys(items))
    after[name] = [*items, *[None] * hidden]
    unknown[name] = [*[False] * len(items), *[True] * hidden]


def _resolve_blocks(change: ResourceChange, references: References, after: Json, unknown: Json) -> None:
    """The subnets of subnet_configuration blocks. Terraform has them in an order of its own."""
    name = "subnet_configuration"
    told, marks, planned = references.value(change, name), unknown.get(name), after.get(name)
    if not marks:
        return
    is_told = isinstance(told, list) and all(isinstance(block, dict) for block in told)
    blocks = told if is_told else references.written_blocks(change, name, "subnet")
    if isinstance(marks, list) and isinstance(planned, list) and len(marks) == len(planned) == len(blocks):
        subnets = [_one_subnet(value, mark, blocks) for value, mark in zip(planned, marks, strict=True)]
        if not is_told or all(subnets):
            after[name] = [_with_subnet(v, {"subnet_id": s}, s) for v, s in zip(planned, subnets, strict=True)]
            unknown[name] = [_with_subnet(m, {"subnet_id": False}, s) for m, s in zip(marks, subnets, strict=True)]
            return
    if is_told:
        _settle_blocks(name, told, after, unknown)


def _with_subnet(values: Json, more: Json, subnet: str | None) -> Json:
    return {**values, **more} if subnet else values


def _one_subnet(value: Json, mark: Json, blocks: list[Json]) -> str | None:
    """The subnet of the one block that a planned one can be; None where it is known, or may be another."""
    if mark.get("subnet_id") is not True:
        return None
    known = {name: item for name, item in value.items() if item and mark.get(name) is not True}
    left_out = [name for name in ("ipv4", "ipv6") if name not in known and not mark.get(name)]
    fitting = [
        block
        for block in blocks
        if all(block.get(name, UNKNOWN) in (UNKNOWN, item) for name, item in known.items())
        and all(block.get(name) in (None, UNKNOWN) for name in left_out)
    ]
    subnet = fitting[0].get("subnet_id") if len(fitting) == 1 else None
    return subnet if isinstance(subnet, str) else None


def _unknown_attributes(endpoint: PlannedEndpoint, references: References) -> Json:
    """after_unknown, without the attributes that are only unknown because the configuration leaves them to AWS.

    Terraform prints both as `true`. An attribute that the configuration does not mention, or sets to null or to
    an empty list, is not given. One that does not exist on the type of the endpoint is taken as not given too, unless
    it surely is: a module passes it for every type, null for those that have it not.
    """
    endpoint_type = (endpoint.after or {}).get("vpc_endpoint_type")
    return {
        name: value
        for name, value in endpoint.unknown.items()
        if (name in MEMBERS or name == "tags")
        and (
            value is not True
            or name in endpoint.completed
            or (
                (endpoint.elsewhere or references.is_given(endpoint.change, name))
                and (
                    name == "tags"
                    or MEMBERS[name].exists_on(endpoint_type)
                    or references.is_surely_given(endpoint.change, name)
                )
            )
        )
    }


def _settle_blocks(name: str, told: list[Any], after: Json, unknown: Json) -> None:
    """Put in what the source says of nested blocks; the plan has them as a set, whose order is its own."""
    planned = after.get(name)
    known = (
        [_given_values(block) for block in planned]
        if isinstance(planned, list) and len(planned) == len(told) == 1
        else []
    )
    blocks = [{**_texts(block), **(known[0] if known else {})} for block in told]
    after[name] = blocks
    unknown[name] = [
        {attribute: value is not None and attribute not in known for attribute, value in block.items()}
        for block, known in zip(told, blocks, strict=True)
    ]


def _given_values(values: Json) -> Json:
    return {name: value for name, value in values.items() if value is not None}


def _texts(values: Json) -> Json:
    return {name: value for name, value in values.items() if isinstance(value, str)}


def _add(name: str, added: list[str | None], after: Json, unknown: Json, *, keeps: bool) -> None:
    """Put what other resources add to a list behind the endpoint's own, which may still not be known."""
    marks = unknown.get(name, [])
    if marks is True and keeps:
        return
    own = list(after.get(name) or [])
    items = [item for item in added if item is None or item not in own]
    if marks is True:
        after[name] = [item for item in items if item is not None]
    else:
        after[name] = [*own, *items]
        unknown[name] = [*(marks or [False] * len(own)), *(item is None for item in items)]
