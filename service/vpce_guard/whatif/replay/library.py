"""Bundles and org data by revision, ready to judge with: what decisions were made under, and a candidate."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine as Database

from vpce_guard.bundle.bundle import Bundle
from vpce_guard.bundle.rules import Rule
from vpce_guard.decision_log.terms import load_bundle, load_org
from vpce_guard.engines.embedded import EmbeddedEngine
from vpce_guard.errors import BundleError, SettingsError, VpceGuardError
from vpce_guard.model import Json, Profile
from vpce_guard.org.data import OrgData, no_org_data
from vpce_guard.org.load import read_org_data
from vpce_guard.whatif.replay.affected import AffectedRules, bundle_with_rules, find_affected
from vpce_guard.whatif.replay.moments import only_compares

_TIMEOUT = 60.0  # seconds of one call: a batch, on a machine that does something else besides
_MOST_OPEN = 6  # bundles, each with a compiled engine
_WORTH = 1000  # proposals after which a bundle of the affected rules alone pays for being compiled

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


@dataclass(frozen=True)
class Workspace:
    """Where engines are set up: the most memory of each, an opa that compiles, and folders for compiled policies.

    `cache_dir` keeps whole bundles for later replays and the service, the user's cache if None; `work` what is made of
    some of their rules, as long as the replay lives.
    """

    work: Path
    memory_limit: int
    opa: str = "opa"
    cache_dir: Path | None = None


@dataclass
class OpenBundle:
    """A bundle with an engine that runs it, started when it is first asked; `lasting` if others will ask for it too."""

    bundle: Bundle
    workspace: Workspace
    lasting: bool = True

    @cached_property
    def engine(self) -> EmbeddedEngine:
        """The engine. Raises BundleError."""
        where = self.workspace
        cache_dir = where.cache_dir if self.lasting else where.work
        return EmbeddedEngine(self.bundle, timeout=_TIMEOUT, memory_limit=where.memory_limit, cache_dir=cache_dir)

    @cached_property
    def rules_by_id(self) -> Mapping[str, Rule]:
        """The rules by their ids."""
        return {rule.id: rule for rule in self.bundle.rules.values()}

    @cached_property
    def only_compares_time(self) -> bool:
        """Whether the bundle does nothing with the time but compare it with the moments of org data."""
        return only_compares(self.bundle)

    def close(self) -> None:
        """Let go of the engine."""
        if "engine" in self.__dict__:
            asyncio.run(self.engine.close())


@dataclass
class CandidateRun:
    """How a candidate is asked after a recorded bundle has answered."""

    what: AffectedRules | None
    asked: int = 0
    short: OpenBundle | None = None
    failed: bool = False


@dataclass
class Library:
    """Everything judged with, opened once per worker and bounded in number."""

    database: Database | None
    known: Mapping[str, Bundle]
    documents: Mapping[str, Json]
    workspace: Workspace
    _bundles: OrderedDict[str, OpenBundle | None] = field(default_factory=OrderedDict)
    _org: OrderedDict[tuple[str, str], OrgData | None] = field(default_factory=OrderedDict)
    _again: OrderedDict[tuple[str, str, bool], CandidateRun] = field(default_factory=OrderedDict)

    def bundle(self, revision: str) -> OpenBundle | None:
        """The bundle of a revision; None where it is not kept or cannot be opened."""
        return _get_or_make(self._bundles, revision, lambda: self._open(revision), most=_MOST_OPEN)

    def org(self, revision: str, opened: OpenBundle) -> OrgData | None:
        """Org data of a revision under the rules of a bundle; None where they are not kept. Raises SettingsError."""
        if not revision:
            return no_org_data(opened.rules_by_id)
        return _get_or_make(
            self._org, (revision, opened.bundle.revision), lambda: self._read(revision, opened), most=64
        )

    def candidate_run(self, recorded: OpenBundle, candidate: OpenBundle, *, org: bool, count: int) -> CandidateRun:
        """How the candidate is asked about `count` more proposals. The short way is taken once it pays."""

        def look() -> CandidateRun:
            return CandidateRun(find_affected(recorded.bundle, candidate.bundle, org=org))

        key = (recorded.bundle.revision, candidate.bundle.revision, org)
        again = _get_or_make(self._again, key, look, most=_MOST_OPEN)
        again.asked += count
        if again.what is not None and again.short is None and not again.failed and again.asked >= _WORTH:
            try:
                short = bundle_with_rules(candidate.bundle, again.what.rules, self.workspace.opa)
                again.short = OpenBundle(short, self.workspace, lasting=False)
            except BundleError:  # no opa of the version at hand: the whole bundle is asked
                again.failed = True
        return again

    def _open(self, revision: str) -> OpenBundle | None:
        found = self.known.get(revision)
        try:
            if found is None and self.database is not None:
                found = load_bundle(self.database, revision)
        except VpceGuardError:
            return None
        return OpenBundle(found, self.workspace) if found is not None and found.revision == revision else None

    def _read(self, revision: str, opened: OpenBundle) -> OrgData | None:
        document = self.documents.get(revision)
        if document is None and self.database is not None:
            document = load_org(self.database, revision)
        return org_under(document, opened.bundle) if document is not None else None


def org_under(document: Json, bundle: Bundle) -> OrgData:
    """Org data under the rules of a bundle. Raises SettingsError where they do not go together."""
    try:
        return read_org_data(document, {rule.id: rule for rule in bundle.rules.values()})
    except ValueError as error:
        raise SettingsError(
            f"The org data does not match the rules of bundle {bundle.revision[:12]}: {error}.",
            advice="`vpce-guard policy show` says what is wrong with a file.",
        ) from None


def profile_under(recorded: Profile, org: OrgData, candidate: OrgData) -> Profile:
    """The profile a candidate is judged under: what its org data say, unless a setting had the last word."""
    if recorded != (org.profile or "aws-current"):
        return recorded
    return candidate.profile or "aws-current"


def _get_or_make(kept: OrderedDict[Key, Value], key: Key, make: Callable[[], Value], *, most: int) -> Value:
    if key not in kept:
        kept[key] = make()
        while len(kept) > most:
            _, gone = kept.popitem(last=False)
            for opened in (gone, getattr(gone, "short", None)):
                if isinstance(opened, OpenBundle):
                    opened.close()
    kept.move_to_end(key)
    return kept[key]
