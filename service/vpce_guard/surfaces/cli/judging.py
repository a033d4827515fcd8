"""Where the decisions of `check` come from: judged here, or asked of a running service."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import click

from vpce_guard.formats import proposals
from vpce_guard.formats.document import Document
from vpce_guard.model import Decision, Json
from vpce_guard.settings import Settings


@dataclass(frozen=True, kw_only=True)
class CheckRequest:
    """Documents to judge, each by itself, and what holds for all of them."""

    documents: Sequence[Document]
    context: Json
    labels: dict[str, str]
    request_id: str
    settings: Settings


def judge_locally(asked: CheckRequest) -> list[Decision]:
    """The decisions on each draft, in order. Raises VpceGuardError where policies or org data cannot be used."""
    from vpce_guard.decisions.decide import Question
    from vpce_guard.runtime.wiring import make_guard

    guard = make_guard(asked.settings)
    for warning in guard.org.current.warnings:
        click.echo(f"vpce-guard: warning: {warning}", err=True)
    questions = [
        Question(
            proposals=proposals([document], context=asked.context, labels=asked.labels),
            request_id=asked.request_id,
            strict=asked.settings.strict,
            record=False,
        )
        for document in asked.documents
    ]

    async def decide() -> list[list[Decision]]:
        try:
            return await guard.decide(questions)
        finally:
            await guard.engine.close()

    return [decision for decisions in asyncio.run(decide()) for decision in decisions]


def judge_remotely(asked: CheckRequest, url: str) -> list[Decision]:
    """The same from a service, which gets the endpoints only: a plan may hold secrets. Raises UnavailableError."""
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
    return found
