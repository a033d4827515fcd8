"""One request that is asked about by its principal, action and resource; what else it carries is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from vpce_guard.decisions.reach import shapes
from vpce_guard.decisions.reach.answers import ANONYMOUS
from vpce_guard.decisions.reach.keys import PrincipalKind, ResourceKind
from vpce_guard.decisions.reach.languages import Pattern, spell
from vpce_guard.decisions.reach.organisation import Organisation
from vpce_guard.decisions.reach.principals import is_service, parse_identity
from vpce_guard.decisions.reach.unknowns import Element, Unknowns
from vpce_guard.errors import MalformedError


class OpenRequest(NamedTuple):
    """Who asks for what. `keys` are those that follow from the org data, each with its one value."""

    principal: PrincipalKind
    patterns: tuple[Pattern, ...]
    action: str
    resource: str
    keys: tuple[tuple[str, str], ...]

    @property
    def resource_kind(self) -> ResourceKind:
        """Which kind of resource it is."""
        if self.resource == "*":
            return "none"
        return "with_account" if shapes.WITH_ACCOUNT.takes(self.resource) else "without_account"

    def limit(self, case: Unknowns) -> list[Element]:
        """What holds of all requests that are meant."""
        action, resource = spell(self.action.lower()), spell(self.resource)
        found: list[Element] = [case.make_fitting("action", [action]), case.make_fitting("resource", [resource])]
        if self.patterns:
            found.append(case.make_fitting("principal", self.patterns))
        return found + [case.make_among(key, [value]) for key, value in self.keys]


def read_open_request(asked: Sequence[str], organisation: Organisation | None) -> OpenRequest:
    """The request of a principal, an action and a resource. Raises MalformedError for what is none.

    An account's number stands for any principal of it, the ARN of a role for any of its sessions.
    """
    principal, action, resource = asked
    prefix, _, name = action.partition(":")
    if not prefix or not name or set("*?:") & set(name):
        raise _malformed_error(f"{action!r} is no action", "Give it as s3:GetObject, without wildcards.")
    if resource != "*" and not shapes.ARNS.takes(resource):
        raise _malformed_error(f"{resource!r} is no resource", "Give its ARN, or * for an action that has none.")
    keys = []
    if organisation is not None and len(organisation.ids) == 1:
        for key, arn in (("aws:principalorgid", principal), ("aws:resourceorgid", resource)):
            parts = arn.split(":")
            account = parts[4] if len(parts) > 5 else arn
            keys += [(key, organisation.ids[0])] if account in organisation.accounts else []
    kind, patterns = _read_principal(principal)
    return OpenRequest(kind, patterns, action, resource, tuple(keys))


def _read_principal(text: str) -> tuple[PrincipalKind, tuple[Pattern, ...]]:
    if text in ("*", ANONYMOUS):
        return "anonymous", ()
    if is_service(text):
        return "service", (spell(text),)
    identity = parse_identity(text)
    if identity is None:
        advice = f"Give the ARN of a user, a role or a session, an account, a service's name, or {ANONYMOUS}."
        raise _malformed_error(f"{text!r} is no principal", advice)
    if identity.kind == "account" and identity.partition is not None:
        return "account", (spell(f"{text}{shapes.SEPARATOR}"),)
    return "account", tuple(shapes.patterns_of(identity))


def _malformed_error(detail: str, advice: str) -> MalformedError:
    return MalformedError(f"{detail[:200]}.", advice=advice)
