"""Where the parts of an endpoint stand in the source."""

from __future__ import annotations

from pathlib import Path

from tests.support.terraform import PLANS, plan
from vpce_guard.formats import read_drafts
from vpce_guard.formats.document import Extras
from vpce_guard.formats.terraform.hcl import Configuration


def test_places_are_those_of_arguments_through_modules() -> None:
    given = Extras(configuration=Configuration(PLANS / "nested-modules"))
    draft = next(d for d in read_drafts(plan("nested-modules"), given=given).drafts if "ecr.api" in str(d.address))
    assert draft.locations is not None
    found = draft.locations.locate("/request/SubnetIds/1")
    assert found is not None
    lines = Path(found.file).read_text().splitlines()
    assert lines[(found.line or 0) - 1].strip().startswith("subnet_ids")
    whole = draft.locations.locate("/current/Tags")
    assert whole is not None
    assert lines[(whole.line or 0) - 1].startswith('resource "aws_vpc_endpoint"')
