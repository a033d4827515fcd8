"""An expression and the literal list that it stands for give the same request, whatever it is made of."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vpce_guard.formats import read
from vpce_guard.formats.document import Extras
from vpce_guard.formats.terraform.hcl import Configuration
from vpce_guard.model import Json, Proposal

NUMBER = 6
ZONES = "abc"

Told = tuple[str, list[int]]
"""An expression for a list of subnet ids, and the numbers of those subnets."""


def entry(kind: str, name: str, after: Json, unknown: Json, index: int | None = None) -> Json:
    address = f"{kind}.{name}" + ("" if index is None else f"[{index}]")
    change = {"actions": ["create"], "before": None, "after": after, "after_unknown": {"id": True, **unknown}}
    found = {"address": address, "mode": "managed", "type": kind, "name": name, "change": change}
    return found if index is None else {**found, "index": index}


PLAN: Json = {
    "format_version": "1.2",
    "resource_changes": [
        *(
            entry("aws_subnet", "p", {"availability_zone": f"us-east-1{ZONES[i % 3]}"}, {}, i) for i in range(NUMBER)
        ),
        entry(
            "aws_vpc_endpoint",
            "e",
            {"vpc_endpoint_type": "Interface", "service_name": "com.amazonaws.us-east-1.sqs", "vpc_id": "vpc-0a1b2c3d"},
            {"subnet_ids": True},
        ),
    ],
    "configuration": {"root_module": {"resources": []}},
}  # fmt: skip


def proposal(directory: Path, expression: str) -> Proposal:
    source = "locals {\n  zones = [for s in aws_subnet.p : s.availability_zone]\n}\n"
    source += f'resource "aws_vpc_endpoint" "e" {{\n  subnet_ids = {expression}\n}}\n'
    (directory / "main.tf").write_text(source)
    (found,) = read(PLAN, given=Extras(configuration=Configuration(directory)))
    return found


def literal(numbers: list[int]) -> str:
    return "[" + ", ".join(f"aws_subnet.p[{number}].id" for number in numbers) + "]"


def sliced(bounds: tuple[int, int]) -> Told:
    start, end = sorted(bounds)
    return f"slice(aws_subnet.p[*].id, {start}, {end})", list(range(start, end))


def in_zone(zone: str) -> Told:
    condition = f's.availability_zone == "us-east-1{zone}"'
    return f"[for s in aws_subnet.p : s.id if {condition}]", [i for i in range(NUMBER) if ZONES[i % 3] == zone]


def by_index(number: int) -> Told:
    return f"[element(aws_subnet.p[*].id, {number})]", [number % NUMBER]


LEAVES = st.one_of(
    st.tuples(st.integers(0, NUMBER), st.integers(0, NUMBER)).map(sliced),
    st.sampled_from(ZONES).map(in_zone),
    st.integers(0, 20).map(by_index),
    st.lists(st.integers(0, NUMBER - 1), max_size=3).map(lambda numbers: (literal(numbers), numbers)),
)


def combined(parts: st.SearchStrategy[Told]) -> st.SearchStrategy[Told]:
    pairs = st.tuples(parts, parts)
    return st.one_of(
        pairs.map(lambda two: (f"concat({two[0][0]}, {two[1][0]})", two[0][1] + two[1][1])),
        pairs.map(lambda two: (f"flatten([{two[0][0]}, [{two[1][0]}]])", two[0][1] + two[1][1])),
        pairs.map(lambda two: (f"(length({two[0][0]}) > 1 ? {two[0][0]} : {two[1][0]})", choose(*two))),
        pairs.map(lambda two: (f"coalescelist({two[0][0]}, {two[1][0]}, [aws_subnet.p[0].id])", first(*two))),
        parts.map(lambda one: (f"distinct({one[0]})", list(dict.fromkeys(one[1])))),
        parts.map(lambda one: (f"reverse({one[0]})", one[1][::-1])),
        parts.map(lambda one: (f'compact(split(",", join(",", {one[0]})))', one[1])),
        parts.map(lambda one: (f"try(local.zones[99], {one[0]})", one[1])),
        parts.map(lambda one: (f"[for i, id in {one[0]} : id if i % 2 == 0]", one[1][::2])),
        parts.map(lambda one: (f'values({{ for i, id in {one[0]} : format("%03d", i) => id }})', one[1])),
    )


def choose(left: Told, right: Told) -> list[int]:
    return left[1] if len(left[1]) > 1 else right[1]


def first(left: Told, right: Told) -> list[int]:
    return left[1] or right[1] or [0]


@settings(max_examples=150, deadline=None)
@given(told=st.recursive(LEAVES, combined, max_leaves=5))
def test_an_expression_is_the_literal_it_stands_for(tmp_path_factory: pytest.TempPathFactory, told: Told) -> None:
    directory = tmp_path_factory.mktemp("source")
    expression, numbers = told
    found, wanted = proposal(directory, expression), proposal(directory, literal(numbers))
    assert sorted(found.request.get("SubnetIds", [])) == sorted(wanted.request.get("SubnetIds", []))
    assert (found.unknown, found.policy, found.peers) == ((), wanted.policy, wanted.peers)


@pytest.mark.parametrize(
    ("expression", "members"),
    [
        ("concat([aws_subnet.p[0].id], terraform_data.x.output)", ["aws_subnet.p[0]"]),
        ("terraform_data.x.output ? aws_subnet.p[*].id : [aws_subnet.p[1].id]", ["aws_subnet.p[1]"]),
        ("[for s in aws_subnet.p : s.id if s.arn == terraform_data.x.output]", None),
        ("sort(aws_subnet.p[*].id)[0]", None),
        ("[sort(aws_subnet.p[*].id)[0]]", [None]),
        ('["${aws_subnet.p[0].id}-x"]', [None]),
        ('[upper(aws_subnet.p[0].id)]', [None]),
        ("unheard_of(aws_subnet.p[*].id)", None),
    ],
)  # fmt: skip
def test_what_nobody_can_tell_is_unknown(tmp_path: Path, expression: str, members: list[str | None] | None) -> None:
    found = proposal(tmp_path, expression)
    assert found.request.get("SubnetIds") == members
    assert found.unknown == (("/request/SubnetIds/0",) if members == [None] else ("/request/SubnetIds",))
