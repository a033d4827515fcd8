"""What the answer of each package depends on, from the syntax trees: the build writes it into the catalogue.

A package depends on itself and, transitively, on every package it names. Replay compares the digests of two bundles and
judges again only what a difference can reach.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vpce_guard.bundle.bundle import Package
from vpce_guard.model import Json

Name = tuple[str, ...]
MAIN: Name = ("vpce", "main")
_ENDPOINT: Name = ("vpce", "lib", "endpoint")
_TIME = frozenset({"time", "instant", "now"})
_PEERS = frozenset({"peers", "others"})  # in input, and in the library that reads them
_NO_MEANING = frozenset({"location", "annotations", "comments"})


@dataclass(frozen=True)
class Dependencies:
    """`entry`: a digest of the manifest and of vpce.main alone; "" where the trees do not tell what depends on what."""

    entry: str
    packages: dict[str, Package]


def dependencies(trees: Mapping[str, Json], manifest: Json) -> Dependencies:
    """The dependencies of the packages in `trees`, syntax trees by file name; tests must not be among them."""
    reads: dict[Name, _Reads] = {}
    for _, tree in sorted(trees.items()):
        package = tuple(str(part["value"]) for part in tree["package"]["path"][1:])
        reads.setdefault(package, _Reads(package)).add(tree)
    uses = {package: _packages_used(read, reads) for package, read in reads.items()}
    followed = MAIN in reads and all(found is not None for found in uses.values())
    closures = {package: _closure(package, uses) for package in reads}
    entry = (
        _digest([json.dumps({**manifest, "revision": None}, sort_keys=True), reads[MAIN].digest]) if followed else ""
    )
    return Dependencies(
        entry,
        {
            ".".join(package): Package(
                digest=_digest(part for one in sorted(closure) for part in (".".join(one), reads[one].digest)),
                reads_org=any(reads[one].org for one in closure),
                reads_time=reads[package].time,
                reads_peers=reads[package].peers,
            )
            for package, closure in sorted(closures.items())
        },
    )


@dataclass
class _Reads:
    """What the files of one package name."""

    package: Name
    data: set[Name] = field(default_factory=set)
    org: bool = False
    time: bool = False
    peers: bool = False
    digest: str = ""
    _imports: dict[str, Name] = field(default_factory=dict)
    _functions: set[Name] = field(default_factory=set)

    def add(self, tree: Json) -> None:
        """Add a file."""
        self.digest = _digest([self.digest, json.dumps(_meaning(tree), sort_keys=True)])
        self._imports = {}
        for entry in tree.get("imports") or []:
            reference = entry["path"]["value"]
            self._reference(reference)
            self._imports[str(entry.get("alias") or reference[-1]["value"])] = _constants(reference)[1:]
        self._functions |= {(str(rule["head"].get("name")),) for rule in tree.get("rules") or []}
        self._look(tree.get("rules"))

    def _look(self, node: Any) -> None:
        if isinstance(node, list):
            for child in self._arguments(node):
                self._look(child)
        elif isinstance(node, dict):
            kind: object = node.get("type")
            value: Any = node.get("value")
            if kind == "ref" and value[0].get("type") == "var":
                self._reference(value)
                self._look(value[1:])
            elif kind == "var":
                self._reference([node])
            elif kind == "string":
                self._names({value})
            else:
                self._look([child for key, child in node.items() if key not in _NO_MEANING])

    def _arguments(self, terms: list[Any]) -> list[Any]:
        """The terms of a call or of anything else, without the input that is handed on to a function of ours.

        That function names what it reads of it, but may read the time; `unknown_members` reads input.unknown.
        """
        head = terms[0] if len(terms) > 1 and isinstance(terms[0], dict) and terms[0].get("type") == "ref" else None
        name = _constants(head["value"]) if head else ()
        module = self._imports.get(name[0]) if len(name) > 1 else self.package if name[:1] in self._functions else None
        if name == ("object", "get") and _is_input(terms[1]) and (keys := _keys(terms[2])):
            self._reference([*terms[1]["value"], *keys] if terms[1]["type"] == "ref" else [terms[1], *keys])
            return [head, *terms[2:]]
        if module is None:
            return terms
        kept = [term for term in terms if not (isinstance(term, dict) and _is_input(term))]
        self.time |= len(kept) < len(terms) and (module, name[-1]) != (_ENDPOINT, "unknown_members")
        return kept

    def _reference(self, reference: Sequence[Json]) -> None:
        names = _constants(reference)
        if reference[0]["value"] == "data":
            self.data.add(names[1:])
            self.org |= names[1:2] == ("org",)
            return
        if reference[0]["value"] == "input":
            self.org |= len(names) == 1  # all of it, or a member with a computed name
            self.time |= names[1:] in ((), ("context",))
            self.peers |= len(names) == 1
        elif len(reference) > 1 and reference[0]["value"] == "time":
            self.time = True  # the functions of Rego that know the clock, or something that is called so
        self._names(set(names[1:]))

    def _names(self, names: set[str]) -> None:
        """Take names for what they may be members of."""
        self.time |= bool(_TIME & names)
        self.org |= "org" in names
        self.peers |= bool(_PEERS & names)


def _packages_used(read: _Reads, packages: Mapping[Name, _Reads]) -> set[Name] | None:
    """The packages that are named; None where everything under data may be."""
    found: set[Name] = set()
    roots = {package[:1] for package in packages}
    for path in read.data:
        if path[:1] == ("org",):
            continue
        if path[:1] not in roots or len(path) == 1:
            return None
        if owner := next((path[:end] for end in range(len(path), 1, -1) if path[:end] in packages), None):
            found.add(owner)
        elif read.package != MAIN or path[1:] != ("rules",):  # main asks every rule; that is no dependency of its own
            found |= {package for package in packages if package[: len(path)] == path}
    return found


def _closure(package: Name, uses: Mapping[Name, set[Name] | None]) -> set[Name]:
    found, left = {package}, [package]
    while left:
        for one in (uses[left.pop()] or set()) - found:
            found.add(one)
            left.append(one)
    return found


def _constants(reference: Sequence[Json]) -> Name:
    """The beginning of a reference that is constant."""
    names = [str(reference[0]["value"])]
    for part in reference[1:]:
        if part["type"] != "string":
            break
        names.append(str(part["value"]))
    return tuple(names)


def _keys(term: Json) -> list[Json]:
    """The texts that a key or a path of keys is made of; empty where one is computed."""
    keys: list[Json] = term["value"] if term["type"] == "array" else [term]
    return keys if all(key["type"] == "string" for key in keys) else []


def _is_input(term: Json) -> bool:
    alone = term["value"][0] if term.get("type") == "ref" and len(term["value"]) == 1 else term
    return bool(alone.get("type") == "var" and alone["value"] == "input")


def _meaning(node: Any) -> Any:
    if isinstance(node, list):
        return [_meaning(child) for child in node]
    if isinstance(node, dict):
        return {key: _meaning(child) for key, child in node.items() if key not in _NO_MEANING}
    return node


def _digest(parts: Iterable[str]) -> str:
    content = hashlib.sha256()
    for part in parts:
        content.update(f"{len(part)}:{part}".encode())
    return content.hexdigest()[:32]
