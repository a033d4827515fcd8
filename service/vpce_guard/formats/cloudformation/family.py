"""A stack with those nested in it, and those it imports from: what their endpoints see of each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from vpce_guard.formats.aws.endpoint import endpoint_after, taken_defaults
from vpce_guard.formats.cloudformation.redeployed import without_own
from vpce_guard.formats.cloudformation.stack import Relative, Stack
from vpce_guard.formats.document import Document, Draft
from vpce_guard.model import Json


def read_family(stack: Stack) -> Document:
    """The drafts of a stack and of the nested stacks whose templates are at hand."""
    members = list(stack.members())
    drafts = [_name_within(d, m.name) for m in members for d in m.stack.drafts()]
    notes = [f"{m.name}: {note}" if m.name else note for m in members for note in m.stack.notes()]
    warnings = [f"{m.name}: {warning}" if m.name else warning for m in members for warning in m.stack.warnings()]
    family = [m.stack for m in members]
    sources = list(_sources(family))
    if len(family) > 1 or sources:
        drafts = [_each_way(d, lambda one: replace(one, context=_context_from(one, members, sources))) for d in drafts]
    owners = [member.owner() for member in family]
    given = stack.given_context
    drafts = [_each_way(d, lambda one: replace(one, context=without_own(one.context, given, owners))) for d in drafts]
    if len(family) > 1:
        drafts = [_each_way(d, lambda one: _apart_from(one, set(_not_sure(members)))) for d in drafts]
    if notes:  # what is not read may hold endpoints of the same VPC
        drafts = [_each_way(d, lambda one: replace(one, context=_without_others(one.context))) for d in drafts]
    told_beside = () if stack.is_together else sources  # those that are judged together see each other anyway
    neighbours = [neighbour for source in told_beside for neighbour in _neighbours_from(source)]
    return Document(drafts=tuple(drafts), neighbours=tuple(neighbours), notes=tuple(notes), warnings=tuple(warnings))


def as_neighbour(draft: Draft) -> Json | None:
    """The endpoint that a draft makes, in DescribeVpcEndpoints shape with `address`."""
    taken = taken_defaults(draft.operation, draft.request, draft.unknown, draft.sender_defaults)
    endpoint = endpoint_after(draft.operation, draft.request, None, draft.unknown, defaults=taken)
    return None if endpoint is None else {**endpoint, "address": draft.address}


def _neighbours_from(source: Stack) -> Iterator[Json]:
    """The endpoints that a stack surely has, for one that imports from it."""
    where = f"{source.file}: " if source.file else ""
    for name, stack, is_sure in source.members():
        unsure = stack.unsure_names() if is_sure else stack.names()
        for draft in stack.drafts():
            endpoint = as_neighbour(_name_within(draft, name))
            if endpoint is not None and draft.address not in unsure:
                yield {**endpoint, "address": f"{where}{endpoint['address']}"}


def _sources(stacks: list[Stack]) -> Iterator[Stack]:
    """The other stacks from which values were imported, directly or through others."""
    found = {id(stack) for stack in stacks}
    pending = [source for stack in stacks for source in stack.sources()]
    while pending:
        source = pending.pop(0)
        if id(source) not in found:
            found.add(id(source))
            yield source
            pending += source.sources()


def _name_within(draft: Draft, stack: str) -> Draft:
    """A draft of a nested stack, as its parent names it."""
    if not stack:
        return draft
    named = replace(
        draft,
        address=f"{stack}: {draft.address}",
        depends_on=tuple(f"{stack}: {name}" for name in draft.depends_on),
    )
    return _each_way(named, lambda one: replace(one, apart=tuple(f"{stack}: {name}" for name in one.apart)))


def _each_way(draft: Draft, change: Callable[[Draft], Draft]) -> Draft:
    """A draft with a change of its context, and of those that are apart, in each way in which it may turn out."""
    ways = [change(draft.where(way)) for way in draft.possibilities]
    possibilities = [
        replace(way, context=w.context, apart=w.apart) for way, w in zip(draft.possibilities, ways, strict=True)
    ]
    return replace(change(draft), possibilities=tuple(possibilities))


def _not_sure(members: list[Relative]) -> Iterator[str]:
    """The addresses of endpoints that may not be there."""
    for name, stack, is_sure in members:
        inner = stack.unsure_names() if is_sure else stack.names()
        yield from (f"{name}: {one}" if name else one for one in inner)


def _apart_from(draft: Draft, not_sure: set[str]) -> Draft:
    """The draft without those endpoints of other templates beside it that may not be there."""
    template = str(draft.address).rpartition(": ")[0]
    others = sorted(name for name in not_sure if name.rpartition(": ")[0] != template)
    if not others:
        return draft
    return replace(draft, apart=(*draft.apart, *others), context={**draft.context, "VpcEndpoints": None})


def _context_from(draft: Draft, members: list[Relative], sources: list[Stack]) -> Json:
    """The context of a draft with what the other stacks tell.

    A VPC of a stack that values are imported from was there before, so it may have more than is told. Workloads of a
    stack that may not be there are not told.
    """
    context = draft.context
    for _, stack, is_sure in members:
        told = stack.surroundings().context_for(draft.request)
        context = _merge(context, told if is_sure else {n: v for n, v in told.items() if n != "Workloads"})
    for stack in sources:
        told = stack.surroundings().context_for(draft.request)
        context = _merge(
            context, {n: v for n, v in told.items() if n not in ("VpcEndpoints", "complete_for") and v != []}
        )
    return context


def _merge(context: Json, more: Json) -> Json:
    """Two contexts of one endpoint: lists together, of anything else what the first says."""
    found = {**more, **context}
    for name, items in more.items():
        if isinstance(items, list) and isinstance(context.get(name), list):
            found[name] = [*context[name], *(item for item in items if item not in context[name])]
    return found


def _without_others(context: Json) -> Json:
    """The context without the word that there are no other endpoints."""
    return {name: value for name, value in context.items() if name != "VpcEndpoints" or value != []}
