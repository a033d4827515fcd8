"""What is not known and rules wait for, grouped by what would fill it, with the command that fetches it.

This is the one table of pointers and of the commands of AWS's own tool. What a command prints is a file for `--context`
as it is. Source: AWS CLI Command Reference (ec2, route53, sts).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeGuard

from vpce_guard.decisions.sensitive import hide_in_input
from vpce_guard.formats.document import Draft
from vpce_guard.model import Decision, Json

_MOST_IDS = 200  # AWS's own limit on the values of one filter
_ID = re.compile(r"(?:vpc|subnet|sg|rtb)-[0-9a-f]{8,17}")
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
_SERVICE = re.compile(r"[A-Za-z0-9.-]+")


@dataclass(frozen=True, kw_only=True)
class Fetch:
    """A command whose answer goes into a file for `--context`."""

    command: str
    file: str


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One thing that is not known: what it is, where it is missing, and what fills it.

    Where no command does, `advice` says what to do. `rules` wait for it at `endpoints`, decision ids; `reason` is what
    they say, where they all say the same.
    """

    what: str
    pointers: tuple[str, ...]
    fetches: tuple[Fetch, ...]
    advice: str
    rules: tuple[str, ...]
    endpoints: tuple[str, ...]
    reason: str | None


@dataclass(frozen=True)
class _Endpoint:
    """What a decision is about, as far as commands need it; sensitive texts are hidden."""

    decision: Decision
    parts: Json
    is_of_manifest: bool = False

    @property
    def region(self) -> str | None:
        region = self._member("context", "Region")
        return region if isinstance(region, str) and _REGION.fullmatch(region) else None

    def vpc(self) -> list[str]:
        """The VPC of the endpoint, where it has an id."""
        places = (self._member("request", "VpcId"), self._member("current", "VpcId"), self.decision.subject.vpc_id)
        return [vpc for vpc in places if _is_id(vpc)][:1]

    def vpc_of_interfaces(self) -> list[str]:
        """The same, but none for a gateway endpoint: those of all VPCs share the quota of the Region."""
        kinds = (self._member("request", "VpcEndpointType"), self._member("current", "VpcEndpointType"))
        return [] if "Gateway" in (*kinds, self.decision.subject.endpoint_type) else self.vpc()

    def subnets(self) -> list[str]:
        """Subnets that the endpoint has or gets."""
        blocks = self._member("request", "SubnetConfigurations") or ()
        return [*self._ids("SubnetIds"), *(b["SubnetId"] for b in blocks if b and _is_id(b.get("SubnetId")))]

    def groups(self) -> list[str]:
        """Security groups that the endpoint has or gets."""
        groups = self._member("current", "Groups") or ()
        return [*self._ids("SecurityGroupIds"), *(g["GroupId"] for g in groups if g and _is_id(g.get("GroupId")))]

    def service(self) -> list[str]:
        """The name of the service."""
        name = self._member("request", "ServiceName") or self.decision.subject.service_name
        return [name] if isinstance(name, str) and _SERVICE.fullmatch(name) else []

    def _ids(self, kind: str) -> list[str]:
        lists = [self._member("request", f"{verb}{kind}") for verb in ("", "Add", "Remove")]
        return [one for ids in (*lists, self._member("current", kind)) for one in ids or () if _is_id(one)]

    def _member(self, part: str, name: str) -> Any:
        return (self.parts.get(part) or {}).get(name)


class _Row(NamedTuple):
    """What pointers of one kind stand for, and the command that tells it.

    `advice` says what else to do, `of_manifests` the same for endpoints of Kubernetes.

    `ids` go into `arguments` in the place of `{}`; a command that takes `one_each` is given once for each. Where an
    endpoint has none of them, the command without arguments tells it if it is `broad`.
    """

    what: str
    command: str = ""
    arguments: str = ""
    ids: Callable[[_Endpoint], list[str]] = lambda _: []
    file: str = ""
    joint: str = " "
    one_each: bool = False
    broad: bool = False
    region: str = "--region {}"
    advice: str = "Its id is not known yet; check again when it is."
    of_manifests: str = "Give a --context file with it."


def _make_row(what: str, advice: str) -> _Row:
    return _Row(what, advice=advice, of_manifests=advice)


def _by_vpc(what: str, command: str, file: str, *, broad: bool = False) -> _Row:
    arguments = "--filters Name=vpc-id,Values={}"
    return _Row(f"{what} of the VPC", f"aws ec2 {command}", arguments, _Endpoint.vpc, file, joint=",", broad=broad)


_ENDPOINTS = _by_vpc("endpoints", "describe-vpc-endpoints", "endpoints", broad=True)._replace(
    ids=_Endpoint.vpc_of_interfaces
)
_CALLER = _Row("who asks", "aws sts get-caller-identity", file="caller", broad=True, region="")
_NAMES = _Row(
    "DNS support and host names of the VPC", ids=_Endpoint.vpc, one_each=True, arguments="--vpc-id {}", file="dns"
)
ROWS: Mapping[str, _Row] = {
    "/context/Subnets": _Row("subnets", "aws ec2 describe-subnets", "--subnet-ids {}", _Endpoint.subnets, "subnets"),
    "/context/RouteTables": _by_vpc("route tables", "describe-route-tables", "route-tables"),
    "/context/SecurityGroups": _Row(
        "security groups", "aws ec2 describe-security-groups", "--group-ids {}", _Endpoint.groups, "security-groups"
    ),
    "/context/VpcEndpoints": _ENDPOINTS,
    "/current": _ENDPOINTS,
    "/context/ServiceDetails": _Row(
        "services",
        "aws ec2 describe-vpc-endpoint-services",
        "--service-names {}",
        _Endpoint.service,
        "services",
        broad=True,
    ),
    "/context/ManagedPrefixLists": _Row(
        "prefix lists", "aws ec2 describe-managed-prefix-lists", file="prefix-lists", broad=True
    ),
    "/context/NetworkInterfaces": _by_vpc("network interfaces", "describe-network-interfaces", "interfaces"),
    "/context/PrivateHostedZones": _Row(
        "private hosted zones of the VPC",
        "aws route53 list-hosted-zones-by-vpc",
        '--vpc-id {0} --query "{{PrivateHostedZones: HostedZoneSummaries[].{{Name: Name, Owner: Owner, '
        "VPCs: [{{VPCId: '{0}'}}]}}}}\"",
        _Endpoint.vpc,
        "hosted-zones",
        one_each=True,
        region="--vpc-region {}",
    ),
    "/context/Vpc": _Row("the VPC", "aws ec2 describe-vpcs", "--vpc-ids {}", _Endpoint.vpc, "vpcs"),
    "/context/Vpc/EnableDnsSupport": _NAMES._replace(
        command="aws ec2 describe-vpc-attribute --attribute enableDnsSupport", file="dns-support"
    ),
    "/context/Vpc/EnableDnsHostnames": _NAMES._replace(
        command="aws ec2 describe-vpc-attribute --attribute enableDnsHostnames", file="dns-hostnames"
    ),
    "/context/AccountId": _CALLER,
    "/context/principal": _CALLER,
    "/context/Region": _make_row("the Region", 'Give a --context file with it: {"Region": "us-east-1"}.'),
    "": _make_row("something else", "The rules say what; -o json has their words."),
    "/context": _make_row("what is around the endpoint", "Give a --context file with it."),
    "/intent": _make_row("what the endpoint is for", "Say it in the `intent` of a proposal."),
    "/labels": _make_row("labels", "Give them with --label NAME=VALUE."),
    "/org": _make_row("what the organisation says", "Put it into the org data."),
    "/request": _make_row(
        "values of the request",
        "Known later, or with more given: a plan's Terraform source (--source), a template's --parameters.",
    )._replace(
        of_manifests="Known later, or with more given: what it refers to and its associations in the same file."
    ),
}


_OF_OBJECTS = ("/context/Vpc", "/context/Subnets", "/context/RouteTables", "/context/SecurityGroups", "/current")
_OBJECT = "Give the object in the same file, or a --context file with it."


@dataclass
class _Group:
    row: _Row
    region: str | None
    endpoints: list[str] = field(default_factory=list)
    ids: dict[str, None] = field(default_factory=dict)
    each_has_one: bool = True
    pointers: dict[str, None] = field(default_factory=dict)
    rules: dict[str, None] = field(default_factory=dict)
    reasons: dict[str, None] = field(default_factory=dict)

    def add(self, asked: _Endpoint) -> None:
        """Take up an endpoint, once; those of one decision come one after the other."""
        decision_id = asked.decision.decision_id
        if not self.endpoints or self.endpoints[-1] != decision_id:
            found = self.row.ids(asked)
            self.endpoints.append(decision_id)
            self.ids.update(dict.fromkeys(found))
            self.each_has_one = self.each_has_one and bool(found)


def find_gaps(decisions: Iterable[Decision], drafts: Mapping[str, Draft]) -> list[Gap]:
    """What rules wait for, each thing once: first what commands fetch, and of that what most rules wait for.

    `drafts` is what the decisions are about, by decision_id; ids and Regions for the commands come from there.
    """
    groups: dict[tuple[_Row, str | None], _Group] = {}
    for decision in decisions:
        asked = _endpoint_of(decision, drafts.get(decision.decision_id))
        for one in decision.undetermined:
            for pointer in one.missing or ("",):
                row = _row_for(pointer, asked)
                region = asked.region if row.command and row.region else None
                group = groups.setdefault((row, region), _Group(row, region))
                group.add(asked)
                if pointer:
                    group.pointers[pointer] = None
                group.rules[one.rule_id] = None
                group.reasons[one.reason] = None
    files: set[str] = set()
    gaps = [_gap(group, files) for group in groups.values()]
    return sorted(gaps, key=lambda gap: (not gap.fetches, -len(gap.rules)))


def _gap(group: _Group, files: set[str]) -> Gap:
    return Gap(
        what=group.row.what,
        pointers=tuple(sorted(group.pointers)),
        fetches=tuple(_fetches(group, files)),
        advice=group.row.advice,
        rules=tuple(sorted(group.rules)),
        endpoints=tuple(group.endpoints),
        reason=next(iter(group.reasons)) if len(group.reasons) == 1 else None,
    )


def _fetches(group: _Group, files: set[str]) -> Iterator[Fetch]:
    row = group.row
    if not row.command:
        return
    ids = list(group.ids)
    if row.broad and not group.each_has_one:
        ids = []
    elif not ids:
        return
    size = 1 if row.one_each else _MOST_IDS
    for start in range(0, max(len(ids), 1), size):
        told = [shlex.quote(one) for one in ids[start : start + size]]
        region = group.region or ('"$AWS_REGION"' if row.region.startswith("--vpc") else None)
        parts = [
            row.command,
            row.arguments.format(row.joint.join(told)) if told else "",
            row.region.format(region) if region else "",
        ]
        yield Fetch(command=" ".join(part for part in parts if part), file=_file_name(row.file, files))


def _file_name(stem: str, files: set[str]) -> str:
    number = 1
    while (name := f"{stem}.json" if number == 1 else f"{stem}-{number}.json") in files:
        number += 1
    files.add(name)
    return name


def _row_for(pointer: str, asked: _Endpoint) -> _Row:
    """The row of a pointer, with the advice that helps where the endpoint comes from."""
    row = _row_of(pointer)
    if not asked.is_of_manifest:
        return row
    of_object = pointer.startswith(_OF_OBJECTS) and bool(row.command)
    return row._replace(advice=_OBJECT if of_object else row.of_manifests)


def _row_of(pointer: str) -> _Row:
    """The row of a pointer: its own, or that of the nearest thing around it."""
    while pointer not in ROWS:
        if "/" not in pointer[1:]:
            return ROWS[""]
        pointer = pointer.rpartition("/")[0]
    return ROWS[pointer]


def _endpoint_of(decision: Decision, draft: Draft | None) -> _Endpoint:
    if draft is None:
        return _Endpoint(decision, {})
    parts = {"request": draft.request, "current": draft.current, "context": {"Region": draft.context.get("Region")}}
    return _Endpoint(decision, hide_in_input(parts, draft.sensitive), is_of_manifest="Kubernetes" in draft.context)


def _is_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _ID.fullmatch(value) is not None
