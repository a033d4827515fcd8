"""Settings to a bundle and an engine: the only place that chooses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vpce_guard.bundle import Bundle, open_bundle
from vpce_guard.decide import Question, decide
from vpce_guard.engines import Engine
from vpce_guard.formats import read
from vpce_guard.formats.document import Given
from vpce_guard.judge import Terms
from vpce_guard.model import Decision, Json
from vpce_guard.org.files import OrgFiles
from vpce_guard.settings import Settings

if TYPE_CHECKING:
    from vpce_guard.advice import Advice, Need
    from vpce_guard.decision_log.writer import Writer


@dataclass(frozen=True)
class Guard:
    """Everything a surface needs to answer."""

    settings: Settings
    bundle: Bundle
    engine: Engine
    org: OrgFiles
    decision_log: Writer | None = None

    @property
    def terms(self) -> Terms:
        """What decisions are made under at this moment."""
        org = self.org.current
        profile = self.settings.profile or org.profile or "aws-current"
        return Terms(rules=self.bundle.rules, revision=self.bundle.revision, profile=profile, org=org)

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
        """What a parsed document asks; `parameters` are those of a template. Raises MalformedError."""
        given = Given(parameters=parameters or {}, context=context or {})
        proposals = read(document, format_name=format_name, context=context, labels=labels, given=given)
        return Question(
            proposals=proposals,
            request_id=request_id,
            strict=strict or self.settings.strict,
            record=record,
            requested_by=requested_by,
        )

    async def decide(self, questions: Sequence[Question]) -> list[list[Decision]]:
        """The decisions for each question, from one engine call and under one state of org data."""
        return await decide(questions, engine=self.engine, terms=self.terms, decision_log=self.decision_log)

    async def advise(self, need: Need, *, request_id: str) -> Advice:
        """Advice for a need, all of it judged under one state of org data."""
        from vpce_guard.advice import advise

        terms = self.terms

        async def judge(questions: Sequence[Question]) -> list[list[Decision]]:
            return await decide(questions, engine=self.engine, terms=terms)

        return await advise(
            need, judge=judge, terms=terms, services=self.bundle.data["services"], request_id=request_id
        )


def make_guard(settings: Settings) -> Guard:
    """The bundle, engine and org data that the settings ask for."""
    bundle = open_bundle(settings.bundle)
    org = OrgFiles(settings.org_data, bundle.rules)
    return Guard(settings=settings, bundle=bundle, engine=_engine(settings, bundle), org=org)


def open_log(settings: Settings) -> Writer | None:
    """The decision log that the settings ask for; None where they ask for none."""
    if settings.decision_log == "off":
        return None
    from vpce_guard.decision_log.database import open_database
    from vpce_guard.decision_log.writer import Writer

    database = open_database(settings.database_url)
    key = settings.log_key.encode() if settings.log_key else None
    return Writer(database, erase=settings.log_erase, key=key, required=settings.decision_log == "required")


def _engine(settings: Settings, bundle: Bundle) -> Engine:
    if settings.engine == "opa":
        from vpce_guard.engines.opa import OpaEngine

        return OpaEngine(settings.opa_url, revision=bundle.revision, timeout=settings.timeout)
    from vpce_guard.engines.embedded import EmbeddedEngine

    return EmbeddedEngine(
        bundle, timeout=settings.timeout, memory_limit=settings.memory_limit, cache_dir=settings.cache_dir
    )
