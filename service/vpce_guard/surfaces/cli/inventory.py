"""`vpce-guard inventory`: read what there is in accounts, so that proposals get their context by themselves."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from vpce_guard.decision_log.database import open_database
from vpce_guard.errors import UnreadableError
from vpce_guard.inventory.kinds import KINDS, TRAFFIC, Kind, actions_of
from vpce_guard.inventory.store import list_units
from vpce_guard.settings import Settings, load_settings
from vpce_guard.surfaces.cli.inventory_link import command as link_command
from vpce_guard.surfaces.cli.outputs import read_contexts
from vpce_guard.surfaces.visible import visible

if TYPE_CHECKING:
    from vpce_guard.inventory.aws import Accounts
    from vpce_guard.inventory.sync import Failure, Source, Summary, Where

_MOST_NAMED = 5


@click.group("inventory")
def command() -> None:
    """Read what there is in accounts, and say how old it is."""


_URL = click.option("--database-url", metavar="URL", help="Where the inventory is kept. [default: as for serve]")


@command.command("sync")
@click.option("--accounts", metavar="ID,...", help="Accounts to read. [default: that of the credentials]")
@click.option("--organization", is_flag=True, help="Read all active accounts of the organisation.")
@click.option("--regions", metavar="REGION,...", help="Regions to read, or `all` that an account has switched on.")
@click.option("--role", metavar="NAME", help="Role to take on in accounts other than that of the credentials.")
@click.option("--external-id", metavar="ID", help="What the role asks for.")
@click.option("--aggregator", metavar="NAME", help="Ask this aggregator of AWS Config, and no account.")
@click.option("--from", "files", metavar="FILE", multiple=True, help="Read a file, and ask nobody; may be repeated.")
@click.option("--without", metavar="KIND,...", help=f"Kinds not to read, of {', '.join(KINDS)}.")
@click.option("--traffic", is_flag=True, help="Read what went through endpoints in four weeks, too (CloudWatch).")
@click.option("--concurrency", type=click.IntRange(1, 64), default=8, show_default=True, help="Places read at once.")
@click.option("--anew", is_flag=True, help="Begin again, and do not go on with a run that was ended.")
@_URL
def sync_command(*, files: tuple[str, ...], concurrency: int, anew: bool, **options: Any) -> int:
    """Read accounts into the inventory. A run that was ended goes on with what lacks.

    Exit codes: 0 all was read, 2 wrong usage or unreadable file, 3 something could not be read, which is named.
    """
    from vpce_guard.inventory.sync import sync

    settings = load_settings(flags={"database_url": options.pop("database_url")})
    source, places = _from_files(files, options, settings) if files else _from_aws(options, concurrency)
    scope = json.dumps([source.name, options, sorted(source.kinds), places, files])
    database = open_database(settings.database_url)
    with _progress(len(places)) as tick:
        summary = sync(
            database,
            source,
            places,
            scope=scope,
            keep=settings.inventory_keep,
            workers=concurrency,
            anew=anew,
            told=tick,
        )
    database.dispose()
    _tell(summary)
    return 3 if summary.failures else 0


@contextmanager
def _progress(places: int) -> Iterator[Callable[[], None]]:
    """What tells that one more place is read: a bar on stderr where that is a terminal."""
    stderr = sys.stderr
    if not stderr.isatty():
        yield lambda: None
        return
    with click.progressbar(range(places), label="accounts and Regions", file=stderr) as bar:
        yield lambda: bar.update(1)


def _from_files(files: Sequence[str], options: dict[str, Any], settings: Settings) -> tuple[Source, list[Where]]:
    from vpce_guard.inventory.files import Files

    of_aws = ("organization", "role", "external_id", "aggregator", "without", "traffic")
    if used := [name for name in of_aws if options[name]]:
        raise click.UsageError(f"--from and --{used[0].replace('_', '-')} cannot be used together.")
    documents = [(file, one) for file in files for one in read_contexts([file], settings)]
    account, region = (_find_single(options, name) for name in ("accounts", "regions"))
    source = Files(documents, account=account, region=region)
    return source, source.places()


def _find_single(options: dict[str, Any], name: str) -> str | None:
    values = _split(options[name])
    if len(values) > 1:
        raise click.UsageError(f"--from takes one of --{name}.")
    return values[0] if values else None


def _from_aws(options: dict[str, Any], concurrency: int) -> tuple[Source, list[Where]]:
    from vpce_guard.inventory.aggregator import Aggregator
    from vpce_guard.inventory.aws import Accounts

    left_out = set(_split(options["without"]))
    if unknown := sorted(left_out - KINDS.keys()):
        raise click.UsageError(f"--without {unknown[0]}: there are {', '.join(KINDS)}.")
    if options["traffic"] and options["aggregator"]:
        raise click.UsageError("--traffic and --aggregator cannot be used together: AWS Config knows no metrics.")
    accounts = Accounts(
        kinds=_choose_kinds(left_out, traffic=options["traffic"]),
        role=options["role"],
        external_id=options["external_id"],
        connections=concurrency,
    )
    regions = _split(options["regions"]) or ([accounts.region] if accounts.region else [])
    if not regions:
        raise click.UsageError("No Region is named: give --regions, such as us-east-1,eu-west-1, or all.")
    named = _split(options["accounts"])
    if options["aggregator"]:
        if used := [name for name in ("organization", "role", "external_id", "without") if options[name]]:
            raise click.UsageError(f"--aggregator and --{used[0].replace('_', '-')} cannot be used together.")
        if regions == ["all"] or len(regions) > 1:
            raise click.UsageError("--aggregator is in one Region: name that with --regions.")
        source = Aggregator(accounts.client("config", regions[0]), options["aggregator"])
        known = source.places()
        return source, [where for where in known if not named or where[0] in named]
    if options["organization"] and named:
        raise click.UsageError("--organization and --accounts cannot be used together.")
    ids = accounts.of_organisation() if options["organization"] else named or [accounts.own]
    if options["role"] is None and (others := [one for one in ids if one != accounts.own]):
        raise click.UsageError(f"Account {others[0]} is not that of the credentials: give --role.")
    each = [(account, region) for account in ids for region in _regions(accounts, account, regions)]
    return accounts, sorted(set(each))


def _choose_kinds(left_out: Set[str], *, traffic: bool) -> Mapping[str, Kind]:
    chosen = {name: kind for name, kind in KINDS.items() if name not in left_out}
    return {**chosen, TRAFFIC.name: TRAFFIC} if traffic else chosen


def _regions(accounts: Accounts, account: str, regions: Sequence[str]) -> Sequence[str]:
    """The Regions to read in an account; of one that does not tell them, those of the caller's own account."""
    from vpce_guard.inventory.aws import ReadError

    if list(regions) != ["all"]:
        return regions
    try:
        return accounts.find_regions(account)
    except ReadError:  # what cannot be read there is named by the run
        return accounts.find_regions(accounts.own)


def _split(value: str | None) -> list[str]:
    return [one.strip() for one in (value or "").split(",") if one.strip()]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _tell(summary: Summary) -> None:
    """What was read, on standard output, and on stderr what could not be, by what lacks."""
    click.echo(
        f"{_count(summary.accounts, 'account')}, {_count(summary.places, 'Region')} of theirs: "
        f"{_count(summary.endpoints, 'endpoint')} among {_count(summary.things, 'thing')}; "
        f"{_count(summary.read, 'list')} read"
        + (f", {summary.there} there already" if summary.there else "")
        + (f", {len(summary.failures)} could not be read" if summary.failures else "")
        + "."
    )
    reasons: dict[str, list[Failure]] = {}
    for failure in summary.failures:
        reasons.setdefault(str(failure.error), []).append(failure)
    for reason, failed in sorted(reasons.items(), key=lambda one: -len(one[1])):
        click.echo(f"vpce-guard: {visible(reason)}: {_places(failed)}", err=True)
    if lacking := sorted({one.error.action for one in summary.failures if one.error.action}):
        click.echo(f"vpce-guard: To allow: {', '.join(lacking)}. `vpce-guard inventory policy` prints it.", err=True)


def _places(failed: Sequence[Failure]) -> str:
    named = list(dict.fromkeys(f"{one.account} {one.region}" for one in failed))
    more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    return ", ".join(named[:_MOST_NAMED]) + more


@command.command("policy")
@click.option("--without", metavar="KIND,...", help="Kinds that are not to be read.")
@click.option("--traffic", is_flag=True, help="What went through endpoints is to be read, too.")
def policy_command(without: str | None, *, traffic: bool) -> int:
    """Print the least IAM policy that sync needs in an account."""
    actions = actions_of(_choose_kinds(set(_split(without)), traffic=traffic))
    statement = {"Sid": "ReadForVpceGuard", "Effect": "Allow", "Action": actions, "Resource": "*"}
    click.echo(json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2))
    return 0


@command.command("list")
@click.option("-o", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@_URL
def list_command(output: str, database_url: str | None) -> int:
    """Say what there is in the inventory: accounts, Regions, number of things, and how old each is.

    Exit codes: 0, or 2 where there is no inventory.
    """
    settings = load_settings(flags={"database_url": database_url})
    units = list_units(open_database(settings.database_url, create=False))
    if not units:
        raise UnreadableError("The inventory is empty.", advice="Run `vpce-guard inventory sync`.")
    places = list(_sum_up(units))
    if output == "json":
        click.echo(json.dumps({"places": places}, indent=2))
        return 0
    for one in places:
        counts = ", ".join(f"{number} {kind}" for kind, number in one["things"].items())
        click.echo(
            f"{one['account']} {one['region']}  {one['taken']} ({_age(one['taken'])}), {one['source']}: {counts}"
        )
    return 0


def _sum_up(units: Iterable[Any]) -> Iterable[dict[str, Any]]:
    """What there is by account and Region, with the time of what is oldest."""
    by_place: dict[tuple[str, str], list[Any]] = {}
    for one in units:
        by_place.setdefault(one.unit[:2], []).append(one)
    for (account, region), each in by_place.items():
        things = Counter({one.unit.kind: one.things for one in each})
        yield {
            "account": account,
            "region": region,
            "taken": min(one.taken for one in each),
            "source": ", ".join(sorted({one.source for one in each})),
            "things": {kind: things[kind] for kind in (*KINDS, TRAFFIC.name) if kind in things},
        }


def _age(taken: str) -> str:
    seconds = (datetime.now(UTC) - datetime.fromisoformat(taken)).total_seconds()
    for size, unit in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {unit} old"
    return "new"


command.add_command(link_command)
