"""An audit as questions: endpoints first, then the steps of a consolidation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.support.audits import decision
from tests.support.organisation import CENTRE, endpoint_of, make_organisation
from vpce_guard.decisions.question import Question
from vpce_guard.formats.existing import read_existing
from vpce_guard.formats.existing.inventory import Inventory
from vpce_guard.model import Decision
from vpce_guard.whatif.audit import asking
from vpce_guard.whatif.audit.asking import AskedAudit, ask_audit, make_part
from vpce_guard.whatif.consolidation.moves import Centre

SERVICES = {"services": {}}
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
    empty = make_part(Inventory(), [], at=AT)
    asked = replace(ask(2), parts=(empty, *ask(2).parts))
    steps = asked.consolidate(Centre(vpc_id=CENTRE), {"services": {}}).consolidation
    assert steps is not None
    assert (steps.centre.region, steps.centre.around["AccountId"]) == ("us-east-1", "000000000100")
    assert steps.steps[1].draft.address == endpoint_of(1, 0)


def test_groups_are_judged_as_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ask(26).consolidate(Centre(vpc_id=CENTRE), SERVICES)
    monkeypatch.setattr(asking, "_AT_ONCE", 25)
    numbers: list[int] = []

    def decide(questions: Sequence[Question]) -> list[list[Decision]]:
        numbers.append(sum(len(one.proposals) for one in questions))
        return [[decision(str(each.address)) for each in one.proposals] for one in questions]

    given: Any = {"request_id": "r", "org_data": {}, "services": SERVICES}
    flowing = asked.judge(lambda groups: ((group, decide(group.questions)) for group in groups), **given)
    assert numbers == [25, 1, 53]
    together = asked.settle(decide(asked.questions("r")), **given)
    assert flowing.audit == together.audit
    assert list(flowing.decisions) == list(together.decisions)
