"""The filters of the page of decisions: each a parameter of its address, and together a query of the log."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from vpce_guard.decision_log import queries

_OUTCOMES: Mapping[str, bool | None] = {"": None, "denied": False, "allowed": True}
_ZONELESS = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?")  # as the date fields of browsers write it


class Filter(NamedTuple):
    """One filter: its parameter, what it is called, and how a value may look."""

    name: str
    label: str
    example: str = ""


FILTERS = (
    Filter("rule_id", "Rule", "VPCE-IFACE-002"),
    Filter("account_id", "Account", "111122223333"),
    Filter("vpc_id", "VPC", "vpc-0a1b2c3d"),
    Filter("service_name", "Service", "com.amazonaws.us-east-1.s3"),
    Filter("label", "Label", "team:payments"),
    Filter("requested_by", "Asked by", "portal"),
    Filter("request_id", "Request"),
    Filter("since", "From (UTC)", "2026-11-30T08:00"),
    Filter("until", "Before (UTC)", "2026-12-01"),
)
PARAMETERS = ("outcome", *(one.name for one in FILTERS))


@dataclass(frozen=True)
class Filters:
    """The values of the filters by their parameters; one that is empty does not filter."""

    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def is_any(self) -> bool:
        """Whether anything is filtered."""
        return any(self.values.values())

    def query(self, *, readable: str | None) -> queries.Query:
        """The query of the log; `readable` is the caller whose decisions alone may be read. Raises MalformedError."""
        if self["outcome"] not in _OUTCOMES:
            raise queries.parameter_error("outcome", "is neither denied nor allowed")
        return queries.Query(
            since=queries.parse_time(_with_zone(self["since"]), "since"),
            until=queries.parse_time(_with_zone(self["until"]), "until"),
            allowed=_OUTCOMES[self["outcome"]],
            rule_id=self["rule_id"] or None,
            vpc_id=self["vpc_id"] or None,
            service_name=self["service_name"] or None,
            account_id=self["account_id"] or None,
            label=queries.parse_label(self["label"] or None),
            request_id=self["request_id"] or None,
            requested_by=readable or self["requested_by"] or None,
        )

    def address(self, path: str, **more: str) -> str:
        """A path with the filters that are set, and more parameters or other values of them."""
        told = {name: value for name, value in {**self.values, **more}.items() if value}
        return f"{path}?{urlencode(told)}" if told else path


def _with_zone(text: str) -> str | None:
    """A time as the log takes it: one without a zone is in UTC, a day begins at midnight."""
    if not text:
        return None
    if not _ZONELESS.fullmatch(text):
        return text
    day, _, hours = text.partition("T")
    return f"{day}T{hours or '00:00'}{':00' if len(hours) < 6 else ''}Z"
