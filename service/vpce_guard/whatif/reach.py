"""Questions about what an endpoint policy lets through, as both surfaces ask them."""

from __future__ import annotations

from typing import Any

from vpce_guard.decisions.reach import ReachAnswer, ReachQuestions, ask, read_policy
from vpce_guard.decisions.reach.organisation import read_organisation
from vpce_guard.errors import NotFoundError
from vpce_guard.formats.aws.iam.endpoints import service_part
from vpce_guard.model import FrozenModel, Json
from vpce_guard.org.data import OrgData
from vpce_guard.whatif.advice import catalogue


class ReachReport(FrozenModel):
    """The answers to the questions about one policy."""

    answers: list[ReachAnswer]


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
    asked = ReachQuestions(
        policy=read_policy(policy, at="/policy"),
        organisation=read_organisation(org.effective(None, None).sections) if org.revision else None,
        against=read_policy(against, at="/against") if against is not None else None,
        can=can,
        prefixes=_find_prefixes(service, services) if service is not None else (),
        budget=budget,
    )
    return ReachReport(answers=ask(asked))


def _find_prefixes(service: str, services: Json) -> tuple[str, ...]:
    """The prefixes of a service's actions. Raises NotFoundError."""
    part = service_part(service)
    facts = catalogue.entry(part, services)
    if facts is None:
        raise NotFoundError(f"{catalogue.missing(part, services)}.", advice="Give the part after the Region.")
    return tuple(facts.get("iam") or ())
