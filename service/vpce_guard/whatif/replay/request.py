"""A replay as it is asked for, from the candidate's name to the result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from vpce_guard.bundle.bundle import Bundle, open_bundle
from vpce_guard.bundle.open_any import open_any
from vpce_guard.decision_log import queries
from vpce_guard.decision_log.database import default_url, open_database
from vpce_guard.errors import SettingsError, VpceGuardError
from vpce_guard.instants import now
from vpce_guard.model import Json
from vpce_guard.settings import Settings
from vpce_guard.whatif.replay import checkpoint as checkpoints
from vpce_guard.whatif.replay.archive import ArchiveSource
from vpce_guard.whatif.replay.candidate import Candidate, CandidateOpener, org_document
from vpce_guard.whatif.replay.checkpoint import Checkpoint
from vpce_guard.whatif.replay.library import Workspace
from vpce_guard.whatif.replay.results import Part, ReplayResult
from vpce_guard.whatif.replay.run import CheckpointFile, Job, Progress, run
from vpce_guard.whatif.replay.sources import ExportSource, LogSource, RecordSource, Selection


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked: a candidate, where decisions are, which of them, and how to go about it.

    `work` is a folder that lives as long as the replay. Without `reuse` what differs from another proposal in its time
    only is judged as well.
    """

    settings: Settings
    work: Path
    candidate: str | None = None
    candidate_data: tuple[Path, ...] = ()
    export: Path | None = None
    since: str | None = None
    until: str | None = None
    label: str | None = None
    account: str | None = None
    rule: str | None = None
    service: str | None = None
    allowed: bool | None = None
    limit: int | None = None
    sample: float | None = None
    resume: Path | None = None
    workers: int = 1
    cluster: str | None = None
    opa: str = "opa"
    reuse: bool = True

    def selection(self) -> Selection:
        """Which decisions. Raises MalformedError for a time or label that is none."""
        query = queries.Query(
            since=queries.parse_time(self.since, "since"),
            until=queries.parse_time(self.until, "until"),
            allowed=self.allowed,
            rule_id=self.rule,
            service_name=self.service,
            account_id=self.account,
            label=queries.parse_label(self.label),
        )
        return Selection(query=query, limit=self.limit, sample=self.sample)

    def describe_selection(self) -> dict[str, str]:
        """The choice of decisions in words."""
        names = ("since", "until", "label", "account", "rule", "service", "limit", "sample")
        told = {name: str(value) for name in names if (value := getattr(self, name)) is not None}
        return told if self.allowed is None else {**told, "answer": "allowed" if self.allowed else "denied"}


def replay(request: Request, progress: Progress | None = None) -> ReplayResult:
    """The result. Raises VpceGuardError where the candidate, the source or the state cannot be used."""
    return replay_of(request, open_candidate(request), progress)


def open_candidate(request: Request) -> Candidate:
    """The candidate that is asked for."""
    settings = request.settings
    opener = CandidateOpener(work=request.work, opa=request.opa, keys_file=settings.bundle_keys_file)
    bundle = opener.bundle(request.candidate) if request.candidate else None
    files = request.candidate_data
    return Candidate(
        bundle=bundle,
        bundle_name=request.candidate,
        org=org_document(files, bundle or open_any(settings.bundle, settings.bundle_keys_file)) if files else None,
        org_name=", ".join(str(path) for path in files) or None,
    )


def replay_of(request: Request, candidate: Candidate, progress: Progress | None = None) -> ReplayResult:
    """The same for a candidate that is opened already."""
    settings = request.settings
    url = settings.database_url or default_url()
    revision = candidate.bundle.revision if candidate.bundle else None
    name = str(request.export) if request.export else url
    of = checkpoints.identity(revision, candidate.org, name, request.describe_selection())
    start = checkpoints.read_checkpoint(request.resume, of) if request.resume else None
    start = start or Checkpoint(until=now(), resume_at=None, part=Part())
    source, database_url = _source(request, url, until=start.until)
    _check_cluster(request.cluster, database_url)
    job = Job(
        candidate=candidate,
        workspace=Workspace(
            work=request.work,
            memory_limit=settings.memory_limit,
            opa=request.opa,
            cache_dir=settings.cache_dir,
        ),
        database_url=database_url,
        known=dict(_bundles(settings)),
        documents=_documents(settings),
        reuse=request.reuse,
    )
    part = run(
        source,
        job,
        start,
        workers=request.workers,
        cluster=request.cluster,
        kept=CheckpointFile(path=request.resume, of=of) if request.resume else None,
        progress=progress,
    )
    return ReplayResult(
        candidate=candidate.name,
        bundle_revision=revision,
        org_data=candidate.org_name,
        source=source.name,
        selection=request.describe_selection(),
        part=part,
        docs_url=request.settings.docs_url,
    )


def _source(request: Request, url: str, *, until: str) -> tuple[RecordSource, str | None]:
    """Where decisions are, and the database with what they were made under; an export may be without."""
    selection = request.selection()
    if request.export is None:
        return LogSource(open_database(url, create=False), selection, until=until), url
    if not request.export.exists():
        raise SettingsError(f"{request.export} is not there.", advice="Give a file of `vpce-guard log export`.")
    source = (ArchiveSource if request.export.is_dir() else ExportSource)(request.export, selection)
    try:
        open_database(url, create=False).dispose()
    except VpceGuardError:
        if request.settings.database_url is not None:
            raise
        return source, None
    return source, url


def _check_cluster(cluster: str | None, database_url: str | None) -> None:
    """Raise SettingsError where the workers of a cluster would look for bundles in a file they do not have."""
    local = cluster is None or urlsplit(cluster).hostname in ("127.0.0.1", "localhost", "::1")
    if not local and database_url is not None and database_url.startswith("sqlite"):
        raise SettingsError(
            "The database is a file on this machine, where the workers of a cluster do not find it.",
            advice="Name a PostgreSQL database with --log; it also has the bundles and org data of exports.",
        )


def _bundles(settings: Settings) -> Iterator[tuple[str, Bundle]]:
    """Bundles at hand, for logs that keep none: the one that is set and the packaged one."""
    for bundle in (open_any(settings.bundle, settings.bundle_keys_file), open_bundle()):
        yield bundle.revision, bundle


def _documents(settings: Settings) -> dict[str, Json]:
    """Org data at hand, for logs that keep none: those that are set."""
    if not settings.org_data:
        return {}
    from vpce_guard.org.load import load

    bundle = open_any(settings.bundle, settings.bundle_keys_file)
    org = load(settings.org_data, bundle.rules, bundle.catalogue.sections)
    return {org.revision: org.document}
