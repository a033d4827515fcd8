"""`vpce-guard advise`: which endpoint to ask for."""

from __future__ import annotations

import asyncio
import textwrap
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click
from pydantic import ValidationError
from pydantic_core import to_json

from vpce_guard import logs
from vpce_guard.errors import MalformedError, UnreadableError
from vpce_guard.formats.text import parse
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import load_settings
from vpce_guard.whatif.advice import Advice, Need
from vpce_guard.whatif.advice.need import PurposeName

_OPTIONS = {"service": "--service", "region": "--region", "vpc_id": "--vpc", "account": "--account"}


@click.command("advise")
@click.argument("need_file", metavar="[NEED]", required=False)
@click.option("--service", metavar="NAME", help="s3, ecr.api, or a full service name.")
@click.option("--region", metavar="REGION", help="Region of the VPC.")
@click.option("--service-region", metavar="REGION", help="Region of the service, where it is another one.")
@click.option("--account", metavar="ID", help="Account of the VPC.")
@click.option("--vpc", "vpc_id", metavar="ID", help="The VPC; that of the context if not given.")
@click.option("--access-path", "access_paths", multiple=True, metavar="PATH", help="vpc (default), on-prem-dx, tgw, …")
@click.option("--protocol", "protocols", multiple=True, metavar="NAME", help="tcp (default), udp, icmp, …")
@click.option(
    "--purpose",
    type=click.Choice(["access", "inspection", "tunnel", *get_args(PurposeName)]),
    help="What for, where that needs more than a service: images, session-manager, …",
)
@click.option("--with", "services", multiple=True, metavar="NAME", help="A further service that the purpose calls.")
@click.option("--sometimes", is_flag=True, default=None, help="Also what the purpose needs only sometimes.")
@click.option("--resource", "resource_configuration_arn", metavar="ARN", help="Resource configuration to reach.")
@click.option("--service-network", "service_network_arn", metavar="ARN", help="Service network to reach.")
@click.option("--initiator", type=click.Choice(["consumer", "provider"]), help="Who opens connections.")
@click.option("--policy", is_flag=True, default=None, help="Write the least open endpoint policy instead.")
@click.option(
    "--needs",
    "workloads",
    multiple=True,
    metavar="NAME[,NAME]",
    help="With --policy for S3: whose buckets of AWS it leaves open: ecr, ssm, amazon-linux-2023, …",
)
@click.option("--action", "actions", multiple=True, metavar="NAME", help="With --policy: an action it lets through.")
@click.option("--policy-per-route-table", is_flag=True, default=None, help="Subnets need policies of their own.")
@click.option("--subnet", "subnet_ids", multiple=True, metavar="ID", help="Subnet of the endpoint.")
@click.option("--security-group", "security_group_ids", multiple=True, metavar="ID", help="Its security group.")
@click.option(
    "--route-table", "route_table_ids", multiple=True, metavar="ID", help="Route table of a gateway endpoint."
)
@click.option("--change-class", metavar="CLASS", help="Class of the change, for freezes.")
@click.option("--vpcs", type=int, help="How many VPCs have the same need, for costs.")
@click.option("--gb", "gb_per_month", type=float, help="GB of data a month.")
@click.option("--tag", "tags", multiple=True, metavar="KEY=VALUE", help="Tag of the endpoint.")
@click.option("--context", "context_file", metavar="FILE", help="JSON context: the VPC, its subnets, route tables, …")
@click.option("--data", "org_data", metavar="FILE", multiple=True, help="Org data.")
@click.option(
    "--profile", type=click.Choice(["aws-current", "aws-2023"]), help="Which version of AWS's behaviour to judge by."
)
@click.option("-o", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(
    need_file: str | None,
    context_file: str | None,
    org_data: tuple[str, ...],
    profile: str | None,
    tags: tuple[str, ...],
    output: str,
    **members: Any,
) -> int:
    """Say which endpoints serve a need, why, what others would break and cost, with proposals that are allowed.

    With --policy, write the least open endpoint policy instead, and say whether a rule objects. NEED is a JSON file of
    the body of POST /v1/advice; options win. Exit codes: 0 advice, 1 nothing is possible or a rule objects to the
    policy, 2 more must be given.
    """
    settings = load_settings(flags={"org_data": org_data, "profile": profile})
    logs.configure("error")
    asked: dict[str, Any] = _json(need_file, settings.max_body) if need_file else {}
    asked |= {name: value for name, value in members.items() if value not in (None, ())}
    if members["workloads"]:
        asked["workloads"] = [name.strip() for named in members["workloads"] for name in named.split(",")]
    if context_file:
        asked["context"] = {**asked.get("context", {}), **_json(context_file, settings.max_body)}
    if tags:
        asked["tags"] = {**asked.get("tags", {}), **dict(_tag(tag) for tag in tags)}
    try:
        need = Need.model_validate(asked)
    except ValidationError as error:
        wrong = "; ".join(f"{'/'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise MalformedError(
            f"The need has the wrong shape: {wrong}.", advice="See `vpce-guard advise --help`."
        ) from None
    advice = asyncio.run(_advise(make_guard(settings), need))
    click.echo(
        to_json(advice, indent=2).decode()
        if output == "json"
        else "\n".join(_advice_lines(advice, wants_policy=need.policy))
    )
    if advice.needs:
        return 2
    if need.policy:
        return 0 if advice.policies and all(one.admissible for one in advice.policies) else 1
    return 0 if advice.endpoint_type or (advice.parts and not _is_refused(advice)) else 1


async def _advise(guard: Guard, need: Need) -> Advice:
    try:
        return await guard.advise(need, request_id=str(uuid.uuid4()))
    finally:
        await guard.engine.close()


def _advice_lines(advice: Advice, *, wants_policy: bool) -> Iterator[str]:
    if advice.needs:
        yield from _needed_lines(advice)
        return
    if wants_policy:
        yield from _policy_lines(advice)
        return
    if advice.parts and advice.endpoint_type:
        yield click.style("These serve", fg="green", bold=True) + f": {advice.why}."
    elif advice.parts and not _is_refused(advice):
        yield click.style("Nothing is to be made", fg="green", bold=True) + f": {advice.why}."
    elif advice.endpoint_type:
        yield click.style(f"Use {advice.endpoint_type}", fg="green", bold=True) + f": {advice.why}."
    elif advice.stands_in_the_way or advice.parts:
        yield click.style("Nothing is allowed", fg="red", bold=True) + f" ({advice.why}). In the way:"
    else:
        end = "" if advice.why.endswith("?") else "."
        yield click.style("No endpoint serves this", fg="red", bold=True) + f": {advice.why}{end}"
    if advice.also:
        yield f"  Also: {advice.also}."
    for obstacle in advice.stands_in_the_way:
        yield from _wrap(f"{obstacle.rule_id}  {obstacle.message}; do: {obstacle.remediation}")
    if advice.cost is not None:
        known = advice.cost.monthly is not None
        money = f"{advice.cost.monthly:.2f} {advice.cost.currency}" if known else "not known"
        yield f"  Cost a month: {money}" + ("" if advice.cost.with_data else ", data not counted")
    for decision in advice.decisions:
        for violation in decision.violations:
            if violation.enforcement_action == "warn":
                yield from _wrap(f"warn {violation.rule_id}  {violation.message}")
    yield from _part_lines(advice)
    for alternative in advice.alternatives:
        word = "possible too" if alternative.possible else "does not serve" if alternative.breaks else "not needed"
        money = "" if alternative.monthly is None else f", {alternative.monthly:.2f} a month"
        yield f"  {alternative.endpoint_type}: {word}{money}"
        for obstacle in alternative.breaks:
            yield from _wrap(f"{obstacle.rule_id}  {obstacle.message}")
    if advice.proposals:
        yield "Ask for:"
        yield to_json({"proposals": advice.proposals}, indent=2).decode()


def _policy_lines(advice: Advice) -> Iterator[str]:
    """The policies, whether a rule objects to each, and what each leaves open beside one's own."""
    if not advice.policies:
        yield click.style("There is no policy", fg="red", bold=True) + f": {advice.why}"
    for one in advice.policies:
        colour, said = ("green", "no rule objects") if one.admissible else ("red", "a rule objects")
        yield click.style(f"Policy for {one.service_name}", fg=colour, bold=True) + f": {said}."
        for obstacle in one.objections:
            yield from _wrap(f"{obstacle.rule_id}  {obstacle.message}; do: {obstacle.remediation}")
        for opened in one.opens:
            yield from _wrap(f"open for {opened.workload}: to {opened.purpose}; see {opened.source}")
        beside = " But for what is open." if one.opens else ""
        for proof in one.proofs:
            yield from _wrap(f"{proof.answer}: {proof.why}{beside}")
        yield to_json(one.document, indent=2).decode()
    for note in advice.notes:
        yield from _wrap(f"note: {note}")


def _is_refused(advice: Advice) -> bool:
    """Whether something that a purpose needs is not possible."""
    return bool(advice.stands_in_the_way) or any(part.state == "not possible" for part in advice.parts)


def _part_lines(advice: Advice) -> Iterator[str]:
    """The endpoints of a purpose, what to know of them, and what the ways cost in all VPCs."""
    for part in advice.parts:
        when = f", when {part.when}" if part.when else ""
        yield from _wrap(f"{part.service} ({part.endpoint_type or 'endpoint'}): {part.state}; {part.why}{when}")
    for note in advice.notes:
        yield from _wrap(f"note: {note}")
    if advice.source:
        yield f"    see {advice.source}"
    for way in advice.ways:
        money = "not known" if way.monthly is None else f"{way.monthly:.2f} a month"
        yield from _wrap(f"{way.way}: {money} ({'; '.join((way.counts, *way.unknown))})")


def _needed_lines(advice: Advice) -> Iterator[str]:
    """What is to be given, and how, in options where there are any."""
    yield click.style("More must be known", fg="yellow", bold=True) + f" ({advice.why}):"
    for fact in advice.needs:
        yield from _wrap(f"{fact.member}: {fact.what}")
    given = [f"{_OPTIONS[fact.member]} {fact.example}" for fact in advice.needs if fact.member in _OPTIONS]
    if given:
        yield f"For example: {' '.join(given)}"
    if others := {fact.member: fact.example for fact in advice.needs if fact.member not in _OPTIONS}:
        yield f"For example, in the file NEED: {to_json(others).decode()}"


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(text, 100, initial_indent="    ", subsequent_indent="      ", break_on_hyphens=False)


def _tag(tag: str) -> tuple[str, str]:
    key, equals, value = tag.partition("=")
    if not equals or not key:
        raise click.UsageError(f"--tag takes KEY=VALUE, not {tag!r}.")
    return key, value


def _json(file: str, limit: int) -> dict[str, Any]:
    try:
        with Path(file).open("rb") as stream:
            document = parse(stream.read(limit + 1), limit=limit, what=file)
    except OSError as error:
        raise UnreadableError(f"{file} cannot be read: {error.strerror}.", advice="Check the path.") from None
    if not isinstance(document, dict):
        raise UnreadableError(
            f"{file} does not hold a JSON object.", advice="The need and the context must be objects."
        )
    return document
