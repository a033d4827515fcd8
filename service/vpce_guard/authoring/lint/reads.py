"""That METADATA `reads` and `optional` cover what a rule reads, by itself and through libraries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from vpce_guard.authoring.lint.dependencies import RuleReads
from vpce_guard.authoring.lint.finding import Finding
from vpce_guard.authoring.lint.sources import RegoFile
from vpce_guard.authoring.testing.checks import ALWAYS_THERE, NEVER_HIDDEN
from vpce_guard.formats.aws.input_schema import input_schema, members_of

CHECKS = {
    "reads": "METADATA `reads` or `optional` names each member of request, current, context, intent, labels and org "
    "that the rule or a library it calls reads; one name stands for all ways to give a member (SubnetIds, "
    "AddSubnetIds, RemoveSubnetIds, those of the current endpoint). What every reader knows need not be named",
    "reads-unused": "METADATA `reads` names nothing that neither the rule nor a library it calls reads or points to",
}

_PART_OF_THE_QUESTION = ("operation", "unknown", "profile", "address", "peers", "peer_counts", "instant")
_IDENTITY = (*NEVER_HIDDEN, "VpcId", "ServiceRegion", "State")
_MADE_OF = {  # what the service works out, and of what
    "/instant": [("context", "time")],
    "/cost": [("context", "Region"), ("context", "VpcEndpoints"), ("context", "Vpc")],
    "/org/environment": [("context", "Vpc"), ("org", "environments"), ("org", "accounts")],
}
_TOPS = tuple(input_schema()["properties"])
_SAME = {
    "SubnetConfigurations": "SubnetIds",
    "Groups": "SecurityGroupIds",
    "TagSpecifications": "Tags",
    "Policy": "PolicyDocument",
}


def check(module: RegoFile, reads: RuleReads) -> Iterator[Finding]:
    """The findings in the file of one rule."""
    custom = module.annotations.get("custom") or {}
    named = [*(custom.get("reads") or []), *(custom.get("optional") or [])]
    declared = {_member(str(pointer)) for pointer in named}
    refs = reads.members_read_by(module.package)
    read = {member for pointer in refs if (member := _member(pointer))}
    behind = {member for pointer in refs for member in _MADE_OF.get(pointer, ())}
    yield from _find_unknown(module, named)
    line = module.line_of("#   reads:")
    for member in sorted(read - declared):
        if not _is_always_allowed(member) and not any(_covers(one, member) for one in declared):
            said = f"the rule reads {_pointer(member)}, which METADATA does not name"
            yield Finding("reads", module.path, line, said)
    for pointer in custom.get("reads") or []:
        told = f'"{pointer}' in module.text  # the path of a violation, or what is missing
        if not told and not any(_covers(_member(str(pointer)), member) for member in read | behind):
            at = module.line_of(str(pointer))
            yield Finding("reads-unused", module.path, at, f"METADATA names {pointer}, which the rule does not read")


def _find_unknown(module: RegoFile, named: Iterable[object]) -> Iterator[Finding]:
    """Members that no input has: most likely misspelt."""
    for pointer in map(str, named):
        top, _, rest = pointer.removeprefix("/").partition("/")
        member = rest.partition("/")[0]
        if top not in _TOPS:
            meant = get_close_matches(top, _TOPS, n=1)
        elif member and (known := members_of(top)) and member not in known:
            meant = get_close_matches(member, known, n=1)
        else:
            continue
        hint = f"; did you mean {meant[0]}?" if meant else ""
        said = f"METADATA names {pointer}, which is no member of input{hint}"
        yield Finding("reads", module.path, module.line_of(pointer), said)


def _member(pointer: str) -> tuple[str, ...]:
    """A pointer as what it is about: endpoint, request and current are one, and so are the ways to give a member."""
    top, *rest = pointer.removeprefix("/").split("/")
    if top in _PART_OF_THE_QUESTION:
        return ()
    if top == "policy":
        return ("endpoint", "PolicyDocument")
    if top == "cost":
        return ("org", "cost")
    if top == "proofs":
        return ("org", "policy")
    if top not in ("endpoint", "request", "current"):
        return (top, *rest[:1])
    name = re.sub(r"^(Add|Remove|Reset)(?=[A-Z])", "", rest[0]) if rest else ""
    return ("endpoint", _SAME.get(name, name)) if name else ("endpoint",)


def _is_always_allowed(member: tuple[str, ...]) -> bool:
    if len(member) < 2:  # the whole of it: which members is not told
        return True
    top, name = member
    return (
        (top == "context" and name in (*ALWAYS_THERE, "Region", "complete_for"))
        or (top == "endpoint" and name in _IDENTITY)
        or member == ("org", "environment")
    )


def _covers(one: tuple[str, ...], member: tuple[str, ...]) -> bool:
    return one[: len(member)] == member or member[: len(one)] == one


def _pointer(member: tuple[str, ...]) -> str:
    top, name = member
    return f"/request/{name} or /current/{name}" if top == "endpoint" else f"/{top}/{name}"
