"""The least open endpoint policies, by service: for the organisation, and for what workloads need of AWS.

Each lets principals of the organisation reach resources of the organisation by the actions of the service, or by those
that are named, and leaves open the buckets of AWS that workloads need. Where org data know no organisation, it is the
account. Each is judged by the rules, which object or do not, and it is proved whom it lets through and to what.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from vpce_guard.decisions.judge import Terms
from vpce_guard.decisions.question import Question
from vpce_guard.decisions.reach import ReachAnswer, ReachQuestions, ask, read_policy
from vpce_guard.decisions.reach.organisation import read_organisation
from vpce_guard.errors import NotFoundError, SettingsError
from vpce_guard.formats import read
from vpce_guard.formats.assemble import DOCUMENT_TIME
from vpce_guard.model import Decision, Json
from vpce_guard.whatif.advice import catalogue, workloads
from vpce_guard.whatif.advice.advise import Judge, make_empty_advice
from vpce_guard.whatif.advice.chooser import Option, service_part
from vpce_guard.whatif.advice.need import Advice, AdvisedPolicy, Need, NeededFact, Obstacle, OpenBuckets
from vpce_guard.whatif.advice.purposes import parts_of, purposes

_STEPS = 100_000  # of proving: counted, so that advice is the same however busy the machine is
_VPC = "vpc-00000000000000000"  # a policy is judged in no VPC of anybody's
_REGION = NeededFact(member="region", what="the Region of the VPC", example="us-east-1")
_SERVICE = NeededFact(member="service", what="what the endpoint is for: the part after the Region", example="s3")
_ACCOUNT = NeededFact(
    member="account", what="whom the policy is for; org data with org_ids tell it too", example="111122223333"
)


async def make_policy(
    service: str,
    *,
    region: str,
    account: str | None,
    judge: Judge,
    terms: Terms,
    data: Json,
    needed: Sequence[str] = (),
    actions: Sequence[str] = (),
) -> AdvisedPolicy:
    """The first of a few policies that is admissible, or the narrowest with what stands against it.

    `service` is the part of the name after the Region, `needed` names workloads (for S3), and `data` is that of the
    bundle. Raises NotFoundError for a service that is not known, has no endpoint policies or no known actions,
    MalformedError for a workload that is not known, and SettingsError where nobody tells whom the policy is for.
    """
    services = data["services"]
    facts = catalogue.entry(service, services)
    if facts is None:
        raise NotFoundError(f"{catalogue.missing(service, services)}.", advice="Give the part after the Region.")
    if facts.get("policy") is False:
        raise NotFoundError(f"{service} takes no endpoint policies.", advice="Leave PolicyDocument out.")
    if not (actions or facts.get("iam")):
        raise NotFoundError(f"The actions of {service} are not known.", advice="Write the policy by hand.")
    kind = "Gateway" if "Gateway" in facts["types"] else "Interface"
    name = catalogue.full_name(service, region, services, gateway=kind == "Gateway")
    conditions = _conditions(account, terms)
    wanted = needed if service == "s3" else ()
    opens = workloads.find_open_buckets(wanted, region, workloads.read_buckets(data))
    own = actions or [f"{prefix}:*" for prefix in facts.get("iam", ())]
    candidates = [
        _document([statement, *map(_opening, opens)])
        for statement in _statements(own, conditions, account or "*", catalogue.partition_of(region))
    ]
    context: Json = {"Region": region, **({"AccountId": account} if account else {})}
    context["VpcEndpoints"] = list(_neighbours(opens, region, data))
    questions = [_question({"VpcEndpointType": kind, "ServiceName": name}, policy, context) for policy in candidates]
    objections = [_objections(decisions) for decisions in await judge(questions)]
    best = next((i for i, found in enumerate(objections) if not found), len(candidates) - 1)
    return AdvisedPolicy(
        service_name=name,
        document=candidates[best],
        admissible=not objections[best],
        objections=objections[best],
        opens=opens,
        proofs=_prove(candidates[best], opens, account, terms),
    )


async def advise_policies(need: Need, *, judge: Judge, terms: Terms, data: Json) -> Advice:
    """The least open policies for the service of a need, or for the endpoints of its purpose.

    What must be left open at S3 is told by the need's workloads, by the other services, and by the endpoints and
    workloads of the context. Raises MalformedError for a workload that is not known, or a context that is not of AWS's
    shapes.
    """
    region, account = need.region or need.context.get("Region"), need.account or need.context.get("AccountId")
    purpose = purposes().get(need.purpose)
    services = _services_of(need, purpose)
    missing = [fact for fact, given in ((_SERVICE, services), (_REGION, region)) if not given]
    if not missing and not _is_for_somebody(account, terms):
        missing = [_ACCOUNT]
    if missing or not region:
        return make_empty_advice(Option(None, 0, "a policy is for a service, a Region and somebody"), missing)
    shown = workloads.find_shown(
        [*services, *_services_there(need, str(region))], workloads.read_buckets(data), types=_types_there(need)
    )
    found, notes = [], []
    for service in services:
        try:
            found.append(
                await make_policy(
                    service,
                    region=str(region),
                    account=account,
                    judge=judge,
                    terms=terms,
                    data=data,
                    needed=[*need.workloads, *sorted(shown)],
                    actions=need.actions,
                )
            )
        except NotFoundError as error:
            notes.append(str(error))
    why = "; ".join(notes) if not found else purpose["title"] if purpose else f"the least open policy for {services[0]}"
    advice = make_empty_advice(Option(None, 0, why), ())
    return advice.model_copy(update={"policies": tuple(found), "notes": tuple(notes) if found else ()})


def _services_of(need: Need, purpose: Json | None) -> list[str]:
    """What policies are asked for, each once, by the part after the Region."""
    if purpose is None:
        return list(dict.fromkeys((*([service_part(need)] if need.service else []), *need.services)))
    wanted = (part for part in parts_of(purpose, need) if need.sometimes or not part.get("when"))
    return list(dict.fromkeys([*(str(part["service"]) for part in wanted), *need.services]))


def _services_there(need: Need, region: str) -> Iterator[str]:
    """The services that endpoints of the VPC are for, as the context tells."""
    vpc = _vpc_of(need)
    for endpoint in _objects_in(need, "VpcEndpoints"):
        if vpc in (None, endpoint.get("VpcId")):
            _, named, service = str(endpoint.get("ServiceName", "")).partition(f".{region}.")
            if named:
                yield service


def _types_there(need: Need) -> Iterator[str]:
    """The types of the workloads that the context tells of, with a subnet in the VPC."""
    vpc = _vpc_of(need)
    within = [subnet.get("SubnetId") for subnet in _objects_in(need, "Subnets") if subnet.get("VpcId") == vpc]
    for workload in _objects_in(need, "Workloads"):
        ids = workload.get("SubnetIds")
        if vpc is None or any(one in within for one in (ids if isinstance(ids, list) else ())):
            yield str(workload.get("ResourceType"))


def _vpc_of(need: Need) -> str | None:
    return need.vpc_id or (need.context.get("Vpc") or {}).get("VpcId")


def _objects_in(need: Need, name: str) -> Iterator[Json]:
    listed = need.context.get(name)
    yield from (one for one in (listed if isinstance(listed, list) else ()) if isinstance(one, dict))


def _is_for_somebody(account: str | None, terms: Terms) -> bool:
    try:
        return bool(_conditions(account, terms))
    except SettingsError:
        return False


def _conditions(account: str | None, terms: Terms) -> Json:
    sections = terms.org.effective_for({"AccountId": account} if account else {}).sections
    if ids := sections.get("org_ids"):
        return {"StringEquals": {"aws:PrincipalOrgID": ids, "aws:ResourceOrgID": ids}}
    if accounts := sections.get("accounts") or ([account] if account else []):
        return {"StringEquals": {"aws:PrincipalAccount": accounts, "aws:ResourceAccount": accounts}}
    raise SettingsError("Nobody tells whom the policy is for.", advice="Give --account, or org data with org_ids.")


def _statements(actions: Sequence[str], conditions: Json, account: str, partition: str) -> Iterator[Json]:
    """Statements for one's own, each narrower than the one before it."""
    statement: Json = {
        "Sid": "OwnPrincipalsToOwnResources",
        "Effect": "Allow",
        "Principal": "*",
        "Action": list(actions),
        "Resource": "*",
        "Condition": conditions,
    }
    yield statement
    prefixes = dict.fromkeys(action.partition(":")[0] for action in actions)
    yield {**statement, "Resource": [f"arn:{partition}:{prefix}:*:{account}:*" for prefix in prefixes]}


def _opening(opened: OpenBuckets) -> Json:
    """The statement that leaves open what a workload needs."""
    return {
        "Sid": "BucketsOfAWSFor" + opened.workload.title().replace("-", ""),
        "Effect": "Allow",
        "Principal": "*",
        "Action": list(opened.actions),
        "Resource": list(opened.resources),
    }


def _document(statements: Sequence[Json]) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _prove(document: Json, opens: Sequence[OpenBuckets], account: str | None, terms: Terms) -> tuple[ReachAnswer, ...]:
    """Whether nobody outside passes and nothing outside is reached, but for what is left open."""
    sections = terms.org.effective_for({"AccountId": account} if account else {}).sections
    told = sections if sections.get("org_ids") or sections.get("accounts") else {**sections, "accounts": [account]}
    organisation = read_organisation(told)
    left_open = (resource for one in opens for resource in one.resources)
    asked = ReachQuestions(
        policy=read_policy(document, at="/policy"),
        organisation=replace(organisation, resources=(*organisation.resources, *left_open)),
        steps=_STEPS,
        questions=frozenset({"outside_principals", "outside_resources"}),
    )
    return tuple(ask(asked))


def _neighbours(opens: Sequence[OpenBuckets], region: str, data: Json) -> Iterator[Json]:
    """Endpoints that show the workloads, so that the rules say whether the policy leaves open what they need."""
    opened = {one.workload for one in opens}
    for service, workload in workloads.read_buckets(data)["endpoints"].items():
        if workload in opened:
            yield {
                "VpcEndpointId": f"vpce-{service}",
                "VpcEndpointType": "Interface",
                "VpcId": _VPC,
                "ServiceName": catalogue.full_name(service, region, data["services"], gateway=False),
                "State": "available",
            }


def _question(request: Json, policy: Json, context: Json) -> Question:
    proposal = {"operation": "create", "request": {**request, "VpcId": _VPC, "PolicyDocument": policy}}
    return Question(
        proposals=read({"proposals": [proposal]}, format_name="proposal", context=context, at=DOCUMENT_TIME),
        request_id="policy",
        record=False,
    )


def _objections(decisions: Sequence[Decision]) -> tuple[Obstacle, ...]:
    return tuple(
        Obstacle(rule_id=v.rule_id, title=v.title, message=v.message, remediation=v.remediation)
        for decision in decisions
        for v in decision.violations
        if v.path.startswith("/request/PolicyDocument") and v.enforcement_action in ("deny", "warn")
    )
