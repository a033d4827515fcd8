"""Scaffold a rule folder: rule, METADATA, a Rego test and examples, all of which already run.

What the author has to write holds the word PLACEHOLDER, which lint refuses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vpce_guard.authoring.rego import metadata
from vpce_guard.errors import SettingsError
from vpce_guard.model import EnforcementAction, Severity

PLACEHOLDER = "TODO"

_RULE = """\
# METADATA
# title: {title}
# description: "TODO: what the rule demands, and of which endpoints, in a sentence or two."
# related_resources:
# - ref: https://docs.aws.amazon.com/TODO
#   description: "TODO: what that page says. Instead of it, or beside it, there may be `aws` facts."
# custom:
#   id: {rule_id}
#   kind: {kind}
#   severity: {severity}
#   enforcement_action: {action}
#   effect: {effect}
#   remediation: "TODO: what to do about it."
#   reads: [{reads}]
package vpce.rules.{family}.{name}

deny contains {{"message": message, "path": "/request/ServiceName"}} if {{
	input.operation == "create"
	input.request.ServiceName == "TODO"
	message := $"the service is {{input.request.ServiceName}}"
}}
"""

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

_NOT_KNOWN_EXAMPLE = {
    "context": "context_without: [{member}]",
    "request": "unknown: [{pointer}]",
}

_TEST = """\
package vpce.rules.{family}.{name}_test

import data.vpce.rules.{family}.{name} as rule
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
pass:
- name: another service
  request: {{VpcEndpointType: {type}, VpcId: vpc-0a000001, ServiceName: com.amazonaws.us-east-1.sqs}}
- name: and one more
  request: {{VpcEndpointType: {type}, VpcId: vpc-0a000001, ServiceName: com.amazonaws.us-east-1.sns}}
fail:
- name: a service still to be named
  request: {{VpcEndpointType: {type}, VpcId: vpc-0a000001, ServiceName: TODO}}
  violations: [{{path: /request/ServiceName}}]
- name: the same with tags
  request: {{VpcEndpointType: {type}, VpcId: vpc-0a000001, ServiceName: TODO, TagSpecifications: []}}
  violations: [{{path: /request/ServiceName}}]
"""

_UNDETERMINED = """\
- name: {member} is not known
  request: {{VpcEndpointType: {type}, VpcId: vpc-0a000001, ServiceName: com.amazonaws.us-east-1.sqs}}
  {how}
  missing: [{pointer}]
"""

_ID_WORDS = {"eni": "IFACE"}
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


def scaffold(source: Path, family: str, name: str, new: NewRule | None = None) -> Scaffold:
    """A new rule under `source`, whose tests pass; lint names what is still to be written.

    Raises SettingsError for a bad or taken name or id, and for a pointer that nothing can be scaffolded for.
    """
    new = new or NewRule()
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise SettingsError(f"{name!r} is not a valid rule name.", advice="Use lower-case words joined by underscores.")
    folder = source / "vpce" / "rules" / family / name
    if folder.exists():
        raise SettingsError(f"{folder} exists already.")
    read = [_read(pointer) for pointer in dict.fromkeys(new.reads) if pointer != "/request/ServiceName"]
    words = {
        "family": family,
        "name": name,
        "title": json.dumps(new.title) if new.title else name.replace("_", " ").capitalize(),
        "kind": "org" if family == "org" else "documented",
        "severity": new.severity,
        "action": _ACTIONS[new.severity],
        "rule_id": _free_id(source, family, new.rule_id),
        "effect": "org-decision" if family == "org" else "hygiene",
        "type": _TYPES.get(family, "Interface"),
        "reads": ", ".join(["/request/ServiceName", *(f"/{top}/{member}" for top, member in read)]),
    }
    rule, examples = _RULE.format(**words), _EXAMPLES.format(**words) + ("undetermined:\n" if read else "")
    for top, member in read:
        at = {"pointer": f"/{top}/{member}", "member": member}
        rule += _NOT_KNOWN[top].format(**at)
        examples += _UNDETERMINED.format(**at, **words, how=_NOT_KNOWN_EXAMPLE[top].format(**at))
    folder.mkdir(parents=True)
    files = {f"{name}.rego": rule, f"{name}_test.rego": _TEST.format(**words), "examples.yaml": examples}
    for file, text in files.items():
        (folder / file).write_text(text)
    return Scaffold(rule_id=words["rule_id"], files=tuple(folder / file for file in files))


def _read(pointer: str) -> tuple[str, str]:
    """Where a member that may not be known is, and its name."""
    if not (found := re.fullmatch(r"/(request|context)/([A-Za-z]\w*)", pointer)):
        raise SettingsError(
            f"{pointer!r} is not a member of request or context.",
            advice="Name e.g. /context/Subnets; what else the rule reads is added to METADATA by hand.",
        )
    return found[1], found[2]


def _free_id(source: Path, family: str, wanted: str | None) -> str:
    """The wanted id if it is free, else the one after the highest that the family has or ever had."""
    taken = {rule.id for rule in metadata.rules(source)} | metadata.read_retired(source).keys()
    start = f"VPCE-{_ID_WORDS.get(family, family.upper())}-"
    if wanted is None:
        return f"{start}{max((int(i[-3:]) for i in taken if i.startswith(start)), default=0) + 1:03}"
    if not re.fullmatch(rf"{start}\d{{3}}", wanted):
        raise SettingsError(
            f"{wanted} is not an id of the family {family}.", advice=f"Ids of that family look like {start}001."
        )
    if wanted in taken:
        raise SettingsError(f"{wanted} is taken.", advice="Ids are never used again, see rego/retired.yaml.")
    return wanted
