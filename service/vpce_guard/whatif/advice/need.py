"""What is asked and what is answered."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat

from vpce_guard.decisions.reach import ReachAnswer
from vpce_guard.model import Cost, Decision, Json

PurposeName = Literal[
    "images", "session-manager", "eks", "ecs", "lambda", "bedrock", "s3-on-premises", "dynamodb-on-premises"
]
AccessPath = Literal["vpc", "on-prem-vpn", "on-prem-dx", "peering", "inter-region-peering", "tgw"]
EndpointType = Literal["Gateway", "Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork", "Tunnel"]


class Need(BaseModel):
    """What somebody wants to reach, from where and how. `context` is as in a proposal and describes the VPC."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    service: str | None = Field(None, description="The part after the Region (s3, ecr.api) or a full service name.")
    services: tuple[str, ...] = Field((), max_length=20, description="Further services that a purpose calls.")
    resource_configuration_arn: str | None = Field(None, description="One resource of another VPC.")
    service_network_arn: str | None = Field(None, description="Many services and resources of VPC Lattice.")
    purpose: Literal["access", "inspection", "tunnel"] | PurposeName = Field(
        "access",
        description="inspection: appliances in the path of traffic; tunnel: whole ranges of another network; the rest "
        "are known purposes that need several endpoints.",
    )
    sometimes: StrictBool = Field(False, description="Propose also what a purpose needs only sometimes.")
    vpcs: int = Field(1, ge=1, le=5000, strict=True, description="How many VPCs have the same need, for costs.")
    region: str | None = Field(None, description="Region of the VPC; else that of the context.")
    service_region: str | None = Field(None, description="Region of the service, where it is another one.")
    account: str | None = Field(None, description="Account of the VPC; else that of the context.")
    access_paths: tuple[AccessPath, ...] = Field(("vpc",), min_length=1, description="From where it is reached.")
    protocols: tuple[str, ...] = Field(("tcp",), min_length=1)
    initiator: Literal["consumer", "provider"] = Field("consumer", description="Who opens connections.")
    gb_per_month: StrictFloat | None = Field(None, ge=0, description="Data through the endpoint, for its cost.")
    policy: StrictBool = Field(False, description="Write the least open endpoint policies instead of proposals.")
    workloads: tuple[str, ...] = Field(
        (), max_length=20, description="What else the policy for S3 must leave open: ecr, ssm, amazon-linux-2023, …"
    )
    actions: tuple[str, ...] = Field(
        (), max_length=100, description="The actions the policy lets through; all of the service if none is given."
    )
    policy_per_route_table: StrictBool = Field(False, description="Subnets need policies of their own (S3, DynamoDB).")
    vpc_id: str | None = None
    subnet_ids: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()
    route_table_ids: tuple[str, ...] = ()
    tags: dict[str, str] = Field(default_factory=dict)
    change_class: str | None = None
    context: Json = Field(default_factory=dict)


class Obstacle(BaseModel):
    """A rule that stands in the way, or that something would break."""

    model_config = ConfigDict(frozen=True)

    rule_id: str
    title: str
    message: str
    remediation: str


class NeededFact(BaseModel):
    """A member of the need that must be given before there is advice: what it is, and a value as it may look."""

    model_config = ConfigDict(frozen=True)

    member: str
    what: str
    example: str


class Alternative(BaseModel):
    """Another endpoint type, what it would break, and what it would cost a month."""

    model_config = ConfigDict(frozen=True)

    endpoint_type: EndpointType
    possible: bool
    breaks: tuple[Obstacle, ...]
    monthly: float | None


class PurposePart(BaseModel):
    """One endpoint of a purpose: what for, when it is needed if not always, and what came of it.

    `state` is `proposed`, `there` (the VPC has it), `only sometimes` (left out) or `not possible`, and then
    `stands_in_the_way` says why. `monthly` is what it costs, data not counted.
    """

    model_config = ConfigDict(frozen=True)

    service: str
    why: str
    when: str
    endpoint_type: EndpointType | None
    state: Literal["proposed", "there", "only sometimes", "not possible"]
    monthly: float | None
    stands_in_the_way: tuple[Obstacle, ...]


class Way(BaseModel):
    """One way to serve the need in all VPCs: what it costs a month, what that counts, and what has no price."""

    model_config = ConfigDict(frozen=True)

    way: Literal["endpoints in each VPC", "central endpoints", "NAT gateways"]
    monthly: float | None
    counts: str
    unknown: tuple[str, ...]


class OpenBuckets(BaseModel):
    """Objects of buckets of AWS, as ARNs, that a policy leaves open for a workload; `source` is the page for that."""

    model_config = ConfigDict(frozen=True)

    workload: str
    purpose: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    source: str


class AdvisedPolicy(BaseModel):
    """The least open endpoint policy for a service. It is admissible where no rule objects to it.

    `proofs` say whether nobody outside passes and nothing outside is reached, but for what it `opens`.
    """

    model_config = ConfigDict(frozen=True)

    service_name: str
    document: dict[str, Any]
    admissible: bool
    objections: tuple[Obstacle, ...]
    opens: tuple[OpenBuckets, ...]
    proofs: tuple[ReachAnswer, ...]


class Advice(BaseModel):
    """The type to use and why. `endpoint_type` is None where no endpoint serves the need or none is allowed.

    `proposals` are what to ask for, all of which the service has judged `allowed` together with the context of the
    need (`decisions`); `cost` is what they cost together. `stands_in_the_way` names the rules where none is allowed,
    `row` the row of the type chooser. Where the need leaves out what nothing can be proposed without, nothing is
    judged: `needs` says what to give, and `why` is about the type that serves the need as far as it is told.

    For a purpose of several endpoints, `parts` are those, `notes` what to know of them and `source` the page that says
    so; `endpoint_type` is the type of the first that is proposed. `ways` compares costs where interface endpoints are
    proposed. Where the need asks for policies, there are `policies` and no proposals.
    """

    model_config = ConfigDict(frozen=True)

    endpoint_type: EndpointType | None
    row: int
    why: str
    also: str
    proposals: tuple[dict[str, Any], ...]
    decisions: tuple[Decision, ...]
    cost: Cost | None
    alternatives: tuple[Alternative, ...]
    stands_in_the_way: tuple[Obstacle, ...]
    needs: tuple[NeededFact, ...]
    parts: tuple[PurposePart, ...]
    notes: tuple[str, ...]
    source: str | None
    ways: tuple[Way, ...]
    policies: tuple[AdvisedPolicy, ...]
