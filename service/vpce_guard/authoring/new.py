"""Scaffold a rule folder: rule, METADATA, a Rego test and examples, all of which already run."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import yaml

from vpce_guard.errors import SettingsError

_RULE = """\
# METADATA
# title: TODO say what the rule wants, in a few words
# description: TODO say the rule in one sentence.
# custom:
#   id: {rule_id}
#   kind: {kind}
#   severity: warning
#   enforcement_action: warn
#   effect: hygiene
#   remediation: TODO say what to do.
#   reads: [/request/ServiceName]
package vpce.rules.{family}.{name}

deny contains {{"message": message, "path": "/request/ServiceName"}} if {{
	input.operation == "create"
	input.request.ServiceName == "TODO"
	message := $"the service is {{input.request.ServiceName}}"
}}
"""

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

_TYPES = {"gw": "Gateway", "gwlb": "GatewayLoadBalancer"}


def scaffold(source: Path, family: str, name: str) -> list[Path]:
    """The files of a new rule under `source`. Raises SettingsError for a bad or taken name."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise SettingsError(f"{name!r} is no name for a rule.", advice="Use lower-case words joined by underscores.")
    folder = source / "vpce" / "rules" / family / name
    if folder.exists():
        raise SettingsError(f"{folder} exists already.")
    words = {
        "family": family,
        "name": name,
        "kind": "org" if family == "org" else "documented",
        "rule_id": _next_id(source, family),
        "type": _TYPES.get(family, "Interface"),
    }
    files = {f"{name}.rego": _RULE, f"{name}_test.rego": _TEST, "examples.yaml": _EXAMPLES}
    folder.mkdir(parents=True)
    for file, template in files.items():
        (folder / file).write_text(template.format(**words))
    return [folder / file for file in files]


def _next_id(source: Path, family: str) -> str:
    """The first id of the family past those in use; 900 and up, so that no catalogue number is taken."""
    taken = {
        metadata["custom"]["id"]
        for path in (source / "vpce" / "rules" / family).glob("*/*.rego")
        if not path.name.endswith("_test.rego") and (metadata := _metadata(path.read_text()))
    }
    return next(i for number in range(900, 1000) if (i := f"VPCE-{family.upper()}-{number}") not in taken)


def _metadata(text: str) -> dict[str, dict[str, str]]:
    """The METADATA of a rule file: its first block of comments."""
    head = itertools.takewhile(lambda line: line.startswith("#"), text.splitlines())
    block = "\n".join(line.removeprefix("#").removeprefix(" ") for line in head)
    loaded: dict[str, dict[str, str]] = yaml.safe_load(block.removeprefix("METADATA"))
    return loaded
