"""Settings to a bundle and an engine: the only place that chooses."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vpce_guard import installation
from vpce_guard.bundle.bundle import Bundle
from vpce_guard.bundle.open_any import open_any
from vpce_guard.decisions.judge import Others, Terms
from vpce_guard.engines import Engine
from vpce_guard.engines.guarded import GuardedEngine, SpareEngine
from vpce_guard.errors import SettingsError
from vpce_guard.org.files import OrgFiles
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.policy import OtherBundles, Policy, terms_of
from vpce_guard.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine as Database

    from vpce_guard.decision_log.forward import Forwarder
    from vpce_guard.decision_log.seals import SealSender
    from vpce_guard.decision_log.writer import Writer
    from vpce_guard.inventory.lookup import InventoryLookup
    from vpce_guard.runtime.telemetry.observer import TelemetryObserver
    from vpce_guard.whatif.explain.explainer import Explainer


def make_guard(settings: Settings) -> Guard:
    """The bundle, engine and org data that the settings ask for."""
    others = OtherBundles()
    policy = make_policy(settings, open_any(settings.bundle, settings.bundle_keys_file), others=others)
    return Guard(settings=settings, policy=policy, others=others, inventory=make_lookup(settings))


def make_policy(settings: Settings, bundle: Bundle, *, others: Others = Terms.others, quick: bool = False) -> Policy:
    """A bundle with the engine and org data that the settings ask for. Raises SettingsError, BundleError.

    `others` gives the rules of other bundles under which a sidecar may answer. With `quick` an embedded engine is ready
    sooner and answers later.
    """
    org = OrgFiles(settings.org_data, bundle.rules, bundle.catalogue.sections)
    engine = _make_engine(settings, bundle, others=others, quick=quick)
    return Policy(bundle=bundle, engine=engine, org=org, others=others)


def make_lookup(settings: Settings) -> InventoryLookup | None:
    """The inventory that proposals get their context from, where the settings ask for it; opened when first asked."""
    if not settings.inventory:
        return None
    from vpce_guard.decision_log.database import open_database
    from vpce_guard.inventory.lookup import InventoryLookup

    def open_() -> Database:
        return open_database(settings.database_url, timeout=settings.log_timeout)

    return InventoryLookup(open_, max_age=settings.inventory_max_age)


def load_bundle_and_terms(settings: Settings) -> tuple[Bundle, Terms]:
    """The bundle that the settings name, and the terms that hold under it."""
    bundle = open_any(settings.bundle, settings.bundle_keys_file)
    org = OrgFiles(settings.org_data, bundle.rules, bundle.catalogue.sections).current
    return bundle, terms_of(bundle, org, settings.profile)


def explainer_of(bundle: Bundle, settings: Settings) -> Explainer:
    """What explains under a bundle; it loads its engines when first asked."""
    from vpce_guard.whatif.explain.explainer import Explainer

    return Explainer(bundle, memory_limit=settings.memory_limit, cache_dir=settings.cache_dir)


def open_log(settings: Settings, *, turn: Path | None = None) -> Writer | None:
    """The decision log that the settings ask for; None where they ask for none.

    `turn` is a file of workers that write to the same log; the lock of it is the turn to write.
    """
    if settings.decision_log == "off":
        return None
    from vpce_guard.decision_log.anchor import AnchorFile
    from vpce_guard.decision_log.database import open_database
    from vpce_guard.decision_log.keys import LogKeys
    from vpce_guard.decision_log.writer import Writer

    database = open_database(settings.database_url, timeout=settings.log_timeout)
    return Writer(
        database,
        erase=settings.log_erase,
        keys=LogKeys.read_settings(settings),
        required=settings.decision_log == "required",
        timeout=settings.log_timeout,
        anchor=AnchorFile(settings.log_anchor_file) if settings.log_anchor_file else None,
        turn=turn,
    )


def keep_log(guard: Guard, *, turn: Path | None = None) -> Guard:
    """The guard with the decision log that its settings ask for, and what sends that on. `turn` is that of open_log().

    Raises SettingsError for what cannot work.
    """
    log = open_log(guard.settings, turn=turn)
    forwarder, anchoring = open_forwarder(guard.settings, log), open_anchors(guard.settings, log)
    return replace(guard, decision_log=log, forwarder=forwarder, anchoring=anchoring)


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
        decision_log.database,
        url=settings.log_sink_url,
        token=settings.log_sink_token,
        batch=settings.log_sink_batch,
        delay=settings.log_sink_delay,
    )


def open_anchors(settings: Settings, decision_log: Writer | None) -> list[SealSender]:
    """What brings seals to addresses outside, not started yet. Raises SettingsError where that cannot work."""
    if settings.log_anchor_url is None and settings.log_timestamp_url is None:
        return []
    if decision_log is None:
        raise SettingsError(
            "There is no decision log whose seals could be anchored.", advice="Set VPCE_GUARD_DECISION_LOG=required."
        )
    from vpce_guard.decision_log.seals import HttpAnchor, SealSender

    found = []
    if settings.log_anchor_url is not None:
        place = HttpAnchor(settings.log_anchor_url)
        token, delay = settings.log_anchor_token, settings.log_anchor_delay
        found.append(SealSender(decision_log.database, place, token=token, delay=delay))
    if settings.log_timestamp_url is not None and settings.log_timestamp_ca_file is not None:
        from vpce_guard.decision_log.timestamps import Certificates, TimestampAuthority

        authority = TimestampAuthority(settings.log_timestamp_url, Certificates(settings.log_timestamp_ca_file))
        found.append(SealSender(decision_log.database, authority, token=None, delay=settings.log_timestamp_delay))
    return found


def make_observer(settings: Settings) -> TelemetryObserver:
    """Metrics, and traces where the settings ask for them. Raises SettingsError where those are not installed."""
    from vpce_guard.runtime.telemetry.metrics import ServiceMetrics
    from vpce_guard.runtime.telemetry.observer import TelemetryObserver

    has_credentials = settings.api_keys_file is not None or settings.oidc_issuer is not None
    hide = settings.open_health and has_credentials  # /metrics answers anyone, and who asks is nobody's business
    metrics = ServiceMetrics(most_callers=settings.metrics_callers, hide_callers=hide)
    metrics.start_at_zero(settings.engine)
    if settings.otlp_endpoint is None:
        return TelemetryObserver(metrics)
    try:
        from vpce_guard.runtime.telemetry.traces import Traces
    except ModuleNotFoundError as error:
        raise SettingsError(f"For otlp_endpoint {error.name} is needed.", advice=installation("traces")) from None
    return TelemetryObserver(metrics, Traces(settings.otlp_endpoint, ratio=settings.trace_ratio))


def _make_engine(settings: Settings, bundle: Bundle, *, others: Others, quick: bool) -> Engine:
    if settings.engine == "embedded":
        return _make_embedded(settings, bundle, timeout=settings.timeout, quick=quick)
    from vpce_guard.engines.breaker import Breaker
    from vpce_guard.engines.opa import OpaCredentials, OpaEngine
    from vpce_guard.tls import pem

    access = OpaCredentials(
        token=settings.opa_token,
        token_file=settings.opa_token_file,
        ca=pem(settings, "opa_ca_file"),
        certificate=pem(settings, "opa_cert_file"),
        key=pem(settings, "opa_key_file"),
    )
    spare, timeout = None, settings.timeout
    if settings.engine_fallback == "embedded":
        timeout /= 2
        spare = SpareEngine(partial(_make_embedded, settings, bundle, timeout=timeout))
    return GuardedEngine(
        OpaEngine(settings.opa_url, timeout=timeout, access=access),
        breaker=Breaker(failures=settings.breaker_failures, pause=settings.breaker_pause),
        revision=bundle.revision,
        timeout=settings.timeout,
        others=others,
        spare=spare,
    )


def _make_embedded(settings: Settings, bundle: Bundle, *, timeout: float, quick: bool = False) -> Engine:
    from vpce_guard.engines.embedded import EmbeddedEngine

    return EmbeddedEngine(
        bundle, timeout=timeout, memory_limit=settings.memory_limit, cache_dir=settings.cache_dir, quick=quick
    )
