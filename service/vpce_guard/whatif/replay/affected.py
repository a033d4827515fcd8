"""Which rules of a bundle may answer otherwise than those of another, or under other org data: all others need not be
asked a second time.

The build wrote into each catalogue what a rule depends on; where it did not, every rule counts as affected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from vpce_guard.authoring.rego.build import compile_wasm
from vpce_guard.authoring.rego.opa import require_version
from vpce_guard.bundle.archive import unpack
from vpce_guard.bundle.bundle import Bundle, CatalogueFile
from vpce_guard.bundle.rules import rule_of
from vpce_guard.errors import BundleError
from vpce_guard.folders import make_temporary_folder
from vpce_guard.model import Json

_MAIN = "vpce.main"
_MOST_FILES = 10_000


@dataclass(frozen=True)
class AffectedRules:
    """The rules to ask again, by `family.name`; `others_too` is true where waivers or reach may be others."""

    rules: frozenset[str]
    others_too: bool


def find_affected(recorded: Bundle, candidate: Bundle, *, org: bool) -> AffectedRules | None:
    """What may answer otherwise under the candidate, and where `org` is true under other org data; None: everything."""
    before, after = recorded.catalogue, candidate.catalogue
    if not before.entry or before.entry != after.entry:
        return None
    if (before.data, before.own_data, before.opa_version) != (after.data, after.own_data, after.opa_version):
        return None
    rules = {
        rule
        for name, package in after.packages.items()
        if (rule := rule_of(name)) is not None and (_differs(before, after, name) or (org and package.reads_org))
    }
    return AffectedRules(frozenset(rules), org or _differs(before, after, _MAIN))


def bundle_with_rules(bundle: Bundle, rules: frozenset[str], opa: str) -> Bundle:
    """A bundle for the embedded engine with no other rules. Raises BundleError where it cannot be compiled."""
    require_version(opa)
    with make_temporary_folder() as work:
        stage = Path(work) / "rego"
        for name, content in _files(bundle).items():
            rule = rule_of(_package(name))
            if rule is None or rule in rules:
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


def _differs(before: CatalogueFile, after: CatalogueFile, name: str) -> bool:
    """Whether a package, or one it depends on, is another one."""
    old, new = before.packages.get(name), after.packages.get(name)
    return old is None or new is None or old.digest != new.digest


def _files(bundle: Bundle) -> Mapping[str, bytes]:
    """The files of a bundle's Rego archive by name. Raises BundleError where there are none."""
    try:
        return unpack(bundle.files["vpce.tar.gz"], members=_MOST_FILES)
    except KeyError:
        raise BundleError("The bundle holds no Rego.") from None


def _package(name: str) -> str:
    """The package of a file, which is its folder."""
    return ".".join(PurePosixPath(name.lstrip("/")).parent.parts)
