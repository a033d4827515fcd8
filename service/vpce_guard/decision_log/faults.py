"""What `log verify` says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LogFault:
    """Something wrong with the log: where, such as `record 3 of chain 12ab`, and what."""

    place: str
    problem: str


@dataclass(frozen=True)
class Claim:
    """What another place than the chain says of it: the hash of a record, by the record's number; who says so."""

    number: int
    hash: str
    by: str
