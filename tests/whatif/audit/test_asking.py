"""An audit as questions: endpoints first, then the steps of a consolidation."""

from __future__ import annotations

from dataclasses import replace

from tests.support.organisation import CENTRE, endpoint_of, make_organisation
from vpce_guard.formats.existing import read_existing
from vpce_guard.formats.existing.inventory import Inventory
from vpce_guard.whatif.audit.asking import AskedAudit, ask_audit
from vpce_guard.whatif.consolidation.moves import Centre

AT = "2026-11-30T12:00:00Z"


def ask(vpcs: int) -> AskedAudit:
    inventory = Inventory()
    read_existing(make_organisation(vpcs, services=("sqs",)), inventory)
    return ask_audit(inventory, [], at=AT)


def test_steps_are_asked_after_the_endpoints_and_nothing_is_recorded() -> None:
    asked = ask(26).consolidate(Centre(vpc_id=CENTRE), {"services": {}})
    questions = asked.questions("1")
    assert [len(one.proposals) for one in questions] == [25, 1, 25, 25, 3]  # a create, 26 updates, 26 deletions
    assert [one.proposals[0].operation for one in questions] == ["create", "create", "create", "modify", "delete"]
    assert not any(one.record for one in questions)


def test_the_centre_is_found_in_whichever_inventory_tells_of_it() -> None:
    asked = replace(ask(2), inventories=(Inventory(), *ask(2).inventories))
    steps = asked.consolidate(Centre(vpc_id=CENTRE), {"services": {}}).consolidation
    assert steps is not None
    assert (steps.centre.region, steps.centre.around["AccountId"]) == ("us-east-1", "000000000100")
    assert steps.steps[1].draft.address == endpoint_of(1, 0)
