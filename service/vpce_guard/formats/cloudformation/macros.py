"""What transforms make of a template, as far as they are public.

AWS::LanguageExtensions is carried out here. SAM and the others that AWS publishes add resources of their own and leave
the network as it is, so the rest of the template is read as it stands. A macro of one's own may change anything.
Sources: the AWS CloudFormation user guide, transform reference; the AWS SAM specification.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from vpce_guard.errors import MalformedError, Pointer
from vpce_guard.formats.cloudformation.loops import Loops, has_loops
from vpce_guard.formats.cloudformation.modules import InlinedTemplate, put_in_place
from vpce_guard.formats.cloudformation.words import ENDPOINT, MACRO, may_change_all
from vpce_guard.model import Json

_LEAVE_ENDPOINTS_ALONE = re.compile(
    r"AWS::(LanguageExtensions|Serverless-.*|SecretsManager-.*|CodeDeployBlueGreen|CodeStar|ServiceCatalog.*)"
)
_INCLUDE = "AWS::Include"
_ADVICE = "Create a change set and send what `aws cloudformation get-template --template-stage Processed` prints."


@dataclass(frozen=True)
class ExpandedTemplate:
    """A template without loops and, as far as they are at hand, modules.

    `origin` tells where a resource stands that a loop or module made, by logical id, and `of_modules` which a module
    did; `notes` what could not be read, in words; `has_macros` that there are resources which the template does not
    spell out; `open_to` the macro of one's own that may change every resource.
    """

    body: Json
    origin: Mapping[str, str] = field(default_factory=dict)
    of_modules: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    has_macros: bool = False
    open_to: str | None = None


def expand(
    document: Json, parameters: Mapping[str, Any], open_module: Callable[[str], Json | None] | None = None
) -> ExpandedTemplate:
    """The template as its public transforms leave it, with the modules in place that `open_module` gives by type.

    Raises MalformedError for a macro of one's own where no endpoint is spelled out: it may make any.
    """
    named = _transforms(document.get("Transform"))
    snippets = [_snippet_name(part[MACRO]) for part in (document, document["Resources"]) if MACRO in part]
    foreign = [n for n in (*named, *snippets) if not _LEAVE_ENDPOINTS_ALONE.fullmatch(n) and n != _INCLUDE]
    notes = list(_notes_on_snippets(document["Resources"]))
    if foreign:
        if not _spells_endpoints(document["Resources"]):
            raise _macro_error("/Transform" if foreign[0] in named else "/Resources/Fn::Transform", foreign[0])
        told = f"the macro {foreign[0]} may change every resource, so its endpoints are not judged as they stand"
        notes.append(f"{told}. {_ADVICE.removesuffix('.')}")
    if _INCLUDE in (*named, *snippets):
        notes.append("what AWS::Include adds to the template is not read: give that file too")
    inlined = put_in_place(document, open_module) if open_module else InlinedTemplate(document)
    loops = Loops(inlined.body, parameters) if has_loops(inlined.body) else None
    body = loops.body() if loops else inlined.body
    resources = {n: b for n, b in body["Resources"].items() if n != MACRO}
    return ExpandedTemplate(
        body={**body, "Resources": resources},
        origin={**inlined.origin, **(loops.origin if loops else {})},
        of_modules=frozenset(inlined.origin),
        notes=(*notes, *(loops.notes if loops else ())),
        has_macros=bool(set(named) - {"AWS::LanguageExtensions"})
        or bool(notes)
        or any(MACRO in part for part in document.values() if isinstance(part, dict))
        or bool(loops and loops.notes),
        open_to=foreign[0] if foreign else None,
    )


def _spells_endpoints(resources: Json) -> bool:
    return any(isinstance(body, dict) and body.get("Type") == ENDPOINT for body in resources.values())


def _notes_on_snippets(resources: Json) -> Iterator[str]:
    """Which resources a macro of their own makes, and which endpoints it may change, in words."""
    for name, body in resources.items():
        if name == MACRO or not isinstance(body, dict):
            continue
        if MACRO in body and "Type" not in body:
            yield f"what {_snippet_name(body[MACRO])} makes of {name} is not read"
        for part in (body, body.get("Properties")) if body.get("Type") == ENDPOINT else ():
            if isinstance(part, dict) and may_change_all(part):
                yield f"the macro {_snippet_name(part[MACRO])} may change {name}, so it is not judged as it stands"


def _transforms(value: Any) -> list[str]:
    """The names of the transforms that a template lists."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [_snippet_name(item) for item in items]


def _snippet_name(value: Any) -> str:
    return str(value.get("Name")) if isinstance(value, dict) else str(value)


def _macro_error(pointer: str, name: str) -> MalformedError:
    return MalformedError(
        f"The template is not final: {pointer} uses the macro {name}, which only CloudFormation can apply.",
        advice=_ADVICE,
        pointers=(Pointer(pointer=pointer, code="transform", detail="macros are not applied here"),),
    )
