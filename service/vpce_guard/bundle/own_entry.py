"""The Rego by which vpce.main asks the rules of an own source; vpce.main itself names the built-in ones alone."""

from __future__ import annotations

import json

from vpce_guard.bundle.source_folders import OwnSource

_ENTRY = """package vpce.main

violations contains {{"rule": $"{root}.{{family}}.{{name}}", "deny": deny}} if {{
	some family in _families_of_{root}
	some name
	some deny in data.{root}.rules[family][name].deny
}}

undetermined contains {{"rule": $"{root}.{{family}}.{{name}}", "undetermined": why}} if {{
	some family in _families_of_{root}
	some name
	some why in data.{root}.rules[family][name].undetermined
	count(data.{root}.rules[family][name].deny) == 0
}}

_families_of_{root} := [family |
	some family, types in {families}
	some type in types
	type in ["*", _type]
]
"""


def entry_name(own: OwnSource) -> str:
    """The name of that file in a bundle."""
    return f"vpce/main/asks_{own.root}.rego"


def entry_text(own: OwnSource) -> str:
    """That file: its families are asked for the endpoint types that source.yaml names."""
    families = {family: own.types_of(family) or ["*"] for family in own.description.families}
    return _ENTRY.format(root=own.root, families=json.dumps(families))
