"""What members of org data hold: patterns, ranges, times and actions, each checked where it is read.

`Section` and `ClosedSection` are what every part of the document is made from.
"""

from __future__ import annotations

import re
from datetime import date
from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from vpce_guard.instants import instant
from vpce_guard.model import EnforcementAction

ORG_ID = r"^o-[a-z0-9]{10,32}$"
ACCOUNT_ID = r"^[0-9]{12}$"
RULE_ID = r"^[A-Z][A-Z0-9]*-[A-Z][A-Z0-9]*-[0-9]{3}$"


def _read_action(value: object) -> object:
    return "inform" if value == "explain" else value


def check_re2(value: str) -> str:
    """A pattern both engines take: RE2 has no look-around and no back-references."""
    if re.search(r"\(\?(?:[=!]|<[=!])|\\[1-9]", value):
        raise ValueError("look-around and back-references are not in RE2")
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    return value


def _cidr(value: str) -> str:
    ip_network(value)
    return value


def _instant(value: str) -> str:
    if instant(value) is None:
        raise ValueError("is not a time with a zone, such as 2026-12-31T18:00:00Z")
    return value


def _day(value: str) -> str:
    if len(value) != 10:
        raise ValueError("is not a date, such as 2026-12-31")
    date.fromisoformat(value)
    return value


Action = Annotated[EnforcementAction, BeforeValidator(_read_action)]
Pattern = Annotated[str, AfterValidator(check_re2)]
Cidr = Annotated[str, AfterValidator(_cidr)]
Instant = Annotated[str, AfterValidator(_instant), Field(json_schema_extra={"format": "date-time"})]
Day = Annotated[str, AfterValidator(_day), Field(json_schema_extra={"format": "date"})]
ByEnvironment = dict[str, bool]


class Section(BaseModel):
    """A part of the document."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)


class ClosedSection(BaseModel):
    """A part that takes only what it knows."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
