"""`vpce-guard policy template`: an endpoint policy to begin with."""

from __future__ import annotations

import asyncio

import click
from pydantic_core import to_json

from vpce_guard import logs
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import load_settings
from vpce_guard.whatif.advice.need import AdvisedPolicy
from vpce_guard.whatif.advice.policies import make_policy


@click.command("template")
@click.argument("service")
@click.option("--region", metavar="REGION", required=True, help="Region of the VPC.")
@click.option("--account", metavar="ID", help="Account of the VPC.")
@click.option("--data", "org_data", metavar="FILE", multiple=True, help="Org data; VPCE_GUARD_ORG_DATA if not given.")
def template_command(service: str, region: str, account: str | None, org_data: tuple[str, ...]) -> int:
    """Print an endpoint policy for SERVICE (sqs, ecr.api) that no rule objects to.

    It lets principals of the organisation, or of the account, reach their own resources. Narrow its actions to those
    that are needed. Exit codes: 0 admissible, 1 a rule objects (told on stderr), 2 there is none.
    """
    settings = load_settings(flags={"org_data": org_data})
    logs.configure("error")
    template = asyncio.run(_make(make_guard(settings), service, region, account))
    click.echo(to_json(template.document, indent=2).decode())
    for one in template.objections:
        click.echo(f"vpce-guard: {one.rule_id}: {one.message}. {one.remediation}", err=True)
    return 1 if template.objections else 0


async def _make(guard: Guard, service: str, region: str, account: str | None) -> AdvisedPolicy:
    judge, terms = guard.judge_for_advice()
    try:
        return await make_policy(
            service, region=region, account=account, judge=judge, terms=terms, data=guard.bundle.data
        )
    finally:
        await guard.engine.close()
