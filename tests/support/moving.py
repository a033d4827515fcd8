"""Endpoints of a small fictional organisation, and what would move to its central VPC."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.support.organisation import CENTRE, make_organisation
from vpce_guard.formats.document import Draft
from vpce_guard.formats.existing import read_existing
from vpce_guard.formats.existing.drafts import drafts_of, surroundings_of
from vpce_guard.formats.existing.inventory import Inventory
from vpce_guard.whatif.consolidation.moves import Centre, Move, choose_moves

AT = "2026-11-30T12:00:00Z"


def change(documents: dict[str, list[Any]], number: int, **members: Any) -> dict[str, list[Any]]:
    """The documents with other members of the endpoint of that number."""
    documents["VpcEndpoints"][number] |= members
    return documents


def read(documents: dict[str, list[Any]], **options: Any) -> tuple[Sequence[Draft], Centre]:
    """Drafts of what exists, and the centre with what is known around it."""
    inventory = Inventory()
    read_existing(documents, inventory)
    around = surroundings_of(inventory, (), CENTRE)
    return drafts_of(inventory, ()).drafts, Centre(vpc_id=CENTRE, around=around, **options)


def move(documents: dict[str, list[Any]] | None = None, **options: Any) -> tuple[Move, Centre]:
    """The one move of documents, by themselves those of two VPCs with SQS."""
    drafts, centre = read(documents or make_organisation(2, services=("sqs",)), **options)
    (found,) = choose_moves(drafts, centre)
    return found, centre
