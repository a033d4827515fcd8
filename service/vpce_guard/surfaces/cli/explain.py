"""`vpce-guard explain`: why each rule fired or not, and the smallest change that would turn the answer."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vpce_guard import logs
from vpce_guard.errors import NotFoundError, SettingsError
from vpce_guard.formats import proposals
from vpce_guard.formats.assemble import DOCUMENT_TIME
from vpce_guard.formats.document import Extras
from vpce_guard.settings import Settings, load_settings
from vpce_guard.surfaces.cli.documents import Reader
from vpce_guard.surfaces.cli.outputs import read_context
from vpce_guard.surfaces.reports import renderer, report_names
from vpce_guard.surfaces.reports.explanation import ExplanationReport

if TYPE_CHECKING:
    from vpce_guard.whatif.explain.types import Explanation

_DECISION = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@click.command("explain")
@click.argument("target", metavar="[DECISION_ID|FILE|-]", default="-")
@click.option("--rule", "rule_id", metavar="ID", help="Explain one rule only.")
@click.option("--format", "format_name", default="auto", show_default=True, help="Format of FILE, as for check.")
@click.option("--context", "context_files", metavar="FILE", multiple=True, help="Context, as for check.")
@click.option("--data", "org_data", metavar="FILE", multiple=True, help="Org data; may be given more than once.")
@click.option("--bundle", metavar="PATH", help="Directory of a built bundle instead of the packaged one.")
@click.option(
    "--profile", type=click.Choice(["aws-current", "aws-2023"]), help="Which version of AWS's behaviour to judge by."
)
@click.option("--strict", is_flag=True, default=None, help="Deny what could not be judged.")
@click.option("--current", is_flag=True, help="Explain a recorded decision under the bundle and org data at hand.")
@click.option("--flip/--no-flip", default=True, show_default=True, help="Look for the smallest change.")
@click.option("--all", "unfold", is_flag=True, help="Tell what decided nothing in full too.")
@click.option("--inventory", is_flag=True, default=None, help="Take what is not told from the inventory, as check.")
@click.option("--database-url", metavar="URL", help="Where decisions are kept. [default: as for serve]")
@click.option(
    "-o",
    "output",
    type=click.Choice(report_names("explanation")),
    default="text",
    show_default=True,
    help="Output format.",
)
def command(
    target: str,
    rule_id: str | None,
    format_name: str,
    context_files: tuple[str, ...],
    current: bool,
    flip: bool,
    unfold: bool,
    output: str,
    **flags: Any,
) -> int:
    """Explain a recorded decision, or the proposals in FILE (- for standard input).

    Exit codes: 0 explained, whatever the answer, 2 wrong usage, no such decision, or one made under a bundle that is
    neither at hand nor kept, 3 could not explain.
    """
    settings = load_settings(flags=flags)
    logs.configure_later("error")
    if _DECISION.fullmatch(target) and not Path(target).exists():
        if settings.profile and flags["profile"]:
            raise SettingsError(
                "A recorded decision is explained under its own profile.", advice="Do not give --profile."
            )
        found = [_explain_recorded(target, settings, rule_id=rule_id, current=current, flip=flip)]
    else:
        found = _explain_document(target, settings, rule_id=rule_id, flip=flip, given=(format_name, context_files))
    report = ExplanationReport(found, unfold=unfold or rule_id is not None)
    click.echo(renderer(output, "explanation")(report))
    return 0


def _explain_document(
    name: str, settings: Settings, *, rule_id: str | None, flip: bool, given: tuple[str, tuple[str, ...]]
) -> list[Explanation]:
    from vpce_guard.decisions.existing import settle_existing
    from vpce_guard.runtime.wiring import explainer_of, load_bundle_and_terms, make_lookup

    format_name, context_files = given
    context = read_context(context_files, settings)
    reader = Reader(settings, format_name=format_name, given=Extras(context=context))
    read = reader.read((name,))
    if reader.problems:
        raise reader.problems[0]
    documents = [one.document for one in read]
    if (inventory := make_lookup(settings)) is not None:
        documents = [inventory.add_to(document, context) for document in documents]
    made = [p for document in documents for p in proposals([document], context=context, at=DOCUMENT_TIME)]
    asked = settle_existing(made, settings.existing)
    bundle, terms = load_bundle_and_terms(settings)
    explainer = explainer_of(bundle, settings)
    try:
        return [explainer.explain(p, terms, strict=settings.strict, only=rule_id, flip=flip) for p in asked]
    finally:
        explainer.close()


def _explain_recorded(
    decision_id: str, settings: Settings, *, rule_id: str | None, current: bool, flip: bool
) -> Explanation:
    from vpce_guard.decision_log import queries
    from vpce_guard.decision_log.database import open_database
    from vpce_guard.runtime.wiring import explainer_of, load_bundle_and_terms
    from vpce_guard.whatif.explain.recorded import find_bundle_and_terms, read_decision

    database = open_database(settings.database_url, create=False)
    event = queries.find_event(database, decision_id)
    if event is None:
        raise NotFoundError(f"There is no decision {decision_id}.", advice="Check --database-url.")
    bundle, terms = load_bundle_and_terms(settings)
    if not current:
        bundle, terms = find_bundle_and_terms(event, bundle, terms, database)
    explainer = explainer_of(bundle, settings)
    try:
        return explainer.explain_recorded(read_decision(event, terms, current=current), terms, only=rule_id, flip=flip)
    finally:
        explainer.close()
