"""Which rules of a bundle may answer otherwise than those of another, or under other org data: all others need not be
asked a second time.

A rule depends on its own package and, transitively, on the packages its text names; nothing in a bundle is found by a
computed name. Where that cannot be seen in the text every rule counts as affected.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vpce_guard.authoring.rego.build import compile_wasm
from vpce_guard.authoring.rego.opa import require_version
from vpce_guard.bundle.bundle import Bundle
from vpce_guard.model import Json
from vpce_guard.whatif.replay.texts import code_only, files, package, packages

_MAIN = "vpce.main"
_RULES = "vpce.rules."
_NAMED = re.compile(r"\bdata\.(vpce(?:\.\w+)+)")
_DATA = re.compile(r"\bdata\b(?!\.vpce\.(?:lib|services|rules|revision)\b|\.org\b)")  # named in no way that is followed


@dataclass(frozen=True)
class AffectedRules:
    """The rules to ask again, by `family.name`; `others_too` is true where waivers or reach may be others."""

    rules: frozenset[str]
    others_too: bool


def find_affected(recorded: Bundle, candidate: Bundle, *, org: bool) -> AffectedRules | None:
    """What may answer otherwise under the candidate, and where `org` is true under other org data; None: everything."""
    before, after = _Sources.read(recorded), _Sources.read(candidate)
    if before is None or after is None or before.rest != after.rest:
        return None
    if (recorded.data, recorded.catalogue.opa_version) != (candidate.data, candidate.catalogue.opa_version):
        return None
    if before.packages[_MAIN] != after.packages[_MAIN]:
        return None
    rules = {
        name.removeprefix(_RULES)
        for name in after.packages
        if name.startswith(_RULES) and (before.digest(name) != after.digest(name) or (org and after.reads_org(name)))
    }
    return AffectedRules(frozenset(rules), org or before.digest(_MAIN) != after.digest(_MAIN))


def bundle_with_rules(bundle: Bundle, rules: frozenset[str], opa: str) -> Bundle:
    """A bundle for the embedded engine with no other rules. Raises BundleError where it cannot be compiled."""
    require_version(opa)
    with tempfile.TemporaryDirectory() as work:
        stage = Path(work) / "rego"
        for name, content in files(bundle).items():
            if not package(name).startswith(_RULES) or package(name).removeprefix(_RULES) in rules:
                path = stage / name.lstrip("/")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        wasm = compile_wasm(stage, Path(work) / "wasm.tar.gz", source=stage, opa=opa)
    return Bundle(catalogue=bundle.catalogue, files={"policy.wasm": wasm})


def merge_answers(answer: Json, again: Json, asked: frozenset[str], there: Mapping[str, object]) -> Json:
    """The answer of a whole bundle, from that of the recorded one and that of the rules asked again.

    `there` are the rules of the candidate by name: what others said is dropped.
    """
    kept = {
        member: [found for found in answer[member] if found["rule"] not in asked and found["rule"] in there]
        for member in ("violations", "undetermined")
    }
    return {**again, **{member: [*kept[member], *again[member]] for member in kept}}


@dataclass(frozen=True)
class _Sources:
    """The text of each package of a bundle, and the packages it names."""

    packages: Mapping[str, str]
    names: Mapping[str, frozenset[str]]
    org: frozenset[str]
    rest: Json

    @classmethod
    def read(cls, bundle: Bundle) -> _Sources | None:
        """None where the text does not tell what depends on what."""
        found = packages(bundle)
        if _MAIN not in found or any(_DATA.search(code_only(text)) for text in found.values()):
            return None
        manifest = next((content for name, content in files(bundle).items() if name.endswith(".manifest")), b"{}")
        names = {
            one: frozenset(_known(name, found) for name in _NAMED.findall(text)) - {""} for one, text in found.items()
        }
        org = frozenset(one for one, text in found.items() if re.search(r"\bdata\.org\b", text))
        return cls(found, names, org, {**json.loads(manifest), "revision": None})

    def digest(self, name: str) -> str:
        """A hash of everything a package depends on; "" where there is no such package."""
        if name not in self.packages:
            return ""
        content = hashlib.sha256()
        for one in sorted(self._closure(name)):
            content.update(hashlib.sha256(one.encode() + b"\0" + self.packages[one].encode()).digest())
        return content.hexdigest()

    def reads_org(self, name: str) -> bool:
        """Whether a package or one it depends on reads org data."""
        return bool(self._closure(name) & self.org)

    def _closure(self, name: str) -> set[str]:
        found, left = {name}, [name]
        while left:
            for one in self.names[left.pop()] - found:
                found.add(one)
                left.append(one)
        return found


def _known(name: str, packages: Mapping[str, str]) -> str:
    """The package that a reference is into; "" for none: static data, or the rules that main walks."""
    parts = name.split(".")
    return next((p for end in range(len(parts), 1, -1) if (p := ".".join(parts[:end])) in packages), "")
