"""Which resources the actions of a service are about, as IAM lists them: a request that is shown is about such a one.

What IAM lists is not complete enough to prove anything by it. It only keeps a request from being shown that nobody can
make: an action of KMS on a bucket.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from typing import NamedTuple

from vpce_guard.decisions.reach import shapes
from vpce_guard.decisions.reach.document import EndpointPolicy
from vpce_guard.decisions.reach.languages import Language, Pattern, Token, spell
from vpce_guard.decisions.reach.templates import Template
from vpce_guard.formats.aws.iam import known

USUAL = ("s3", "sqs", "kms", "dynamodb")  # whose requests are shown where a policy names no service
_REGION = "us-east-1"


def is_of_its_kind(action: str, resource: str) -> bool:
    """Whether an action may be about a resource; so it is where the service is not known."""
    prefix = action.partition(":")[0].lower()
    return resource == "*" or prefix not in known.prefixes() or resources_of(prefix, usual=False).takes(resource)


def services_of(policies: Iterable[EndpointPolicy], prefixes: Collection[str]) -> tuple[str, ...]:
    """The services, by prefix, whose requests are looked for: the endpoint's, or those that policies name, or a few."""
    named = {
        name
        for policy in policies
        for statement in policy.statements
        for name in (
            *(_part(value, 0) for value in statement.actions),
            *(_part(value, 2) for value in statement.resources),
        )
    }
    known_ones = sorted(named & known.prefixes().keys())
    return tuple(prefixes) or (*known_ones, *(name for name in USUAL if name not in named))


def _part(value: Template, number: int) -> str:
    """What stands between two colons of a value; empty where that has wildcards."""
    parts = "".join(piece if isinstance(piece, str) else "*" for piece in value).split(":")
    return parts[number] if len(parts) > number + 1 and "*" not in parts[number] else ""


class NamedActions(NamedTuple):
    """Actions of a service as they are spelt, without its prefix, and the same in small letters."""

    names: tuple[str, ...]
    lowered: tuple[str, ...]


@cache
def actions_of(prefix: str) -> NamedActions:
    """The actions of a service, those that read first, short ones first."""
    names = known.actions(prefix).values() if prefix in known.prefixes() else ()
    ordered = sorted(names, key=lambda name: (not name.startswith("Get"), len(name), name))
    return NamedActions(tuple(ordered), tuple(name.lower() for name in ordered))


@cache
def resources_of(prefix: str, *, usual: bool) -> Language:
    """The resources of a service; with `usual` those in a usual Region and with an account, which look best."""
    arns = known.prefixes().get(prefix, {"arns": ()})["arns"]
    return Language([_pattern_of(arn, usual=usual) for arn in arns], is_constant=True)


def _pattern_of(arn: str, *, usual: bool) -> Pattern:
    pattern: list[Token] = [*(spell("arn:aws:") if usual else (*spell("arn:aws"), shapes.FIELD, *spell(":")))]
    parts = arn.split(":", 3)
    for number, part in enumerate(parts):
        pattern += spell(":") if number else ()
        if part == "*" and number in (1, 2):
            pattern += (spell(_REGION), shapes.ACCOUNT)[number - 1] if usual else (shapes.FIELD,)
            continue
        for character in part:
            pattern += shapes.ANYTHING if character == "*" and number == len(parts) - 1 else spell(character)
    return tuple(pattern)
