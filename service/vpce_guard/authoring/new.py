"""Scaffold a rule folder: rule, METADATA, a Rego test and examples, all of which already run.

What the author has to write holds the word PLACEHOLDER, which lint refuses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from vpce_guard.authoring.rego import metadata
from vpce_guard.bundle import derived, example_files
from vpce_guard.bundle.rules import package_of
from vpce_guard.bundle.source_folders import DESCRIPTION, OwnSource, Sources, open_sources
from vpce_guard.errors import SettingsError
from vpce_guard.formats.aws.input_schema import members_of
from vpce_guard.model import EnforcementAction, Json, Severity

PLACEHOLDER = "TODO"

_RULE = """\
# METADATA
# title: {title}
# description: "TODO: what the rule demands, and of which endpoints, in a sentence or two."
# related_resources:
# - ref: {page}
#   description: "TODO: what that page says. Instead of it, or beside it, there may be `aws` facts."
# custom:
#   id: {rule_id}
#   kind: {kind}
#   severity: {severity}
#   enforcement_action: {action}
#   effect: {effect}
#   remediation: "TODO: what to do about it."
#   reads: [{reads}]{optional}
package {package}

deny contains {{"message": message, "path": "/request/ServiceName"}} if {{
	input.operation == "create"
	input.request.ServiceName == "TODO"
	message := $"the service is {{input.request.ServiceName}}"
}}
"""

_PARTS = ("request", "context", "current", "intent", "labels", "org")
_ALWAYS_KNOWN = ("time", "Partition", "complete_for")  # or nothing is said where it is absent
_OBJECTS = ("Kubernetes", "predecessor")
_NOT_KNOWN = {
    "context": """
undetermined contains {{"reason": reason, "missing": ["{pointer}"]}} if {{
	input.operation == "create"
	not input.context.{member}
	reason := "the context does not tell {member}"
}}
""",
    "request": """
undetermined contains {{"reason": reason, "missing": ["{pointer}"]}} if {{
	input.operation == "create"
	"{pointer}" in input.unknown
	reason := "{member} is not known yet"
}}
""",
}

_TEST = """\
package {package}_test

import data.{package} as rule
import data.vpce.testing.fixture

test_an_ordinary_endpoint_passes if rule.deny == set() with input as fixture.interface({{}})

test_a_todo_is_reported if {{
	rule.deny == {{{{
		"message": "the service is TODO",
		"path": "/request/ServiceName",
	}}}} with input as fixture.interface({{"ServiceName": "TODO"}})
}}
"""

_EXAMPLES = """\
examples:
  pass:
  - name: another service
{also}    request: {{VpcEndpointType: {type}, VpcId: vpc-0a000001, ServiceName: com.amazonaws.us-east-1.sqs}}
  - name: and one more
{also}    request: {{VpcEndpointType: {type}, VpcId: vpc-0a000001, ServiceName: com.amazonaws.us-east-1.sns}}
  fail:
  - name: a service still to be named
{also}    request: {{VpcEndpointType: {type}, VpcId: vpc-0a000001, ServiceName: TODO}}
    violations: [{{path: /request/ServiceName}}]
  - name: the same with tags
{also}    request: {{VpcEndpointType: {type}, VpcId: vpc-0a000001, ServiceName: TODO, TagSpecifications: []}}
    violations: [{{path: /request/ServiceName}}]
"""

_UNDETERMINED = """\
  - name: {member} is not known
{also}    request: {{VpcEndpointType: {type}, VpcId: vpc-0a000001, ServiceName: com.amazonaws.us-east-1.sqs}}
{how}    missing: [{pointer}]
"""

_ID_WORDS = {"eni": "IFACE"}
_BUILT_IN_FAMILIES = ("common", "eni", "iface", "gw", "gwlb", "org")
_TYPES = {"gw": "Gateway", "gwlb": "GatewayLoadBalancer"}
_ACTIONS: dict[Severity, EnforcementAction] = {"error": "deny", "warning": "warn", "info": "inform"}


@dataclass(frozen=True)
class NewRule:
    """What a new rule is to be: title and severity, and what it reads of request and context beside the service."""

    title: str | None = None
    severity: Severity = "warning"
    reads: Sequence[str] = ()
    rule_id: str | None = None


@dataclass(frozen=True)
class Scaffold:
    """What was written: the id of the rule, and its files, the rule first."""

    rule_id: str
    files: tuple[Path, ...]


def scaffold(source: Path | Sources, family: str, name: str, new: NewRule | None = None) -> Scaffold:
    """A new rule in the sources, whose tests pass; lint names what is still to be written.

    Raises SettingsError for a bad or taken name or id, and for a pointer that nothing can be scaffolded for.
    """
    new, sources = new or NewRule(), open_sources(source)
    own = _source_of(sources, family)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise SettingsError(f"{name!r} is not a valid rule name.", advice="Use lower-case words joined by underscores.")
    package = package_of(f"{own.root}.{family}.{name}" if own else f"{family}.{name}")
    folder = sources.place(package.replace(".", "/"))
    if folder.exists():
        raise SettingsError(f"{folder} exists already.")
    read = [_read(pointer) for pointer in dict.fromkeys(new.reads) if pointer != "/request/ServiceName"]
    needed = [(top, member) for top, member in read if top in _NOT_KNOWN and member not in _ALWAYS_KNOWN]
    others = [one for one in read if one not in needed]
    added = _members_to_add(sources, needed)
    is_org = family == "org" or own is not None
    words = {
        "package": package,
        "page": "https://policies.example.com/TODO" if own else "https://docs.aws.amazon.com/TODO",
        "title": json.dumps(new.title) if new.title else name.replace("_", " ").capitalize(),
        "kind": "org" if is_org else "documented",
        "severity": new.severity,
        "action": _ACTIONS[new.severity],
        "rule_id": _free_id(sources, _start_of_ids(family, own), new.rule_id),
        "effect": "org-decision" if is_org else "hygiene",
        "type": (own.types_of(family) or ("Interface",))[0] if own else _TYPES.get(family, "Interface"),
        "reads": ", ".join(["/request/ServiceName", *(f"/{top}/{member}" for top, member in needed)]),
        "optional": f"\n#   optional: [{', '.join(f'/{top}/{member}' for top, member in others)}]" if others else "",
        "also": _override(added),
    }
    rule, examples = _RULE.format(**words), _EXAMPLES.format(**words) + ("  undetermined:\n" if needed else "")
    for top, member in needed:
        at = {"pointer": f"/{top}/{member}", "member": member}
        rule += _NOT_KNOWN[top].format(**at)
        how = "" if member in added else f"    context_without: [{member}]\n"
        how = f"    unknown: [/request/{member}]\n" if top == "request" else how
        also = _override({name: value for name, value in added.items() if name != member})
        examples += _UNDETERMINED.format(**at, type=words["type"], how=how, also=also)
    folder.mkdir(parents=True)
    files = {f"{name}.rego": rule, f"{name}_test.rego": _TEST.format(**words), example_files.FILE: examples}
    for file, text in files.items():
        (folder / file).write_text(text)
    return Scaffold(rule_id=words["rule_id"], files=tuple(folder / file for file in files))


def _read(pointer: str) -> tuple[str, str]:
    """The part of the input that a member is in, and its name. Raises SettingsError for one that no input has."""
    found = re.fullmatch(r"/([a-z]+)/([A-Za-z][\w-]*)", pointer)
    top, member = found.groups() if found else ("", "")
    known = members_of(top)
    if top not in (*_PARTS, *_NOT_KNOWN) or (known and member not in known):
        near = get_close_matches(pointer, [f"/{part}/{name}" for part in _PARTS for name in members_of(part)], n=1)
        raise SettingsError(
            f"{pointer!r} is no member of request, current, context, intent, labels or org.",
            advice=f"Did you mean {near[0]}?" if near else "Name e.g. /context/Subnets.",
        )
    return top, member


def _members_to_add(sources: Sources, needed: Sequence[tuple[str, str]]) -> Json:
    """Members of the context that the context of examples has not, known to be empty."""
    told = derived.testing(sources)["context"]
    missing = [member for top, member in needed if top == "context" and member not in told]
    return {member: {} if member in _OBJECTS else [] for member in missing}


def _override(added: Json) -> str:
    return f"    context_override: {json.dumps(added)}\n" if added else ""


def _source_of(sources: Sources, family: str) -> OwnSource | None:
    """The own source that has a family; None where it is one of the built-in rules. Raises SettingsError."""
    having = [own for own in sources.own if family in own.description.families]
    if len(having) == 1:
        return having[0]
    if len(having) > 1:
        raise SettingsError(
            f"{having[0].folder} and {having[1].folder} both have a family {family}.",
            advice="Give the folder of the rule alone with --source.",
        )
    if sources.own:
        known = ", ".join(sorted({one for own in sources.own for one in own.description.families})) or "no family yet"
        described = sources.own[0].folder / DESCRIPTION
        raise SettingsError(
            f"Your rules have no family {family}.", advice=f"They have {known}; add one to families in {described}."
        )
    if family not in _BUILT_IN_FAMILIES:
        raise SettingsError(
            f"There is no family {family} of built-in rules.", advice=f"There are {', '.join(_BUILT_IN_FAMILIES)}."
        )
    return None


def _start_of_ids(family: str, own: OwnSource | None) -> str:
    prefix = own.description.prefix if own else "VPCE"
    return f"{prefix}-{family.upper() if own else _ID_WORDS.get(family, family.upper())}-"


def _free_id(sources: Sources, start: str, wanted: str | None) -> str:
    """The wanted id if it is free, else the one after the highest that the family has or ever had."""
    taken = {rule.id for rule in metadata.rules(sources)} | metadata.read_retired(sources).keys()
    if wanted is None:
        return f"{start}{max((int(i[-3:]) for i in taken if i.startswith(start)), default=0) + 1:03}"
    if not re.fullmatch(rf"{start}\d{{3}}", wanted):
        raise SettingsError(f"{wanted} is not an id of the family.", advice=f"Ids of that family look like {start}001.")
    if wanted in taken:
        raise SettingsError(f"{wanted} is taken.", advice="Ids are never used again, see retired.yaml.")
    return wanted
