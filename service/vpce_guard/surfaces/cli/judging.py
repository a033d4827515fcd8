"""Where the decisions of `check` come from: judged here, or asked of a running service."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click
from pydantic import ValidationError

from vpce_guard.bundle.rules import Rule
from vpce_guard.formats import proposals
from vpce_guard.formats.document import Document
from vpce_guard.model import Decision, Json, Proposal
from vpce_guard.settings import Settings
from vpce_guard.whatif.paths.types import PathTerms, path_terms

if TYPE_CHECKING:
    from vpce_guard.client import Client


@dataclass(frozen=True, kw_only=True)
class CheckRequest:
    """Documents to judge, each by itself, and what holds for all of them; `at` is the time, as assemble() takes it."""

    documents: Sequence[Document]
    context: Json
    labels: dict[str, str]
    request_id: str
    settings: Settings
    at: str | None = None


@dataclass(frozen=True)
class CheckResult:
    """The decisions on each draft, in order, and the rules of the bundle that decided by id, as far as known here.

    `proposals` are what was judged, by decision_id, and `path_terms` what the bundle tells of paths; none where another
    service judged.
    """

    decisions: Sequence[Decision]
    rules: Mapping[str, Rule]
    proposals: Mapping[str, Proposal] = field(default_factory=dict)
    path_terms: PathTerms = field(default_factory=PathTerms)


def judge_locally(asked: CheckRequest) -> CheckResult:
    """Judge here. Raises VpceGuardError where policies or org data cannot be used."""
    from vpce_guard.decisions.existing import settle_existing
    from vpce_guard.decisions.question import Question
    from vpce_guard.org.clusters import add_identity
    from vpce_guard.runtime.wiring import make_guard

    guard = make_guard(asked.settings)
    for warning in guard.org.current.warnings:
        click.echo(f"vpce-guard: warning: {warning}", err=True)
    documents = [guard.add_inventory(document, asked.context) for document in asked.documents]
    questions = [
        Question(
            proposals=settle_existing(
                add_identity(
                    proposals([document], context=asked.context, labels=asked.labels, at=asked.at),
                    guard.org.current.document,
                ),
                asked.settings.existing,
            ),
            request_id=asked.request_id,
            strict=asked.settings.strict,
            record=False,
        )
        for document in documents
    ]

    async def decide() -> Sequence[list[Decision]]:
        try:
            return await guard.decide(questions)
        finally:
            await guard.engine.close()

    decided = [decision for decisions in asyncio.run(decide()) for decision in decisions]
    judged = [proposal for question in questions for proposal in question.proposals]
    return CheckResult(
        decided,
        {rule.id: rule for rule in guard.bundle.catalogue.rules},
        {decision.decision_id: proposal for decision, proposal in zip(decided, judged, strict=True)},
        path_terms(guard.bundle.catalogue.rules, guard.bundle.data["services"], guard.org.current.document),
    )


def judge_remotely(asked: CheckRequest, url: str, *, with_rules: bool) -> CheckResult:
    """Ask a service, which gets the endpoints only: a plan may hold secrets. Raises UnavailableError.

    Its rules are asked for only `with_rules`; a key that may not read them gets the decisions all the same.
    """
    from vpce_guard.client import Client, UnavailableError
    from vpce_guard.formats.proposal import write

    found: list[Decision] = []
    with Client(url, token=asked.settings.remote_token, timeout=asked.settings.remote_timeout) as client:
        for document in asked.documents:
            if not document.drafts:
                continue
            decisions = client.decide(
                write(document),
                format="proposal",
                context=asked.context,
                labels=asked.labels,
                request_id=asked.request_id,
                strict=asked.settings.strict,
            ).decisions
            if len(decisions) != len(document.drafts):
                told = f"{url} decided on {len(decisions)} of {len(document.drafts)} endpoints."
                raise UnavailableError(told, advice="Nothing was allowed.")
            found += decisions
        return CheckResult(found, _rules_of(client) if with_rules and found else {})


def _rules_of(client: Client) -> dict[str, Rule]:
    """The rules of a service; none where it does not tell them or is of another version."""
    from vpce_guard.errors import VpceGuardError

    try:
        told = client.rules()
        known = [{name: rule[name] for name in Rule.model_fields if name in rule} for rule in told]
        return {rule.id: rule for rule in map(Rule.model_validate, known)}
    except (VpceGuardError, ValidationError):
        return {}
