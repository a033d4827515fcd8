"""Whose an object of Kubernetes is: account, Region, environment and team that org data give to a part of a cluster.

A reader tells in `context.Kubernetes` where an object stands; what is found here is no claim of who asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Any

from vpce_guard.model import Json, Proposal

_LABELS = ("environment", "team")
_SELECTORS = {"namespaces": "Namespace", "provider_configs": "ProviderConfig"}


def find_cluster(document: Json, context: Json) -> Json:
    """The first entry of `clusters` that holds for what a context tells of a cluster; empty where there is none."""
    told = context.get("Kubernetes")
    if not isinstance(told, dict):
        return {}
    return next((entry for entry in document.get("clusters") or [] if _holds(entry.get("when") or {}, told)), {})


def add_identity(proposals: Sequence[Proposal], document: Json) -> list[Proposal]:
    """The proposals with what org data say of whose they are.

    The account and the Region that an object states itself are those that its controller takes, so they stay. Labels
    of the same name are replaced. Who changed the object is who asks, unless the entry names a principal.
    """
    return [_identify(proposal, find_cluster(document, proposal.context)) for proposal in proposals]


def _identify(proposal: Proposal, entry: Json) -> Proposal:
    if not entry:
        return proposal
    user = (proposal.context.get("Kubernetes") or {}).get("User")
    says = {"AccountId": entry.get("account"), "Region": entry.get("region"), "principal": entry.get("principal", user)}
    found = {name: value for name, value in says.items() if value is not None and proposal.context.get(name) is None}
    labels = {name: entry[name] for name in _LABELS if name in entry}
    return proposal.model_copy(
        update={"context": {**proposal.context, **found}, "labels": {**proposal.labels, **labels}}
    )


def _holds(when: Json, told: Json) -> bool:
    """Whether every selector agrees; one about what is not told does not."""
    labels = told.get("Labels")
    wanted = when.get("labels") or {}
    return all(_matches(when[name], told.get(member)) for name, member in _SELECTORS.items() if name in when) and all(
        isinstance(labels, dict) and labels.get(key) == value for key, value in wanted.items()
    )


def _matches(patterns: Iterable[str], value: Any) -> bool:
    return isinstance(value, str) and any(fnmatchcase(value, pattern) for pattern in patterns)
