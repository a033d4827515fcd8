"""The examples of a rule, as documents that the check page opens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import to_json

from vpce_guard.authoring.testing.examples import Example, context_of
from vpce_guard.bundle.bundle import Bundle
from vpce_guard.errors import NotFoundError
from vpce_guard.model import Json

_KINDS = {"fail": "Violated", "undetermined": "Cannot be judged", "pass": "Passes"}
_MEMBERS = ("current", "intent", "unknown", "depends_on", "sender_defaults")


class ListedExample(NamedTuple):
    """An example of a rule by its number among all of the rule's, what must come of it, and its name."""

    number: int
    kind: str
    name: str


class ExampleDocument(NamedTuple):
    """An example as texts for the form of the check page, and what to know of it."""

    text: str
    context: str
    note: str


def list_examples(bundle: Bundle, rule_id: str) -> list[ListedExample]:
    """The examples of a rule, those that it finds something in first."""
    return [
        ListedExample(number, _KINDS[kind], raw["name"])
        for number, (kind, raw) in enumerate(_list_raw(bundle, rule_id))
    ]


def open_example(bundle: Bundle, rule_id: str, number: int) -> ExampleDocument:
    """An example of a rule by its number. Raises NotFoundError."""
    found = list(_list_raw(bundle, bundle.rule(rule_id).id))
    if not 0 <= number < len(found):
        raise NotFoundError(f"The rule {rule_id} has no example {number}.", advice="Its page lists them.")
    kind, raw = found[number]
    try:
        example = Example.model_validate(raw)
        context = context_of(example, bundle.testing["context"])
    except (ValidationError, KeyError, ValueError):
        raise NotFoundError(f"The example {number} of {rule_id} cannot be opened.", advice="See its source.") from None
    given = {name: value for name in _MEMBERS if (value := raw.get(name))}
    proposal: Json = {"operation": example.operation, "request": example.request, **given}
    peers = [{"address": f"peer-{at}", **peer} for at, peer in enumerate(example.peers, start=1)]
    document: Json = {"proposals": [proposal], "neighbours": peers} if peers else proposal
    note = f"{rule_id}, {_KINDS[kind].lower()}: {example.name}."
    if example.org or rule_id.startswith("VPCE-ORG-"):
        note += " It is told over org data of its own, and judged here under those in force."
    return ExampleDocument(to_json(document, indent=2).decode(), to_json(context, indent=2).decode(), note)


def _list_raw(bundle: Bundle, rule_id: str) -> Iterator[tuple[str, Json]]:
    examples = bundle.examples.get(rule_id, {})
    for kind in _KINDS:
        for raw in examples.get(kind) or ():
            yield kind, raw
