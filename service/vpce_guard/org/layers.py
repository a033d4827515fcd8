"""Layers of org data: a lower one may tighten; it loosens only what every layer above that set it leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vpce_guard.bundle.rules import Rule
from vpce_guard.model import Json
from vpce_guard.org import tighter

_LEVELS = {"unit": 0, "account": 1, "environment": 2}
_NOT_SECTIONS = {
    *("name", "level", "accounts_in", "environments_in", "open", "owner", "file"),
    *("layers", "environments", "clusters", "profile", "missing_context", "waiver_policy"),
    *("waiver_files", "known_names"),
}
TOP = "organisation"

_Path = tuple[str, ...]
_History = dict[_Path, list[tuple[str, list[str], Any]]]  # per member: layer, what it leaves open, value after it


@dataclass(frozen=True)
class MergedSections:
    """Sections, the layers each value comes from by JSON Pointer, and what was looser than allowed."""

    sections: Json
    origins: Mapping[str, tuple[str, ...]]
    looser: tuple[tuple[int, str, str], ...]  # layer number, pointer below the layer, message


def chain(document: Json, account: str | None, environment: str | None) -> tuple[int, ...]:
    """The numbers of the layers that hold for an account and an environment, from the top down."""
    holding = [
        (_LEVELS[layer["level"]], number)
        for number, layer in enumerate(document.get("layers") or [])
        if _is_among(account, layer.get("accounts_in")) and _is_among(environment, layer.get("environments_in"))
    ]
    return tuple(number for _, number in sorted(holding))


def undecided_layers(document: Json, account: str | None, environment: str | None) -> Iterator[tuple[Json, str]]:
    """Layers that may hold, and the context member that would tell."""
    for layer in document.get("layers") or []:
        for known, members, teller in (
            (account, layer.get("accounts_in"), "/context/AccountId"),
            (environment, layer.get("environments_in"), "/context/AccountId"),
        ):
            if known is None and members is not None:
                yield layer, teller


def merge(document: Json, numbers: tuple[int, ...], rules_by_id: Mapping[str, Rule]) -> MergedSections:
    """The organisation's own sections with those layers over them."""
    result: Json = {}
    origins: dict[str, tuple[str, ...]] = {}
    history: _History = {}
    looser: list[tuple[int, str, str]] = []
    for number, layer in [(-1, document), *((n, document["layers"][n]) for n in numbers)]:
        name = TOP if number < 0 else layer["name"]
        changed = dict(leaves(layer))
        if number >= 0:
            looser += [(number, pointer(path), message) for path, message in _is_looser(changed, history, rules_by_id)]
        for path, value in changed.items():
            holder, place = result, pointer(path)
            for part in path[:-1]:
                holder = holder.setdefault(part, {})
            adds = tighter.kind(path).adds
            holder[path[-1]] = [*holder.get(path[-1], []), *value] if adds else value
            origins[place] = (*(origins.get(place, ()) if adds else ()), name)
            history.setdefault(path, []).append((name, layer.get("open") or [], holder[path[-1]]))
        history.setdefault((), []).append((name, layer.get("open") or [], None))
    return MergedSections(sections=result, origins=origins, looser=tuple(looser))


def find_loosened(document: Json, rules_by_id: Mapping[str, Rule]) -> list[tuple[str, str]]:
    """Pointers of all that a layer may not loosen, each with a message; every way layers can meet is looked at."""
    layers = document.get("layers") or []
    accounts = {a for layer in layers for a in layer.get("accounts_in") or []}
    environments = {e for layer in layers for e in layer.get("environments_in") or []}
    chains = {chain(document, a, e) for a in (*accounts, None) for e in (*environments, None)}
    found = {
        (f"/layers/{number}{place}", message)
        for numbers in chains
        for number, place, message in merge(document, numbers, rules_by_id).looser
    }
    return sorted(found)


def leaves(layer: Json) -> Iterator[tuple[_Path, Any]]:
    """Each member of each section that is merged as a whole, with its path."""
    for section in sections(layer):
        yield from _leaves((section,), layer[section])


def sections(layer: Json) -> list[str]:
    """The names of the sections a layer sets."""
    return [name for name, value in layer.items() if name not in _NOT_SECTIONS and value is not None]


def _leaves(path: _Path, value: Any) -> Iterator[tuple[_Path, Any]]:
    if tighter.is_leaf(path, value):
        yield path, value
    else:
        for name, member in value.items():
            if member is not None:
                yield from _leaves((*path, name), member)


def _is_looser(
    changed: Mapping[_Path, Any], history: _History, rules_by_id: Mapping[str, Rule]
) -> Iterator[tuple[_Path, str]]:
    for path, value in changed.items():
        for name, left_open, old in _layers_above(path, history, rules_by_id):
            if not (tighter.kind(path).keeps(old, value) or _is_open(left_open, pointer(path))):
                yield path, f"is looser than {name} has it, which does not leave it open"
                break


def _layers_above(path: _Path, history: _History, rules_by_id: Mapping[str, Rule]) -> list[tuple[str, list[str], Any]]:
    """The layers above that set a member, with what they leave open and what it was after each.

    For a member that none set: the `*` of its table, or what its absence stands for, which the top layer answers for.
    """
    kind = tighter.kind(path)
    absent = kind.absent
    if path[0] == "enforcement" and path[1] in rules_by_id:
        absent = rules_by_id[path[1]].enforcement_action
    found = history.get(path) or history.get((*path[:-1], "*"), [])
    if found or absent is None or (kind.gate and not any(known[: len(kind.gate)] == kind.gate for known in history)):
        return found
    return [(name, left_open, absent) for name, left_open, _ in history[()][:1]]


def _is_open(left_open: list[str], place: str) -> bool:
    return any(place == opened or place.startswith(f"{opened}/") for opened in left_open)


def _is_among(known: str | None, members: list[str] | None) -> bool:
    return members is None or known in members


def pointer(path: _Path) -> str:
    """A path as a JSON Pointer."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)
