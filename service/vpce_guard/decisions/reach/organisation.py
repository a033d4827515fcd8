"""What org data say of inside and outside, as conditions on requests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from vpce_guard.decisions.reach.accounts import find_accounts
from vpce_guard.decisions.reach.document import EndpointPolicy
from vpce_guard.decisions.reach.languages import ANY_MANY, Pattern, spell
from vpce_guard.decisions.reach.patterns import make_patterns
from vpce_guard.decisions.reach.templates import Template, read_template
from vpce_guard.decisions.reach.unknowns import Element, Unknowns
from vpce_guard.model import Json

_ORG_ID = re.compile(r"\bo-[a-z0-9]+", re.ASCII)
Box = Sequence[Element]


@dataclass(frozen=True)
class Organisation:
    """The accounts and organisations that are inside, and what is let out on purpose.

    `resources` are patterns of ARNs that may be outside, `conditions` values of keys that make an exception.
    """

    accounts: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    conditions: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def texts(self) -> frozenset[str]:
        """All values that it names."""
        conditions = (text for texts in self.conditions.values() for text in texts)
        return frozenset((*self.accounts, *self.ids, *conditions, *self.resources))

    @property
    def is_told(self) -> bool:
        """Whether it is known at all who is inside."""
        return bool(self.accounts or self.ids)


def read_organisation(sections: Json) -> Organisation:
    """The organisation of sections of org data that are valid."""
    policy = sections.get("policy") or {}
    return Organisation(
        accounts=tuple(sections.get("accounts") or ()),
        ids=tuple(sections.get("org_ids") or ()),
        resources=tuple(policy.get("resource_org_exceptions") or ()),
        conditions={key: tuple(values) for key, values in (policy.get("exception_conditions") or {}).items()},
    )


def exclude_inside(case: Unknowns, organisation: Organisation, *, of: str) -> list[Box]:
    """What must not hold of a request whose principal, or resource (`of`), is outside."""
    boxes: list[Box] = []
    if organisation.accounts:
        boxes.append([case.make_among(f"aws:{of}account", organisation.accounts)])
    if organisation.ids:
        boxes.append([case.make_among(f"aws:{of}orgid", organisation.ids)])
    if organisation.resources:
        values = [read_template(text, wildcards=True, variables=False) for text in organisation.resources]
        patterns, _ = make_patterns("StringLike", values, lambda _: None)
        boxes.append([case.make_fitting("resource", patterns)])
    boxes += [[case.make_among(key.lower(), values)] for key, values in organisation.conditions.items()]
    return boxes


class Untold(NamedTuple):
    """What policies name of which nobody told whose it is: accounts, organisations, and resources without account."""

    accounts: Sequence[str]
    ids: Sequence[str]
    resources: Sequence[Pattern]


def find_untold(organisation: Organisation, policies: Sequence[EndpointPolicy], *, of: str) -> Untold:
    """What policies name of which org data do not tell whether a principal, or resource (`of`), of it is outside."""
    return Untold(
        accounts=[] if organisation.accounts else find_accounts(policies, ()),
        ids=[] if organisation.ids else _find_organisations(policies),
        resources=list(_named_without_account(policies)) if of == "resource" else [],
    )


def exclude_untold(case: Unknowns, untold: Untold, *, of: str) -> list[Box]:
    """What must not hold, besides, of a request that is surely outside."""
    boxes: list[Box] = []
    if untold.accounts:
        boxes.append([case.make_among(f"aws:{of}account", untold.accounts)])
    if untold.ids:
        boxes.append([case.make_among(f"aws:{of}orgid", untold.ids)])
    if untold.resources:
        boxes.append([case.make_fitting("resource", untold.resources)])
    return boxes


def _find_organisations(policies: Iterable[EndpointPolicy]) -> list[str]:
    return sorted({name for policy in policies for text in _texts(policy) for name in _ORG_ID.findall(text)})


def _texts(policy: EndpointPolicy) -> Iterator[str]:
    for statement in policy.statements:
        yield from (text for _, text in statement.principals)
        yield from (text for test in statement.tests for text in test.texts)
        yield from ("".join(p for p in value if isinstance(p, str)) for value in statement.resources)


def _named_without_account(policies: Iterable[EndpointPolicy]) -> Iterator[Pattern]:
    """Resources that policies name whose ARN has no account: a bucket with what is in it."""
    values = {v for policy in policies for s in policy.statements if not s.not_resource for v in s.resources}
    for value in sorted(values, key=repr):
        name = _name_in(value)
        if name is not None:
            yield from (spell(name), (*spell(f"{name}/"), ANY_MANY))


def _name_in(value: Template) -> str | None:
    """The ARN up to the first slash where that names one resource without account; else None."""
    slash = value.index("/") if "/" in value else len(value)
    start = value[:slash]
    if not all(isinstance(piece, str) for piece in start):
        return None
    text = "".join(piece for piece in start if isinstance(piece, str))
    parts = text.split(":", 5)
    return text if len(parts) == 6 and parts[4] == "" and parts[5] else None
