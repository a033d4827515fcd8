"""What must never be kept: taken out of a record before it is written, wherever it stands in it.

Pointers are into the input (`/request/Tags`, also spelled `/input/request/Tags`) or the decision (`/result/subject`);
`*` stands for any one part. What one names in the input is taken out, there and in the copies of the endpoint that the
input holds; texts of the result become ERASED. A text or number of at least four characters that was taken out is
replaced by ERASED in all other texts too: a message may quote it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from vpce_guard.decision_log.scalars import scalars
from vpce_guard.errors import SettingsError
from vpce_guard.model import Json

ERASED = "[erased]"
_SHORTEST = 4  # characters of what is looked for elsewhere: shorter texts are in too many others by chance
_COPIES = ("endpoint", "current", "peers/*", "context/VpcEndpoints/*")  # what else shows a member of `request`
_IN_SUBJECT = {
    "/request/VpcId": "vpc_id",
    "/request/ServiceName": "service_name",
    "/request/VpcEndpointType": "endpoint_type",
    "/address": "address",
}
# What says how it was decided, in words that are not the caller's, stays.
_TOLD = {
    *("decision_id", "request_id", "timestamp", "operation", "rule_id", "severity", "enforcement_action", "profile"),
    *("engine", "own", "action", "revision", "waiver_id", "expires", "title", "remediation", "currency"),
}
_GONE = object()

MemberPath = tuple[str | int, ...]


class MaskedRecord(NamedTuple):
    """A record's contents without what is never kept, and JSON Pointers to what was taken out and what was changed."""

    input: Json
    result: Json
    erased: list[str]
    masked: list[str]


class Mask:
    """What is never kept. Raises SettingsError for what is no JSON Pointer or names what a record cannot be without."""

    def __init__(self, pointers: Sequence[str]) -> None:
        for pointer in pointers:
            if not pointer.startswith("/") or pointer in ("/", "/input", "/result"):
                raise _pointer_error(pointer, "is not a JSON Pointer into the input or the result")
            if pointer.startswith("/result/") and pointer.split("/")[-1] in _TOLD:
                raise _pointer_error(pointer, "names a member that records how the decision was made")
        inside = [pointer.removeprefix("/input") for pointer in pointers if not pointer.startswith("/result/")]
        told = [pointer.split("/")[1:] for given in inside for pointer in _with_copies(given)]
        self._input = [*told, *(["possibilities", "*", *parts] for parts in told)]
        self._result = [pointer.split("/")[2:] for pointer in pointers if pointer.startswith("/result/")]
        self._result += [["subject", _IN_SUBJECT[pointer]] for pointer in inside if pointer in _IN_SUBJECT]

    def __bool__(self) -> bool:
        return bool(self._input or self._result)

    def apply(self, content: Json, result: Json) -> MaskedRecord:
        """The input and the result of a decision as they may be kept."""
        secrets: set[str] = set()
        erased: list[str] = []
        masked: list[str] = []
        for parts in self._input:
            for place in _places(content, parts, ()):
                secrets.update(scalars(_get(content, place)))
                content = _replace(content, place, _GONE)
                erased.append(_pointer(("input", *place)))
        for parts in self._result:
            for place in _places(result, parts, ()):
                changed = _change_texts(_get(result, place), ("result", *place), lambda _: ERASED, masked)
                result = _replace(result, place, changed)
        if quoted := [secret for secret in secrets if len(secret) >= _SHORTEST]:
            pattern = re.compile("|".join(map(re.escape, sorted(quoted, key=len, reverse=True))))
            content = _change_texts(content, ("input",), lambda text: pattern.sub(ERASED, text), masked)
            result = _change_texts(result, ("result",), lambda text: pattern.sub(ERASED, text), masked)
        return MaskedRecord(content, result, erased, masked)


def _pointer_error(pointer: str, problem: str) -> SettingsError:
    return SettingsError(
        f"{pointer!r} in VPCE_GUARD_LOG_ERASE {problem}.",
        advice="Write /request/Member or /result/subject/address; * stands for any part.",
    )


def _with_copies(pointer: str) -> Iterator[str]:
    """The pointer and, for a member of the request, where else the input shows that member."""
    yield pointer
    for part in ("request", "current"):
        if pointer.startswith(f"/{part}/PolicyDocument"):
            rest = pointer.removeprefix(f"/{part}/PolicyDocument")
            yield f"/policy/{part}" + (f"/document{rest}" if rest else "")
    if pointer.startswith("/request/"):
        for copy in _COPIES:
            yield from _with_copies(f"/{copy}/" + pointer.removeprefix("/request/"))


def _change_texts(value: Any, place: MemberPath, change: Callable[[str], str], masked: list[str]) -> Any:
    """The value with each of its texts changed, but those that say what was decided; `masked` takes where."""
    if isinstance(value, dict):
        return {
            name: item
            if place[0] == "result" and name in _TOLD
            else _change_texts(item, (*place, name), change, masked)
            for name, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_change_texts(item, (*place, number), change, masked) for number, item in enumerate(value)]
    if isinstance(value, str) and (changed := change(value)) != value:
        masked.append(_pointer(place))
        return changed
    return value


def _pointer(place: MemberPath) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)


def _places(value: Any, parts: Sequence[str], before: MemberPath) -> Iterator[MemberPath]:
    """Last items first, so that dropping one does not move another."""
    if not parts:
        yield before
        return
    name = parts[0].replace("~1", "/").replace("~0", "~")
    if isinstance(value, dict):
        for key in list(value) if name == "*" else [name] if name in value else []:
            yield from _places(value[key], parts[1:], (*before, key))
    elif isinstance(value, list | tuple):
        numbers = (
            range(len(value)) if name == "*" else [int(name)] if name.isdecimal() and int(name) < len(value) else []
        )
        for number in reversed(numbers):
            yield from _places(value[number], parts[1:], (*before, number))


def _get(value: Any, place: MemberPath) -> Any:
    for part in place:
        value = value[part]
    return value


def _replace(value: Any, place: MemberPath, new: Any) -> Any:
    """A copy with something else at a place; _GONE leaves out what stands there, or makes an item of a list null."""
    key: Any = place[0]
    if place[1:]:
        new = _replace(value[key], place[1:], new)
    if isinstance(value, dict):
        return {name: new if name == key else item for name, item in value.items() if name != key or new is not _GONE}
    items = list(value)
    items[key] = None if new is _GONE else new
    return items
