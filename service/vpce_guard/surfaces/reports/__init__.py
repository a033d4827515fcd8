"""Reports: one file each, with `render`, which makes text of what the report is about.

The files here report decisions, those in a folder what the folder is named for. A file is found by its name: there is
no list of reports. `render` may put terminal styles into its text; who writes it elsewhere takes them out. A report
that may be long has `pieces` too, which yields the same text piece by piece.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nsmallest
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from vpce_guard import DOCUMENTATION
from vpce_guard.bundle.frameworks import FrameworkId
from vpce_guard.bundle.rules import Rule
from vpce_guard.formats.document import Draft
from vpce_guard.model import Decision, Edit, Location, Proposal, Subject
from vpce_guard.surfaces.audit_words import describe_endpoint
from vpce_guard.surfaces.decision_counts import DecisionCounts
from vpce_guard.surfaces.frameworks import ControlFinding, find_controls
from vpce_guard.surfaces.gaps import Gap
from vpce_guard.whatif.audit.types import Audit, AuditedEndpoint
from vpce_guard.whatif.paths.types import PathTerms

if TYPE_CHECKING:
    from vpce_guard.surfaces.drawing import Drawing

_MOST_DRAWN = 50  # endpoints


@dataclass(frozen=True)
class Report:
    """The decisions of one request.

    `edits` are the fixes that are surely the same as an edit of the caller's files, by decision_id and number of the
    violation. `rules` are those of the bundle that decided, by id, as far as they are known here; `docs_url` is where
    the pages about rules are. `unread` counts what could not be read and may hold endpoints. `drafts` is what the
    decisions are about, by decision_id, as far as it is known here, `proposals` what was judged, `find_proposals` finds
    the same of some decisions where not all is in memory, and `path_terms` is what the bundle tells of paths to them.
    `takes_context` says whether the reader of the report can give `--context` files. `framework` is one by whose
    controls the findings are told too. `audit` is what is known of the endpoints where they exist already; the
    decisions are in its order, and `audited` are its endpoints by decision_id, where they are found without going
    through all.
    """

    request_id: str
    decisions: Sequence[Decision]
    edits: Mapping[tuple[str, int], tuple[Edit, ...]] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    docs_url: str = DOCUMENTATION
    unread: int = 0
    drafts: Mapping[str, Draft] = field(default_factory=dict)
    proposals: Mapping[str, Proposal] = field(default_factory=dict)
    find_proposals: Callable[[Sequence[Decision]], Mapping[str, Proposal]] | None = None
    path_terms: PathTerms = field(default_factory=PathTerms)
    takes_context: bool = True
    framework: FrameworkId | None = None
    audit: Audit | None = None
    audited: Mapping[str, AuditedEndpoint] | None = None

    @cached_property
    def counts(self) -> DecisionCounts:
        """The decisions, counted."""
        return DecisionCounts.count(self.decisions)

    @property
    def allowed(self) -> bool:
        """Whether every endpoint is allowed; a document that changes no endpoint is."""
        return self.counts.allowed == self.counts.all

    @property
    def has_failed(self) -> bool:
        """Whether a decision could not be made."""
        return self.counts.failed > 0

    @cached_property
    def endpoints(self) -> Mapping[str, AuditedEndpoint]:
        """What an audit knows of each endpoint, by decision_id; empty where there is none."""
        if self.audited is not None:
            return self.audited
        return {one.decision_id: one for one in self.audit.endpoints} if self.audit else {}

    def facts(self, decision: Decision) -> str:
        """Where, whose and how old the endpoint of a decision is, in few words; empty where there is no audit."""
        found = self.endpoints.get(decision.decision_id)
        return describe_endpoint(found) if found else ""

    def draw(self, decision: Decision) -> Drawing | None:
        """The drawing of a decision's endpoint; None where nothing of what is around it is known here."""
        from vpce_guard.surfaces.drawing import draw_around  # only few reports draw

        proposal, draft = self._drawn_proposals.get(decision.decision_id), self.drafts.get(decision.decision_id)
        if proposal is None:
            return None
        return draw_around(proposal, decision.violations, draft.sensitive if draft else (), self.path_terms)

    def worth_drawing(self) -> Iterator[Decision]:
        """The decisions to draw, were there room for all: of an audit those with findings."""
        return (one for one in self.decisions if self.audit is None or one.violations or not one.allowed)

    @cached_property
    def to_draw(self) -> Sequence[Decision]:
        """The decisions that are drawn, in this order: denied ones first; of an audit, VPC by VPC."""

        def place(decision: Decision) -> tuple[str, bool]:
            return (decision.subject.vpc_id or "") if self.audit else "", decision.allowed

        return nsmallest(_MOST_DRAWN, self.worth_drawing(), key=place)

    @cached_property
    def _drawn_proposals(self) -> Mapping[str, Proposal]:
        return self.find_proposals(self.to_draw) if self.find_proposals is not None else self.proposals

    def verdict(self, decision: Decision) -> str:
        """The answer of a decision in a word or two."""
        if decision.error:
            return "could not decide"
        words = ("in order", "in violation") if self.audit else ("allowed", "denied")
        return words[0] if decision.allowed else words[1]

    def why_not_drawn(self, decision: Decision) -> str:
        """Why there is no drawing of an endpoint, and what to do for one."""
        if decision.decision_id in self._drawn_proposals:
            return "Nothing is told of what is around it: give --context."
        return "Only what vpce-guard judges itself is drawn, not what a service judged."

    @property
    def controls(self) -> tuple[ControlFinding, ...]:
        """The controls of the framework; none where none is asked for."""
        return find_controls(self.framework, self.rules.values(), self.decisions) if self.framework else ()

    def help_url(self, rule_id: str) -> str:
        """The page about a rule: of one of the organisation's own the one it names, unless its pages are elsewhere."""
        if not rule_id.startswith("VPCE-") and self.docs_url == DOCUMENTATION:
            return self._own_pages.get(rule_id, rule_page(rule_id, self.docs_url))
        return rule_page(rule_id, self.docs_url)

    @cached_property
    def _own_pages(self) -> Mapping[str, str]:
        """The pages that rules of the organisation name, by their ids."""
        found = (one for decision in self.decisions for one in decision.violations)
        pages: dict[str, str] = {}
        for violation in found:
            if not violation.rule_id.startswith("VPCE-"):
                pages.setdefault(violation.rule_id, violation.source)
        return pages


def add_locations(decision: Decision, draft: Draft) -> Decision:
    """The decision with the place of each violation."""

    def place(pointer: str) -> Location | None:
        return (draft.locations.locate(pointer) if draft.locations else None) or draft.source

    violations = tuple(v.model_copy(update={"location": place(v.path)}) for v in decision.violations)
    subject = decision.subject.model_copy(update={"source": draft.source})
    return decision.model_copy(update={"violations": violations, "subject": subject})


def rule_page(rule_id: str, docs_url: str) -> str:
    """The address of the page about a rule, which stays the same."""
    return f"{docs_url.rstrip('/')}/rules/{rule_id}/"


def given_files(gaps: Sequence[Gap], report: Report) -> str:
    """The options that hand over what the commands of gaps print; empty where nothing is fetched."""
    files = [fetch.file for gap in gaps for fetch in gap.fetches] if report.takes_context else []
    return " ".join(f"--context {file}" for file in files)


def strict_refusal(decisions: Sequence[Decision]) -> str:
    """Why decisions are refused in which no rule denies: strict mode, and how many rules could not be judged."""
    count = len({rule.rule_id for d in decisions if not d.allowed for rule in d.undetermined})
    return f"Strict mode: {count} {'rule' if count == 1 else 'rules'} could not be judged, so it is refused"


def endpoint_name(decision: Decision) -> str:
    """What to call the endpoint of a decision."""
    return name_endpoint(decision.subject)


def name_endpoint(subject: Subject) -> str:
    """What to call an endpoint."""
    return subject.address or " ".join(p for p in (subject.endpoint_type, subject.service_name) if p) or "endpoint"


def count_left_out(report: Report) -> str:
    """In words, how many endpoints are not drawn; empty where all are."""
    meant = sum(1 for _ in report.worth_drawing())
    more, fine = meant - len(report.to_draw), len(report.decisions) - meant
    told = [f"{more} more are not drawn"] if more else []
    told += [f"{fine} without findings {'is' if fine == 1 else 'are'} not drawn"] if fine else []
    return "; ".join(told)


def names_of_few(gaps: Iterable[Gap], decisions: Iterable[Decision], *, most: int) -> Mapping[str, str]:
    """What to call the endpoints of gaps that are at so many at most, by decision_id."""
    wanted = {one for gap in gaps if len(gap.endpoints) <= most for one in gap.endpoints}
    return {one.decision_id: endpoint_name(one) for one in decisions if one.decision_id in wanted} if wanted else {}


def report_names(subject: str = "") -> tuple[str, ...]:
    """The names of the reports on a subject: the files in its folder, none of which is imported for that.

    The subject is decisions, or the name of a folder in this one.
    """
    modules = iter_modules([os.path.join(os.path.dirname(__file__), subject)])
    return tuple(sorted(module.name for module in modules if not module.ispkg))


def describe_report(name: str) -> str:
    """What a report of decisions is, in a line: the first of its docstring."""
    return (import_module(f"{__name__}.{name}").__doc__ or "").partition("\n")[0]


def pieces_of(name: str, report: Report) -> Iterator[str]:
    """A report of decisions in pieces; of one that has no `pieces` all is the only piece."""
    module = import_module(f"{__name__}.{name}")
    yield from module.pieces(report) if hasattr(module, "pieces") else (module.render(report),)


def renderer(name: str, subject: str = "") -> Callable[[Any], Any]:
    """The render function of a report, imported only when it is asked for."""
    package = f"{__name__}.{subject}" if subject else __name__
    render: Callable[[Any], Any] = import_module(f"{package}.{name}").render
    return render
