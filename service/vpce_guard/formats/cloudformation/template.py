"""CloudFormation templates, as JSON or YAML, and change sets.

Each AWS::EC2::VPCEndpoint becomes a create; what of it depends on things that only AWS knows is unknown, or stands as
the expression that gives it, where rules can compare that. Source: the AWS CloudFormation template reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from vpce_guard.errors import MalformedError, Pointer, VpceGuardError
from vpce_guard.formats.cloudformation import macros
from vpce_guard.formats.cloudformation.change_set import is_change_set, read_change_set
from vpce_guard.formats.cloudformation.context import TemplateContext
from vpce_guard.formats.cloudformation.properties import endpoint_request
from vpce_guard.formats.cloudformation.values import Values
from vpce_guard.formats.cloudformation.words import ENDPOINT, UNKNOWN, escape, template_error
from vpce_guard.formats.document import TOOL_DEFAULTS, Document, Draft, Extras
from vpce_guard.formats.text import read_text
from vpce_guard.model import Json

NAME = "cloudformation"
STACK = "AWS::CloudFormation::Stack"
STACK_SET = "AWS::CloudFormation::StackSet"
_MOST_BODY = 1 << 20  # bytes, more than CloudFormation takes
_MOST_DEPTH = 5
_PARTITIONS = {"cn-": ("aws-cn", "amazonaws.com.cn"), "us-gov-": ("aws-us-gov", "amazonaws.com")}


def detect(document: Any) -> bool:
    """Whether the document looks like a template or a change set."""
    if not isinstance(document, dict):
        return False
    if is_change_set(document):
        return True
    resources = document.get("Resources")
    return (
        "AWSTemplateFormatVersion" in document
        or _has_types(resources)
        or ("Transform" in document and isinstance(resources, dict))
    )


def read(document: Any, given: Extras) -> Document:
    """A draft for each endpoint of the template that is created, or may be.

    Raises MalformedError for what CloudFormation would refuse, and for templates with macros of one's own: what those
    make of it is known only to CloudFormation.
    """
    if is_change_set(document):
        return read_change_set(document, given)
    return _Template(_expand(document, given), given).read()


def _expand(document: Any, given: Extras) -> macros.ExpandedTemplate:
    _check(document)
    template = macros.expand(document, given.parameters)
    _check_resources(template.body)
    return template


class _Template:
    """One template with what is given for it."""

    def __init__(self, template: macros.ExpandedTemplate, given: Extras, *, depth: int = 0) -> None:
        self._template = template
        self._depth = depth
        self._children: dict[str, _Template | None] = {}
        self._known_surroundings: dict[str | None, TemplateContext] = {}
        self._resources: Json = template.body["Resources"]
        self._given = given
        self._context = _environment(given)
        self._values = Values(
            template.body,
            given.parameters,
            _pseudo(self._context, given),
            has_macros=template.has_macros,
            scope=given.scope,
            outputs=self._output,
        )
        self._names = [name for name, body in self._resources.items() if _kind(body) == ENDPOINT]

    def read(self) -> Document:
        """The drafts of the template and of the nested stacks whose templates lie beside it."""
        nested = [(name, child) for name in self._resources if (child := self._child(name)) is not None]
        notes = [*self._template.notes, *self._not_read()]
        drafts = [draft for name in self._names for draft in self._drafts(name)]
        for name, child in nested:
            inner = child.read()
            drafts += [_name_within(draft, name) for draft in inner.drafts]
            notes += [f"{name}: {note}" for note in inner.notes]
        if nested:
            children = [child for _, child in nested]
            drafts = [replace(d, context=self._with_all(d, children)) for d in drafts]
            drafts = [_apart_from(d, self._not_sure()) for d in drafts]
        if notes:  # what is not read may hold endpoints of the same VPC
            drafts = [replace(d, context=_without_others(d.context)) for d in drafts]
        return Document(drafts=tuple(drafts), notes=tuple(notes))

    def _not_sure(self) -> set[str]:
        """The addresses of endpoints, those of nested stacks included, that may not be there."""
        found = {name for name in self._names if self._values.existence(name) is UNKNOWN}
        for stack, child in self._children.items():
            if child is not None:
                sure = self._values.existence(stack) is True
                inner = child._not_sure() if sure else set(child._names)  # noqa: SLF001
                found |= {f"{stack}: {name}" for name in inner}
        return found

    def _with_all(self, draft: Draft, children: list[_Template]) -> Json:
        """The context of a draft with what the other templates tell."""
        context = draft.context
        for template in (self, *children):
            context = _merge(context, template._surroundings(None).context_for(draft.request))  # noqa: SLF001
        return context

    def _child(self, name: str) -> _Template | None:
        """The template of a nested stack that lies beside this one; None for what is none or cannot be read."""
        if name not in self._children:
            self._children[name] = None
            body = self._resources[name]
            if self._values.existence(name) is False or self._depth >= _MOST_DEPTH:
                return None
            if _kind(body) == STACK:
                self._children[name] = self._open(name, body)
            elif _kind(body) == STACK_SET:
                self._children[name] = self._open_body(name)
        return self._children[name]

    def _open(self, name: str, body: Json) -> _Template | None:
        properties = self._values.resource(name, STACK) or {}
        metadata = body.get("Metadata")
        places = [properties.get("TemplateURL"), metadata.get("aws:asset:path") if isinstance(metadata, dict) else None]
        for place in places:
            text = None
            if isinstance(place, str) and "://" not in place and self._given.open_beside is not None:
                text = self._given.open_beside(place)
            if text is None or not isinstance(text.value, dict) or not detect(text.value):
                continue
            passed = properties.get("Parameters")
            own = {n: v for n, v in self._given.parameters.items() if n.startswith("AWS::")} | self._pseudo_context()
            given = replace(
                self._given,
                text=text,
                parameters={**own, **(passed if isinstance(passed, dict) else {})},
                scope=f"{self._given.scope}{name}/",
            )
            return _Template(_expand(text.value, given), given, depth=self._depth + 1)
        return None

    def _open_body(self, name: str) -> _Template | None:
        """The template that a stack set carries; in which Regions and accounts it is used is not known."""
        body = (self._values.resource(name, STACK_SET) or {}).get("TemplateBody")
        if not isinstance(body, str):
            return None
        try:
            text = read_text(body.encode(), file=name, limit=_MOST_BODY, yaml_limit=_MOST_BODY)
        except VpceGuardError:
            return None
        if not isinstance(text.value, dict) or not detect(text.value):
            return None
        given = Extras(scope=f"{self._given.scope}{name}/")
        return _Template(_expand(text.value, given), given, depth=self._depth + 1)

    def _pseudo_context(self) -> Json:
        names = {"Region": "AWS::Region", "AccountId": "AWS::AccountId"}
        return {names[member]: value for member, value in self._context.items() if member in names}

    def _output(self, stack: str, output: str) -> Any:
        """What a nested stack puts out under a name."""
        child = self._child(stack)
        outputs = child._template.body.get("Outputs") if child else None  # noqa: SLF001
        told = outputs.get(output) if isinstance(outputs, dict) else None
        if child is None or not isinstance(told, dict):
            return UNKNOWN
        return child._values.evaluate(told.get("Value"), f"/Outputs/{escape(output)}/Value")  # noqa: SLF001

    def _drafts(self, name: str) -> Iterator[Draft]:
        exists = self._values.existence(name)
        if exists is False:
            return
        assumed = self._resources[name]["Condition"] if exists is UNKNOWN else None
        values = self._values_where(assumed)
        request, unknown = endpoint_request(values.resource(name, ENDPOINT) or {}, keep_vpc=not self._vpc_is_told)
        apart = {other: values.existence(other) for other in self._names if other != name}
        place = self._template.origin.get(name, f"/Resources/{escape(name)}")
        yield Draft(
            operation="create",
            request=request,
            unknown=unknown,
            context=self._context_for(request, assumed, may_be=UNKNOWN in apart.values()),
            address=name,
            sender_defaults=TOOL_DEFAULTS,
            depends_on=_dependencies(self._resources, name),
            apart=tuple(other for other, there in apart.items() if there is not True),
            locations=self._given.locations(
                {"": place, "/request": f"{place}/Properties", **_tag_locations(place)}, literal=True
            ),
        )

    def _context_for(self, request: Json, assumed: str | None, *, may_be: bool) -> Json:
        """The context; where another endpoint of the template may or may not be there, the others are not told."""
        context = {**self._surroundings(assumed).context_for(request), **self._context}
        if may_be:
            return {**context, "VpcEndpoints": None}
        return self._without_own(context)

    def _without_own(self, context: Json) -> Json:
        """The context given for all without the endpoints of this stack, which are no rivals of themselves."""
        given = self._given.context.get("VpcEndpoints")
        if "VpcEndpoints" in context or not isinstance(given, list):
            return context
        own = {e.get("VpcEndpointId") for e in given if isinstance(e, dict) and self._is_own(e)} - {None}
        if not own:
            return context
        context["VpcEndpoints"] = [e for e in given if not (isinstance(e, dict) and e.get("VpcEndpointId") in own)]
        tables = context.get("RouteTables", self._given.context.get("RouteTables"))
        if isinstance(tables, list):
            context["RouteTables"] = [_without_routes(table, own) for table in tables]
        return context

    def _is_own(self, endpoint: Json) -> bool:
        tags = endpoint.get("Tags")
        said = {t.get("Key"): t.get("Value") for t in tags if isinstance(t, dict)} if isinstance(tags, list) else {}
        stack = self._given.parameters.get("AWS::StackName")
        if said.get("aws:cloudformation:logical-id") not in self._names:
            return False
        return stack is None or said.get("aws:cloudformation:stack-name") == stack

    @property
    def _vpc_is_told(self) -> bool:
        """Whether the context given for all is about one VPC, which then is the one meant."""
        return bool(self._given.context.get("Vpc") or self._given.context.get("VpcEndpoints") is not None)

    def _values_where(self, condition: str | None) -> Values:
        return self._values if condition is None else self._values.assuming(condition)

    def _surroundings(self, condition: str | None) -> TemplateContext:
        if condition not in self._known_surroundings:
            self._known_surroundings[condition] = self._look_around(condition)
        return self._known_surroundings[condition]

    def _look_around(self, condition: str | None) -> TemplateContext:
        account = {**self._given.context, **self._context}.get("AccountId")
        known = account if isinstance(account, str) else None
        return TemplateContext(self._resources, self._values_where(condition), known)

    def _not_read(self) -> Iterator[str]:
        """What may hold endpoints and is not read, in words."""
        for name, body in self._resources.items():
            kind = _kind(body)
            if self._values.existence(name) is False:
                continue
            if kind == STACK and self._child(name) is None:
                where = (body.get("Properties") or {}).get("TemplateURL")
                yield f"the nested stack {name} ({kind}) is not read: give its template, {where}, too"
            elif (kind == STACK_SET and self._child(name) is None) or kind.endswith("::MODULE"):
                yield f"{name} ({kind}) is not read: give its template too"


def _kind(body: Any) -> str:
    """The type of a resource."""
    return str(body.get("Type")) if isinstance(body, dict) else ""


def _name_within(draft: Draft, stack: str) -> Draft:
    """A draft of a nested stack, as its parent names it."""
    return replace(
        draft,
        address=f"{stack}: {draft.address}",
        depends_on=tuple(f"{stack}: {name}" for name in draft.depends_on),
        apart=tuple(f"{stack}: {name}" for name in draft.apart),
    )


def _apart_from(draft: Draft, not_sure: set[str]) -> Draft:
    """The draft without those endpoints of other templates beside it that may not be there."""
    template = str(draft.address).rpartition(": ")[0]
    others = sorted(name for name in not_sure if name.rpartition(": ")[0] != template)
    if not others:
        return draft
    return replace(draft, apart=(*draft.apart, *others), context={**draft.context, "VpcEndpoints": None})


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


def _without_routes(table: Any, gateways: set[Any]) -> Any:
    """A route table without the routes through some endpoints."""
    routes = table.get("Routes") if isinstance(table, dict) else None
    if not isinstance(routes, list):
        return table
    return {**table, "Routes": [r for r in routes if not (isinstance(r, dict) and r.get("GatewayId") in gateways)]}


def _dependencies(resources: Json, name: str) -> tuple[str, ...]:
    """The logical ids that CloudFormation creates before a resource because it says so, directly or through others."""
    found: dict[str, None] = {}
    pending = [name]
    while pending:
        named = resources.get(pending.pop(), {})
        says = named.get("DependsOn") if isinstance(named, dict) else None
        for other in says if isinstance(says, list) else [says]:
            if isinstance(other, str) and other in resources and other not in found:
                found[other] = None
                pending.append(other)
    return tuple(found)


def _tag_locations(place: str) -> dict[str, str]:
    tags = f"{place}/Properties/Tags"
    return {"/request/TagSpecifications": tags, "/request/TagSpecifications/0/Tags": tags}


def _environment(given: Extras) -> Json:
    """Region and account, as far as parameters say them; the context given for all says them too."""
    said = {"Region": given.parameters.get("AWS::Region"), "AccountId": given.parameters.get("AWS::AccountId")}
    return {name: value for name, value in said.items() if value is not None}


def _pseudo(context: Json, given: Extras) -> Json:
    known = {**given.context, **context}
    pseudo = {name: value for name, value in given.parameters.items() if name.startswith("AWS::")}
    if isinstance(known.get("AccountId"), str):
        pseudo.setdefault("AWS::AccountId", known["AccountId"])
    if isinstance(region := known.get("Region"), str):
        prefix = next((start for start in _PARTITIONS if region.startswith(start)), "")
        partition, suffix = _PARTITIONS.get(prefix, ("aws", "amazonaws.com"))
        for name, value in (("Region", region), ("Partition", partition), ("URLSuffix", suffix)):
            pseudo.setdefault(f"AWS::{name}", value)
    return pseudo


def _has_types(resources: Any) -> bool:
    if not isinstance(resources, dict):
        return False
    return any(
        name.startswith("Fn::") or (isinstance(body, dict) and isinstance(body.get("Type"), str))
        for name, body in resources.items()
    )


def _check(document: Any) -> None:
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        raise MalformedError(
            "This is not a CloudFormation template.",
            advice="A template is an object with `Resources`.",
            pointers=(Pointer(pointer="/Resources", code="missing", detail="must be an object"),),
        )


def _check_resources(document: Json) -> None:
    for name, body in document["Resources"].items():
        if not isinstance(body, dict) and not name.startswith("Fn::"):
            raise template_error(f"/Resources/{escape(name)}", "must be an object")
