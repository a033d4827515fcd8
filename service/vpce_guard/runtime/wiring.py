"""Settings to a bundle and an engine: the only place that chooses."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from vpce_guard.bundle.bundle import Bundle, open_bundle
from vpce_guard.decisions.decide import Question, decide
from vpce_guard.decisions.judge import Others, Terms
from vpce_guard.decisions.observer import UNWATCHED, Watch
from vpce_guard.engines import Engine
from vpce_guard.engines.guarded import GuardedEngine, Spare
from vpce_guard.errors import SettingsError
from vpce_guard.formats import read
from vpce_guard.formats.document import Given
from vpce_guard.model import Decision, Json, Profile
from vpce_guard.org.data import OrgData
from vpce_guard.org.files import OrgFiles
from vpce_guard.settings import Settings

if TYPE_CHECKING:
    from vpce_guard.decision_log.forward import Forwarder
    from vpce_guard.decision_log.writer import Writer
    from vpce_guard.runtime.telemetry.observing import Watching
    from vpce_guard.whatif.advice import Advice, Need
    from vpce_guard.whatif.explain.explainer import Explainer


_EVERY = 1.0  # seconds between looks at org data files


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What decides: a bundle, the engine that runs it, and the org data read under its rules.

    `others` gives the rules of other revisions that a sidecar may still or already run; `since` is when it was made,
    which is when it was put in force.
    """

    bundle: Bundle
    engine: Engine
    org: OrgFiles
    others: Others = Terms.others
    since: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        """Tell an engine that guards a sidecar which revisions that may answer under."""
        if isinstance(self.engine, GuardedEngine):
            self.engine.others = self.others

    def terms(self, profile: Profile | None) -> Terms:
        """What decisions are made under at this moment; the profile that is set wins over that of org data."""
        return replace(terms_of(self.bundle, self.org.current, profile), others=self.others)


class Beside(Protocol):
    """Something that looks on, after the answer."""

    def offer(self, questions: Sequence[Question], decided: list[list[Decision]]) -> None:
        """Take up what was just decided; returns at once."""


@dataclass
class Guard:
    """Everything a surface needs to answer. `policy` is replaced as a whole when another bundle is activated.

    `stopping` once the service was told to stop: it goes on answering for a while and is not ready.
    """

    settings: Settings
    policy: Policy
    decision_log: Writer | None = None
    forwarder: Forwarder | None = None
    beside: Beside | None = None
    stopping: bool = False
    watch: Watch = UNWATCHED

    @property
    def bundle(self) -> Bundle:
        """The bundle in force."""
        return self.policy.bundle

    @property
    def engine(self) -> Engine:
        """The engine in force."""
        return self.policy.engine

    @property
    def org(self) -> OrgFiles:
        """The org data in force."""
        return self.policy.org

    @property
    def terms(self) -> Terms:
        """What decisions are made under at this moment."""
        return self.policy.terms(self.settings.profile)

    def question(
        self,
        document: Any,
        *,
        format_name: str = "auto",
        context: Json | None = None,
        labels: dict[str, str] | None = None,
        parameters: Json | None = None,
        request_id: str,
        strict: bool = False,
        record: bool = True,
        requested_by: str | None = None,
    ) -> Question:
        """What a parsed document asks; `parameters` are those of a template. Raises MalformedError, TooLargeError."""
        given = Given(parameters=parameters or {}, context=context or {})
        most = self.settings.max_endpoints
        with self.watch.step("read", format=format_name) as step:
            proposals = read(document, format_name=format_name, context=context, labels=labels, given=given, most=most)
            step.found(proposals=len(proposals))
        return Question(
            proposals=proposals,
            request_id=request_id,
            strict=strict or self.settings.strict,
            record=record,
            requested_by=requested_by,
        )

    async def decide(self, questions: Sequence[Question], *, within: float | None = None) -> list[list[Decision]]:
        """The decisions for each question, from one engine call and under one bundle and state of org data.

        Where judging takes longer than `within` seconds they are refusals.
        """
        policy = self.policy
        decided = await decide(
            questions,
            engine=policy.engine,
            terms=policy.terms(self.settings.profile),
            decision_log=self.decision_log,
            watch=self.watch,
            within=within,
        )
        if self.beside is not None:
            self.beside.offer(questions, decided)
        return decided

    async def watch_org(self) -> None:
        """Take up changed org data of whatever policy is in force until cancelled, reading off the event loop."""
        while self.settings.org_data:
            await asyncio.sleep(_EVERY)
            await asyncio.to_thread(self.org.refresh)

    async def advise(self, need: Need, *, request_id: str) -> Advice:
        """Advice for a need, all of it judged under one state of org data."""
        from vpce_guard.whatif.advice import advise

        policy = self.policy
        terms = policy.terms(self.settings.profile)

        async def judge(questions: Sequence[Question]) -> list[list[Decision]]:
            return await decide(questions, engine=policy.engine, terms=terms)

        return await advise(
            need, judge=judge, terms=terms, services=policy.bundle.data["services"], request_id=request_id
        )


def make_guard(settings: Settings) -> Guard:
    """The bundle, engine and org data that the settings ask for."""
    return Guard(settings=settings, policy=make_policy(settings, open_bundle(settings.bundle)))


def make_policy(settings: Settings, bundle: Bundle, *, quick: bool = False) -> Policy:
    """A bundle with the engine and org data that the settings ask for. Raises SettingsError, BundleError.

    With `quick` an embedded engine is ready sooner and answers later.
    """
    org = OrgFiles(settings.org_data, bundle.rules)
    return Policy(bundle=bundle, engine=_engine(settings, bundle, quick=quick), org=org)


def at_hand(settings: Settings) -> tuple[Bundle, Terms]:
    """The bundle that the settings name, and the terms that hold under it."""
    bundle = open_bundle(settings.bundle)
    org = OrgFiles(settings.org_data, bundle.rules).current
    return bundle, terms_of(bundle, org, settings.profile)


def explainer_of(bundle: Bundle, settings: Settings) -> Explainer:
    """What explains under a bundle; it loads its engines when first asked."""
    from vpce_guard.whatif.explain.explainer import Explainer

    return Explainer(bundle, memory_limit=settings.memory_limit, cache_dir=settings.cache_dir)


def terms_of(bundle: Bundle, org: OrgData, profile: Profile | None) -> Terms:
    """What decisions are made under, given org data."""
    chosen = profile or org.profile or "aws-current"
    return Terms(rules=bundle.rules, revision=bundle.revision, profile=chosen, org=org)


def open_log(settings: Settings) -> Writer | None:
    """The decision log that the settings ask for; None where they ask for none."""
    if settings.decision_log == "off":
        return None
    from vpce_guard.decision_log.database import open_database
    from vpce_guard.decision_log.writer import Writer

    database = open_database(settings.database_url, timeout=settings.log_timeout)
    key = settings.log_key.encode() if settings.log_key else None
    return Writer(
        database,
        erase=settings.log_erase,
        key=key,
        required=settings.decision_log == "required",
        timeout=settings.log_timeout,
    )


def open_forwarder(settings: Settings, decision_log: Writer | None) -> Forwarder | None:
    """What sends the log on, not started yet; None where there is no sink. Raises SettingsError without a log."""
    if settings.log_sink_url is None:
        return None
    if decision_log is None:
        raise SettingsError(
            "There is no decision log to send to log_sink_url.", advice="Set VPCE_GUARD_DECISION_LOG=required."
        )
    from vpce_guard.decision_log.forward import Forwarder

    return Forwarder(
        decision_log.engine,
        url=settings.log_sink_url,
        token=settings.log_sink_token,
        batch=settings.log_sink_batch,
        delay=settings.log_sink_delay,
    )


def make_watch(settings: Settings) -> Watching:
    """Metrics, and traces where the settings ask for them. Raises SettingsError where those are not installed."""
    from vpce_guard.runtime.telemetry.metrics import Metrics
    from vpce_guard.runtime.telemetry.observing import Watching

    metrics = Metrics(most_callers=settings.metrics_callers)
    metrics.expect(settings.engine)
    if settings.otlp_endpoint is None:
        return Watching(metrics)
    try:
        from vpce_guard.runtime.telemetry.traces import Traces
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"For otlp_endpoint {error.name} is needed.", advice="Run `pip install vpce-guard[traces]`."
        ) from None
    return Watching(metrics, Traces(settings.otlp_endpoint, ratio=settings.trace_ratio))


def _engine(settings: Settings, bundle: Bundle, *, quick: bool) -> Engine:
    if settings.engine == "embedded":
        return _embedded(settings, bundle, timeout=settings.timeout, quick=quick)
    from vpce_guard.engines.breaker import Breaker
    from vpce_guard.engines.opa import Access, OpaEngine
    from vpce_guard.tls import pem

    access = Access(
        token=settings.opa_token,
        token_file=settings.opa_token_file,
        ca=pem(settings, "opa_ca_file"),
        certificate=pem(settings, "opa_cert_file"),
        key=pem(settings, "opa_key_file"),
    )
    spare, timeout = None, settings.timeout
    if settings.engine_fallback == "embedded":
        timeout /= 2
        spare = Spare(partial(_embedded, settings, bundle, timeout=timeout))
    return GuardedEngine(
        OpaEngine(settings.opa_url, timeout=timeout, access=access),
        breaker=Breaker(failures=settings.breaker_failures, pause=settings.breaker_pause),
        revision=bundle.revision,
        timeout=settings.timeout,
        spare=spare,
    )


def _embedded(settings: Settings, bundle: Bundle, *, timeout: float, quick: bool = False) -> Engine:
    from vpce_guard.engines.embedded import EmbeddedEngine

    return EmbeddedEngine(
        bundle, timeout=timeout, memory_limit=settings.memory_limit, cache_dir=settings.cache_dir, quick=quick
    )
