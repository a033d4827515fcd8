"""Questions about what an endpoint policy lets through, as both surfaces ask them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import Field

from vpce_guard.decisions.reach import ReachAnswer, ReachQuestions, ask, read_policy
from vpce_guard.decisions.reach.document import EndpointPolicy, find_plain_variables
from vpce_guard.decisions.reach.organisation import read_organisation
from vpce_guard.errors import NotFoundError
from vpce_guard.formats.aws.iam.endpoints import service_part
from vpce_guard.model import FrozenModel, Json
from vpce_guard.org.data import OrgData
from vpce_guard.whatif.advice import catalogue


class ReachReport(FrozenModel):
    """The answers to the questions about one policy, and what is odd about its text."""

    answers: list[ReachAnswer]
    notes: list[str] = Field(default=[], description="What the policy says that it may not mean, in sentences.")


def answer_reach(
    policy: Any,
    *,
    org: OrgData,
    services: Json,
    against: Any = None,
    can: tuple[str, str, str] | None = None,
    service: str | None = None,
    budget: float,
) -> ReachReport:
    """The answers about a policy, given as text or parsed JSON, in at most `budget` seconds for each question.

    Org data that say nothing at all ask for nothing: the questions about outside are left out. `service` is the part of
    a service's name after the Region. Raises MalformedError, TooLargeError, and NotFoundError for an unknown service.
    """
    document = read_policy(policy, at="/policy")
    asked = ReachQuestions(
        policy=document,
        organisation=read_organisation(org.effective(None, None).sections) if org.revision else None,
        against=read_policy(against, at="/against") if against is not None else None,
        can=can,
        prefixes=_find_prefixes(service, services) if service is not None else (),
        budget=budget,
    )
    return ReachReport(answers=ask(asked), notes=list(_note_plain_variables(document)))


def _note_plain_variables(policy: EndpointPolicy) -> Iterator[str]:
    for statement, name in find_plain_variables(policy):
        yield f"{name} in {statement.name} is plain text: a policy has variables with Version 2012-10-17 only."


def _find_prefixes(service: str, services: Json) -> tuple[str, ...]:
    """The prefixes of a service's actions. Raises NotFoundError."""
    part = service_part(service)
    facts = catalogue.entry(part, services)
    if facts is None:
        raise NotFoundError(f"{catalogue.missing(part, services)}.", advice="Give the part after the Region.")
    return tuple(facts.get("iam") or ())
