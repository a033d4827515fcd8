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
from pathlib import Path, PurePosixPath

from vpce_guard.archives import unpack
from vpce_guard.authoring.build import compiled
from vpce_guard.authoring.opa import require_version
from vpce_guard.bundle import Bundle
from vpce_guard.errors import BundleError
from vpce_guard.model import Json

_MOST_FILES = 10_000
_MAIN = "vpce.main"
_RULES = "vpce.rules."
_NAMED = re.compile(r"\bdata\.(vpce(?:\.\w+)+)")
_DATA = re.compile(r"\bdata\b(?!\.vpce\.(?:lib|services|rules|revision)\b|\.org\b)")  # named in no way that is followed
_PLAIN = re.compile(r'\$?"(?:[^"\\\n]|\\.)*"|\$?`[^`]*`|#.*')  # strings and comments


@dataclass(frozen=True)
class Affected:
    """The rules to ask again, by `family.name`; `others_too` is true where waivers or reach may be others."""

    rules: frozenset[str]
    others_too: bool


def affected(recorded: Bundle, candidate: Bundle, *, org: bool) -> Affected | None:
    """What may answer otherwise under the candidate, and where `org` is true under other org data; None: everything."""
    before, after = _Sources.of(recorded), _Sources.of(candidate)
    if before is None or after is None or before.rest != after.rest:
        return None
    if (recorded.data, recorded.catalogue.opa_version) != (candidate.data, candidate.catalogue.opa_version):
        return None
    if before.packages[_MAIN] != after.packages[_MAIN]:
        return None
    rules = {
        package.removeprefix(_RULES)
        for package in after.packages
        if package.startswith(_RULES)
        and (before.digest(package) != after.digest(package) or (org and after.reads_org(package)))
    }
    return Affected(frozenset(rules), org or before.digest(_MAIN) != after.digest(_MAIN))


def only(bundle: Bundle, rules: frozenset[str], opa: str) -> Bundle:
    """A bundle for the embedded engine with no other rules. Raises BundleError where it cannot be compiled."""
    require_version(opa)
    contents = _unpacked(bundle)
    with tempfile.TemporaryDirectory() as work:
        stage = Path(work) / "rego"
        for name, content in contents.items():
            package = _package(name)
            if not package.startswith(_RULES) or package.removeprefix(_RULES) in rules:
                path = stage / name.lstrip("/")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        wasm = compiled(stage, Path(work) / "wasm.tar.gz", source=stage, opa=opa)
    return Bundle(catalogue=bundle.catalogue, files={"policy.wasm": wasm})


def merged(answer: Json, again: Json, asked: frozenset[str], there: Mapping[str, object]) -> Json:
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

    packages: Mapping[str, bytes]
    names: Mapping[str, frozenset[str]]
    org: frozenset[str]
    rest: Json

    @classmethod
    def of(cls, bundle: Bundle) -> _Sources | None:
        """None where the text does not tell what depends on what."""
        packages: dict[str, bytes] = {}
        rest: Json = {}
        for name, content in sorted(_unpacked(bundle).items()):
            if name.endswith(".rego"):
                decides = _PLAIN.sub(_without_comments, content.decode()).encode()
                packages[_package(name)] = packages.get(_package(name), b"") + decides + b"\0"
            elif name.endswith(".manifest"):
                rest = {**json.loads(content), "revision": None}
        code = {package: content.decode() for package, content in packages.items()}
        if _MAIN not in code or any(_DATA.search(_PLAIN.sub(_inserted, text)) for text in code.values()):
            return None
        names = {
            package: frozenset(_known(found, packages) for found in _NAMED.findall(text)) - {""}
            for package, text in code.items()
        }
        org = frozenset(package for package, text in code.items() if re.search(r"\bdata\.org\b", text))
        return cls(packages, names, org, rest)

    def digest(self, package: str) -> str:
        """A hash of everything a package depends on; "" where there is no such package."""
        if package not in self.packages:
            return ""
        content = hashlib.sha256()
        for one in sorted(self._closure(package)):
            content.update(hashlib.sha256(one.encode() + b"\0" + self.packages[one]).digest())
        return content.hexdigest()

    def reads_org(self, package: str) -> bool:
        """Whether a package or one it depends on reads org data."""
        return bool(self._closure(package) & self.org)

    def _closure(self, package: str) -> set[str]:
        found, left = {package}, [package]
        while left:
            for name in self.names[left.pop()] - found:
                found.add(name)
                left.append(name)
        return found


def _inserted(text: re.Match[str]) -> str:
    """What is code in a string or comment: the insertions of a template string."""
    return " ".join(re.findall(r"\{([^{}]*)\}", text[0])) if text[0].startswith("$") else " "


def _without_comments(text: re.Match[str]) -> str:
    """METADATA are comments: the catalogue has them."""
    return "" if text[0].startswith("#") else text[0]


def _known(name: str, packages: Mapping[str, bytes]) -> str:
    """The package that a reference is into; "" for none: static data, or the rules that main walks."""
    parts = name.split(".")
    return next((p for end in range(len(parts), 1, -1) if (p := ".".join(parts[:end])) in packages), "")


def _package(name: str) -> str:
    return ".".join(PurePosixPath(name.lstrip("/")).parent.parts)


def _unpacked(bundle: Bundle) -> Mapping[str, bytes]:
    try:
        return unpack(bundle.files["vpce.tar.gz"], members=_MOST_FILES)
    except KeyError:
        raise BundleError("The bundle holds no Rego.") from None
