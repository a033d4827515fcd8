"""Endpoint policies to begin with, by service: the widest of a few that no rule objects to.

Each lets principals of the organisation reach resources of the organisation by the actions of the service. Where org
data know no organisation, it is the account. Which actions a team needs nobody knows here: who takes a template narrows
it further.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from vpce_guard.decisions.decide import Question
from vpce_guard.decisions.judge import Terms
from vpce_guard.errors import NotFoundError, SettingsError
from vpce_guard.formats import read
from vpce_guard.formats.assemble import DOCUMENT_TIME
from vpce_guard.model import Decision, Json
from vpce_guard.whatif.advice import catalogue
from vpce_guard.whatif.advice.advise import Judge
from vpce_guard.whatif.advice.need import Obstacle

_VPC = "vpc-00000000000000000"  # a policy is judged in no VPC of anybody's


class PolicyTemplate(NamedTuple):
    """A policy for the endpoints of a service, and the rules that object to it; none where it is admissible."""

    service_name: str
    policy: Json
    objections: tuple[Obstacle, ...]


async def make_policy_template(
    service: str, *, region: str, account: str | None, judge: Judge, terms: Terms, services: Json
) -> PolicyTemplate:
    """The widest policy that is admissible, or the narrowest there is with what stands against it.

    `service` is the part of the name after the Region. Raises NotFoundError for a service that is not known, has no
    endpoint policies or no known actions, and SettingsError where nobody tells whom the policy is for.
    """
    facts = catalogue.entry(service, services)
    if facts is None:
        raise NotFoundError(f"{catalogue.missing(service, services)}.", advice="Give the part after the Region.")
    if facts.get("policy") is False:
        raise NotFoundError(f"{service} takes no endpoint policies.", advice="Leave PolicyDocument out.")
    if not facts.get("iam"):
        raise NotFoundError(f"The actions of {service} are not known.", advice="Write the policy by hand.")
    kind = "Gateway" if "Gateway" in facts["types"] else "Interface"
    name = catalogue.full_name(service, region, services, gateway=kind == "Gateway")
    conditions = _conditions(account, terms)
    candidates = list(_policies(facts["iam"], conditions, account or "*", catalogue.partition_of(region)))
    context: Json = {"Region": region, **({"AccountId": account} if account else {})}
    questions = [_question({"VpcEndpointType": kind, "ServiceName": name}, policy, context) for policy in candidates]
    objections = [_objections(decisions) for decisions in await judge(questions)]
    best = next((i for i, found in enumerate(objections) if not found), len(candidates) - 1)
    return PolicyTemplate(name, candidates[best], objections[best])


def _conditions(account: str | None, terms: Terms) -> Json:
    sections = terms.org.effective_for({"AccountId": account} if account else {}).sections
    if ids := sections.get("org_ids"):
        return {"StringEquals": {"aws:PrincipalOrgID": ids, "aws:ResourceOrgID": ids}}
    if accounts := sections.get("accounts") or ([account] if account else []):
        return {"StringEquals": {"aws:PrincipalAccount": accounts, "aws:ResourceAccount": accounts}}
    raise SettingsError("Nobody tells whom the policy is for.", advice="Give --account, or org data with org_ids.")


def _policies(prefixes: Sequence[str], conditions: Json, account: str, partition: str) -> Iterator[Json]:
    """Policies, each narrower than the one before it."""
    statement: Json = {
        "Sid": "OwnPrincipalsToOwnResources",
        "Effect": "Allow",
        "Principal": "*",
        "Action": [f"{prefix}:*" for prefix in prefixes],
        "Resource": "*",
        "Condition": conditions,
    }
    yield {"Version": "2012-10-17", "Statement": [statement]}
    own = [f"arn:{partition}:{prefix}:*:{account}:*" for prefix in prefixes]
    yield {"Version": "2012-10-17", "Statement": [{**statement, "Resource": own}]}


def _question(request: Json, policy: Json, context: Json) -> Question:
    proposal = {"operation": "create", "request": {**request, "VpcId": _VPC, "PolicyDocument": policy}}
    return Question(
        proposals=read({"proposals": [proposal]}, format_name="proposal", context=context, at=DOCUMENT_TIME),
        request_id="template",
        record=False,
    )


def _objections(decisions: Sequence[Decision]) -> tuple[Obstacle, ...]:
    return tuple(
        Obstacle(rule_id=v.rule_id, title=v.title, message=v.message, remediation=v.remediation)
        for decision in decisions
        for v in decision.violations
        if v.path.startswith("/request/PolicyDocument") and v.enforcement_action in ("deny", "warn")
    )
