"""Whether a rule reads what was erased or masked in a record: then it cannot be made again as it was made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from vpce_guard.bundle.bundle import Bundle

_SAME = {"current": "request", "endpoint": "request"}  # an endpoint's members are judged wherever they stand


def find_reader(erased: Sequence[str], bundle: Bundle) -> str | None:
    """A rule of the bundle that reads something erased, and what; None where no rule does.

    `erased` are JSON Pointers into a record, as the log tells them: `/input/request/PolicyDocument`.
    """
    for pointer in erased:
        if not pointer.startswith("/input/"):
            return f"{pointer} was not kept"
        place = _place(re.sub(r"^/input(/possibilities/\d+)?", "", pointer))
        for rule, read, wanted in _reads(bundle):
            shorter = min(len(place), len(wanted))
            if place[:shorter] == wanted[:shorter]:
                return f"{pointer} was not kept, and {rule} reads {read}"
    return None


def _reads(bundle: Bundle) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return _reads_of(
        bundle.revision, tuple((rule.id, (*rule.reads, *rule.optional)) for rule in bundle.catalogue.rules)
    )


@lru_cache(maxsize=8)
def _reads_of(
    revision: str,  # noqa: ARG001 - what it is kept by
    rules: tuple[tuple[str, tuple[str, ...]], ...],
) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return tuple((rule, read, _place(read)) for rule, reads in rules for read in reads)


def _place(pointer: str) -> tuple[str, ...]:
    """The parts of a pointer, the same for every place where the same thing stands."""
    top, *rest = pointer.split("/")[1:] or [""]
    if top == "policy":
        return ("request", "PolicyDocument")
    if top == "peers":
        return ("context", "VpcEndpoints")
    if top == "instant":
        return ("context", "time")
    return (_SAME.get(top, top), *rest[:1])
