"""Looks for a request in every setting, until one is found that the evaluator agrees with, or none is left."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from vpce_guard.decisions.reach import shapes
from vpce_guard.decisions.reach.answers import AccessRequest
from vpce_guard.decisions.reach.clock import Clock, OutOfTimeError
from vpce_guard.decisions.reach.document import EndpointPolicy
from vpce_guard.decisions.reach.evaluate import Truth, readings_of
from vpce_guard.decisions.reach.keys import PrincipalKind, ResourceKind, Setting
from vpce_guard.decisions.reach.kinds import is_of_its_kind, resources_of, services_of
from vpce_guard.decisions.reach.languages import spell
from vpce_guard.decisions.reach.organisation import Box
from vpce_guard.decisions.reach.pins import find_pins
from vpce_guard.decisions.reach.search import find_literals
from vpce_guard.decisions.reach.unknowns import Element, Unknowns
from vpce_guard.decisions.reach.witness import write_request
from vpce_guard.decisions.reach.words import Languages

_OWNED: tuple[ResourceKind, ...] = ("with_account", "without_account")
EVERY_PRINCIPAL: tuple[PrincipalKind, ...] = ("anonymous", "account", "service")


class Conjunction(NamedTuple):
    """One way for a request to be what is looked for: all of `needed` holds, and no whole one of `excluded`."""

    needed: Sequence[Element]
    excluded: Sequence[Box]


NO_MORE = Conjunction((), ())
Query = Callable[[Unknowns], Iterable[Conjunction]]


_OF_ANOTHER_KIND = "only requests pass whose resource is of no kind that IAM lists for their action"


class SearchResult(NamedTuple):
    """A request that was found; or None, and where there may still be one, what stood in the way."""

    request: AccessRequest | None
    doubt: str = ""


class Prover:
    """Finds requests that pass through some policies."""

    def __init__(
        self,
        policies: Sequence[EndpointPolicy],
        *,
        prefixes: Sequence[str],
        texts: Collection[str] = (),
    ) -> None:
        """`prefixes` are those of the service's actions, `texts` all values of keys that questions name."""
        self._texts = texts
        self.policies = policies
        self._prefixes = tuple(prefixes)
        self._languages = Languages()
        self._cases: dict[Setting, Unknowns] = {}
        self._names = {key: name for policy in reversed(policies) for key, name in policy.keys.items()}
        self._readings = readings_of(policies)
        self._size = sum(policy.size for policy in policies)
        self._services = services_of(policies, prefixes)

    def find(
        self,
        query: Query,
        check: Callable[[AccessRequest], Truth],
        *,
        clock: Clock,
        principals: Sequence[PrincipalKind] = EVERY_PRINCIPAL,
        resources: Sequence[ResourceKind] = (),
    ) -> SearchResult:
        """The smallest request that was found of what a query looks for, and that `check` agrees with."""
        kinds = resources or self._resource_kinds()
        try:
            return self._look(query, check, principals, kinds, clock)
        except OutOfTimeError:
            return SearchResult(None, clock.why_over)

    def kinds_with_owner(self) -> tuple[ResourceKind, ...]:
        """The kinds of resources that are somebody's."""
        return tuple(kind for kind in self._resource_kinds() if kind not in ("any", "none")) or _OWNED

    def _resource_kinds(self) -> tuple[ResourceKind, ...]:
        if "aws:resourceaccount" not in self._names:
            return ("any",)
        return ("with_account", "without_account", "none", "unsent")

    def _look(
        self,
        query: Query,
        check: Callable[[AccessRequest], Truth],
        principals: Sequence[PrincipalKind],
        resources: Sequence[ResourceKind],
        clock: Clock,
    ) -> SearchResult:
        best, doubt = None, ""
        for principal in principals:
            outcome = self._look_for(query, check, principal, resources, clock)
            doubt = doubt or outcome.doubt
            if outcome.request is not None and (best is None or _size(outcome.request) < _size(best)):
                best = outcome.request
            if best is not None and not best.context:  # a smaller one there is hardly
                break
        return SearchResult(best) if best is not None else SearchResult(None, doubt)

    def _look_for(
        self,
        query: Query,
        check: Callable[[AccessRequest], Truth],
        principal: PrincipalKind,
        resources: Sequence[ResourceKind],
        clock: Clock,
    ) -> SearchResult:
        doubt = ""
        readings = self._readings
        if principal != "account":  # NotPrincipal lists nobody else without an account
            readings = list(dict.fromkeys(reading._replace(listed_alone=True) for reading in readings))
        for reading, resource in product(readings, resources):
            setting = Setting(principal, resource, reading)
            outcome = self._look_in(setting, query, check, clock)
            if outcome.doubt and resource != "unsent":
                sure = self._look_in(setting._replace(careful=True), query, check, clock)
                outcome = sure if sure.request is not None else outcome
            if outcome.doubt and resource != "unsent" and any(policy.variables for policy in self.policies):
                outcome = self._look_pinned(setting, query, check, clock)
            if outcome.request is not None:
                return outcome
            doubt = doubt or outcome.doubt
        return SearchResult(None, doubt)

    def _look_in(
        self, setting: Setting, query: Query, check: Callable[[AccessRequest], Truth], clock: Clock
    ) -> SearchResult:
        doubt = ""
        for services in ((), self._services):
            for request in self._requests(setting, query, services, clock):
                clock.check(self._size * len(self._readings))
                wrong = _why_not(request, check, setting.resource)
                if not wrong:
                    return SearchResult(request)
                doubt = doubt or wrong
            if doubt != _OF_ANOTHER_KIND:
                break
        return SearchResult(None, doubt)

    def _look_pinned(
        self, setting: Setting, query: Query, check: Callable[[AccessRequest], Truth], clock: Clock
    ) -> SearchResult:
        """The same with values for policy variables, one after the other."""
        clock.check(self._size)
        pins, is_all = find_pins(self.policies, setting, self._texts)
        doubt = "" if is_all else "a policy variable can have any value"
        for pinned in pins:
            outcome = self._look_in(setting._replace(pins=pinned), query, check, clock)
            if outcome.request is not None:
                return outcome
            doubt = doubt or outcome.doubt
        return SearchResult(None, doubt)

    def _requests(
        self, setting: Setting, query: Query, services: Sequence[str], clock: Clock
    ) -> Iterator[AccessRequest]:
        """Requests of some services about resources of their kinds, or of any service about anything."""
        case = self._cases.get(setting)
        if case is None:
            case = self._cases[setting] = Unknowns(setting, self.policies, self._prefixes, self._languages, clock)
        extras = [(a, b) for a in _variants(case) for b in ([_of_kind(case, s) for s in services] or [NO_MORE])]
        for alternative in query(case):
            for extra, kind in extras:
                needed = [*case.pinned, *alternative.needed, *extra.needed, *kind.needed]
                excluded = [*alternative.excluded, *extra.excluded]
                clock.check(5 + len(needed) + sum(map(len, excluded)))
                found = find_literals(case, needed, excluded, clock)
                if found is not None:
                    yield write_request(case, found, self._names, self._prefixes, clock)


def _of_kind(case: Unknowns, prefix: str) -> Conjunction:
    """Requests of a service about what its actions are about."""
    resources = (*resources_of(prefix, usual=False).patterns, spell("*"))
    actions = shapes.actions_of((prefix,)).patterns
    return Conjunction([case.make_fitting("action", actions), case.make_fitting("resource", resources)], ())


def _variants(case: Unknowns) -> list[Conjunction]:
    """Where stars cross colons: resources of services whose callers choose the last part, and all others."""
    if not case.setting.reading.star_crosses:
        return [NO_MORE]
    free = case.make_fitting("resource", shapes.FREE_FORM)
    return [Conjunction([free], ()), Conjunction((), [[case.make_fitting("resource", shapes.CROSSING)]])]


def _why_not(request: AccessRequest, check: Callable[[AccessRequest], Truth], resource: ResourceKind) -> str:
    """Why a request does not count as found; empty where it does."""
    if resource == "unsent":
        return "only requests pass that carry no aws:ResourceAccount, as AWS documents of some actions"
    if not is_of_its_kind(request.action, request.resource):
        return _OF_ANOTHER_KIND
    if not _is_consistent(request):
        return "the principal and the resource would be of one account in two organisations"
    if check(request) is not True:
        return "what AWS documents does not settle whether the policy matches the request that was found"
    return ""


def _is_consistent(request: AccessRequest) -> bool:
    """Whether a request's principal and resource, where they are of one account, are of one organisation."""
    keys = {key.lower(): value for key, value in request.context.items()}
    principal, parts = request.principal.split(":"), request.resource.split(":")
    account = keys.get("aws:resourceaccount", parts[4] if len(parts) > 5 else "")
    if len(principal) < 5 or not account or principal[4] != account:
        return True
    pairs = (("aws:principalorgid", "aws:resourceorgid"), ("aws:principalorgpaths", "aws:resourceorgpaths"))
    return all(keys.get(one) == keys.get(other) for one, other in pairs if one in keys and other in keys)


def _size(request: AccessRequest) -> tuple[int, int]:
    return len(request.context), len(request.principal) + len(request.action) + len(request.resource)
