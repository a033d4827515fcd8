"""A configuration told with the idioms people use is decided as the same one told with literals.

Where the idioms tell less, rules may be undetermined that judge the literals; none denies that the literals do not.
MANY=1000 tries more (`make terraform-equivalence`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.terraform import resource, written
from vpce_guard.decisions.question import Question
from vpce_guard.formats import read
from vpce_guard.formats.document import Extras
from vpce_guard.formats.terraform.hcl import Configuration
from vpce_guard.model import Decision, Json, Proposal
from vpce_guard.runtime.guard import Guard
from vpce_guard.runtime.wiring import make_guard
from vpce_guard.settings import Settings

ZONES = "abca"
VPCS = ("main", "other")
PRELUDE = """
locals {
  late = terraform_data.late.output
  none = null
}
resource "aws_subnet" "main" { vpc_id = aws_vpc.main.id }
resource "aws_subnet" "other" { vpc_id = aws_vpc.other.id }
"""


class Told(NamedTuple):
    """An expression for a list, the literals it stands for, and the locals that have to stand beside it.

    The names of the locals begin with `prefix`.
    """

    expression: str
    members: list[str]
    beside: str = ""
    prefix: str = ""


class Endpoint(NamedTuple):
    """What an endpoint is to have: its VPC, subnets and service."""

    vpc: str
    subnets: list[tuple[str, int]]
    service: str


def identities(subnets: Sequence[tuple[str, int]]) -> list[str]:
    return [f"aws_subnet.{vpc}[{number}].id" for vpc, number in subnets]


def literal(members: Sequence[str]) -> str:
    return f"[{', '.join(members)}]"


def through_local(told: Told) -> Told:
    name = f"{told.prefix}via_{told.beside.count('locals')}"
    beside = f"{told.beside}locals {{\n  {name} = {told.expression}\n}}\n"
    return told._replace(expression=f"local.{name}", beside=beside)


def through_settings(told: Told) -> Told:
    name = f"{told.prefix}settings_{told.beside.count('locals')}"
    beside = f"{told.beside}locals {{\n  {name} = {{ ids = {told.expression} }}\n}}\n"
    return told._replace(expression=f"try(local.{name}.none, local.{name}.ids)", beside=beside)


def through_choice(told: Told) -> Told:
    return told._replace(expression=f"(local.late ? {told.expression} : {literal(told.members)})")


def beside_nothing(told: Told) -> Told:
    return told._replace(expression=f"concat({told.expression}, local.late ? [] : [])")


def wrapped(form: str) -> Callable[[Told], Told]:
    return lambda told: told._replace(expression=form.format(told.expression))


IDIOMS: Sequence[Callable[[Told], Told]] = (
    wrapped("[for id in {0} : id]"),
    wrapped("[for id in {0} : id if id != \"\"]"),
    wrapped("{0}[*]"),
    wrapped("try({0}, [])"),
    wrapped("try(local.none.ids, {0})"),
    wrapped("coalescelist({0}, [aws_subnet.main[0].id])"),
    wrapped("slice(concat({0}, [aws_subnet.main[3].id]), 0, length({0}))"),
    wrapped("[for number in range(length({0})) : element({0}, number)]"),
    wrapped("values({{ for number, id in {0} : format(\"%03d\", number) => id }})"),
    wrapped("flatten([for id in {0} : [[id]]])"),
    wrapped("reverse(reverse({0}))"),
    wrapped("(length({0}) > 9 ? [] : {0})"),
    wrapped("lookup({{ a = {0} }}, \"a\", [])"),
    wrapped("merge({{ a = [] }}, {{ a = {0} }}).a"),
    wrapped("compact(split(\",\", join(\",\", {0})))"),
    wrapped("matchkeys({0}, {0}, {0})"),
    wrapped("[for pair in setproduct({0}, [\"x\"]) : pair[0]]"),
    through_local,
    through_settings,
    through_choice,
    beside_nothing,
)  # fmt: skip

SUBNETS = st.lists(
    st.tuples(st.sampled_from(VPCS), st.integers(0, len(ZONES) - 1)), min_size=1, max_size=3, unique=True
)
ENDPOINTS = st.builds(
    Endpoint,
    vpc=st.sampled_from(VPCS),
    subnets=SUBNETS,
    service=st.sampled_from(["sqs", "s3", "kms"]),
)
FORMS = ("plain", "module", "for_each")


def told_with(endpoint: Endpoint, idioms: Sequence[Callable[[Told], Told]], prefix: str = "") -> Told:
    members = identities(endpoint.subnets)
    told = Told(literal(members), members, prefix=prefix)
    for idiom in idioms:
        told = idiom(told)
    return told


def source(endpoint: Endpoint, told: Told, form: str) -> Iterator[tuple[str, str]]:
    """The files of a configuration."""
    arguments = f'vpc_id = VPC\n  subnet_ids = IDS\n  service_name = "com.amazonaws.us-east-1.{endpoint.service}"\n'
    vpc = f"aws_vpc.{endpoint.vpc}.id"
    if form == "module":
        inner = arguments.replace("VPC", "var.vpc.id").replace("IDS", "local.ids")
        yield (
            "module/main.tf",
            'variable "ids" { type = list(string) }\n'
            'variable "vpc" { type = object({ id = string, x = optional(string) }) }\n'
            f'locals {{\n  ids = var.ids\n}}\nresource "aws_vpc_endpoint" "e" {{\n  {inner}}}\n',
        )
        call = f'module "m" {{\n  source = "./module"\n  ids = {told.expression}\n  vpc = {{ id = {vpc} }}\n}}\n'
        yield "main.tf", PRELUDE + told.beside + call
        return
    given = f"{{ e = {{ ids = {told.expression}, vpc = {vpc} }} }}"
    if form == "for_each":
        inner = arguments.replace("VPC", "each.value.vpc").replace("IDS", 'lookup(each.value, "ids", null)')
        head = f"  for_each = {given}\n  "
    else:
        inner, head = arguments.replace("VPC", vpc).replace("IDS", told.expression), "  "
    yield "main.tf", f'{PRELUDE}{told.beside}resource "aws_vpc_endpoint" "e" {{\n{head}{inner}}}\n'


def plan(endpoint: Endpoint, form: str) -> Json:
    subnets = [
        resource(f"aws_subnet.{vpc}[{at}]", "aws_subnet", {"availability_zone": f"us-east-1{zone}"},
                 unknown={"vpc_id": True}, index=at)
        for vpc in VPCS
        for at, zone in enumerate(ZONES)
    ]  # fmt: skip
    vpcs = [
        resource(f"aws_vpc.{vpc}", "aws_vpc", {"enable_dns_support": True, "enable_dns_hostnames": True})
        for vpc in VPCS
    ]
    after = {
        "vpc_endpoint_type": "Interface",
        "private_dns_enabled": False,
        "service_name": f"com.amazonaws.us-east-1.{endpoint.service}",
    }
    names = {
        "plain": "aws_vpc_endpoint.e",
        "module": "module.m.aws_vpc_endpoint.e",
        "for_each": 'aws_vpc_endpoint.e["e"]',
    }
    more = {"index": "e"} if form == "for_each" else {}
    made = resource(
        names[form],
        "aws_vpc_endpoint",
        after,
        unknown={"subnet_ids": True, "vpc_id": True},
        module="module.m" if form == "module" else "",
        **more,
    )
    late = resource("terraform_data.late", "terraform_data", {}, unknown={"output": True})
    return written({"resources": []}, late, *vpcs, *subnets, {**made, "name": "e"})


@cache
def guard() -> Guard:
    return make_guard(Settings())


def proposal(folder: Path, endpoint: Endpoint, told: Told, form: str) -> Proposal:
    for name, text in source(endpoint, told, form):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    (found,) = read(plan(endpoint, form), given=Extras(configuration=Configuration(folder)))
    return found


def decisions(*proposals: Proposal) -> list[Decision]:
    (found,) = asyncio.run(guard().decide([Question(proposals=proposals, request_id="r")]))
    return found


def denying(decision: Decision) -> set[str]:
    return {violation.rule_id for violation in decision.violations}


@settings(max_examples=int(os.environ.get("MANY", "30")), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    endpoint=ENDPOINTS, idioms=st.lists(st.sampled_from(IDIOMS), min_size=1, max_size=4), form=st.sampled_from(FORMS)
)
def test_idioms_are_decided_as_the_literals_they_stand_for(
    tmp_path_factory: pytest.TempPathFactory,
    endpoint: Endpoint,
    idioms: list[Callable[[Told], Told]],
    form: str,
) -> None:
    told, members = told_with(endpoint, idioms), identities(endpoint.subnets)
    here = proposal(tmp_path_factory.mktemp("idioms"), endpoint, told, form)
    there = proposal(tmp_path_factory.mktemp("literals"), endpoint, Told(literal(members), members), "plain")
    found, wanted = decisions(here, there)
    assert sorted(here.request.get("SubnetIds", [])) == sorted(there.request["SubnetIds"])
    assert denying(found) == denying(wanted)
    assert {one.rule_id for one in found.undetermined} == {one.rule_id for one in wanted.undetermined}


@settings(max_examples=int(os.environ.get("MANY", "20")), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    endpoint=ENDPOINTS,
    other=SUBNETS,
    before=st.lists(st.sampled_from(IDIOMS), max_size=2),
    after=st.lists(st.sampled_from([idiom for idiom in IDIOMS if idiom is not through_choice]), max_size=2),
    form=st.sampled_from(FORMS),
)
def test_a_choice_denies_only_what_both_of_its_sides_do(
    tmp_path_factory: pytest.TempPathFactory,
    endpoint: Endpoint,
    other: list[tuple[str, int]],
    before: list[Callable[[Told], Told]],
    after: list[Callable[[Told], Told]],
    form: str,
) -> None:
    sides = [endpoint, endpoint._replace(subnets=other)]
    first, second = (told_with(side, before, prefix) for side, prefix in zip(sides, ("one_", "two_"), strict=True))
    told = Told(f"(local.late ? {first.expression} : {second.expression})", [], first.beside + second.beside)
    for idiom in after:
        told = idiom(told)
    choice = proposal(tmp_path_factory.mktemp("choice"), endpoint, told, form)
    plain = [
        proposal(tmp_path_factory.mktemp("side"), side, Told(literal(identities(side.subnets)), []), "plain")
        for side in sides
    ]
    found, *both = decisions(choice, *plain)
    assert denying(found) <= set.intersection(*map(denying, both))
    assert set.intersection(*map(denying, both)) <= denying(found) | {one.rule_id for one in found.undetermined}
    doubtful = set.symmetric_difference(*map(denying, both))
    assert doubtful <= {one.rule_id for one in found.undetermined} | denying(found)
