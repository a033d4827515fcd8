"""The builtins that wasm has by itself: what decides may call no others, as the embedded engine has no host for them.

They are those of `builtinsFunctions` in internal/compiler/wasm/wasm.go of OPA 1.22.2, with what its compiler rewrites.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from pydantic_core import from_json, to_json

from vpce_guard.authoring.rego.opa import CAPABILITIES

_NAMES = """
abs all and any array.concat array.flatten array.reverse array.slice base64.decode base64.encode base64.is_valid
base64url.decode base64url.encode bits.and bits.lsh bits.negate bits.or bits.rsh bits.xor ceil concat contains count
div endswith equal floor format_int glob.match graph.reachable gt gte indexof internal.member_2 internal.member_3
internal.template_string intersection is_array is_boolean is_null is_number is_object is_set is_string json.filter
json.is_valid json.marshal json.remove json.unmarshal lower lt lte max min minus mul neq net.cidr_contains
net.cidr_intersects net.cidr_overlap numbers.range object.filter object.get object.keys object.remove object.union
object.union_n or plus product re_match regex.find_all_string_submatch_n regex.is_valid regex.match rem replace round
set_diff sort split startswith strings.replace_n strings.reverse substring sum to_number trim trim_left trim_prefix
trim_right trim_space trim_suffix type_name union upper walk
assign eq internal.print print
"""
_NATIVE = frozenset(_NAMES.split())
_INSTEAD = {
    "sprintf": 'write a template string: $"{name} is wrong"',
    "time.now_ns": "take input.instant, the time of the proposal",
    "semver.compare": "compare the numbers of the versions",
    "regex.replace": "use strings.replace_n or replace",
    "regex.split": "use split, or regex.find_all_string_submatch_n",
    "strings.any_prefix_match": "write `some prefix in prefixes; startswith(text, prefix)`",
    "strings.any_suffix_match": "write `some suffix in suffixes; endswith(text, suffix)`",
}


@cache
def missing_builtins() -> frozenset[str]:
    """The builtins that tests may use and what decides may not."""
    return frozenset(one["name"] for one in from_json(CAPABILITIES.read_bytes())["builtins"]) - _NATIVE


@cache
def native_capabilities() -> bytes:
    """The packaged capabilities without them, as opa reads them."""
    whole = from_json(CAPABILITIES.read_bytes())
    return to_json({**whole, "builtins": [one for one in whole["builtins"] if one["name"] in _NATIVE]})


def write_capabilities(folder: Path) -> Path:
    """That document as a file in a folder."""
    path = folder / "capabilities.json"
    path.write_bytes(native_capabilities())
    return path


def why_missing(name: str) -> str:
    """What to do about a builtin that is not there."""
    return f"{name} is not in wasm, in which policies run" + (f": {_INSTEAD[name]}" if name in _INSTEAD else "")


def explain_missing(said: str) -> str:
    """What opa says, with what to do where a function is undefined because wasm has it not."""

    def explain(found: re.Match[str]) -> str:
        return f"{found[0]}: {why_missing(found[1])}" if found[1] in missing_builtins() else found[0]

    return re.sub(r"undefined function ([\w.]+)", explain, said)
