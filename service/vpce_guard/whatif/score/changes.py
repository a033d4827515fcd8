"""Endpoint changes that CloudTrail recorded, as proposals at the time of the event, with what AWS answered to each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from vpce_guard.errors import VpceGuardError
from vpce_guard.formats import proposals, read_drafts
from vpce_guard.formats.assemble import DOCUMENT_TIME
from vpce_guard.formats.cloudtrail import AwsAnswer, answer_of, answers_by_endpoint, check_record
from vpce_guard.model import Json, Proposal
from vpce_guard.whatif.score.error_codes import DRY_RUN, OF_ACCESS, OF_THE_MOMENT
from vpce_guard.whatif.score.files import EventFiles
from vpce_guard.whatif.score.spill import Spill


class RecordedChange(NamedTuple):
    """One endpoint of one event: what was asked for, and what AWS answered."""

    record: Json
    proposal: Proposal
    answer: AwsAnswer


@dataclass
class UncountedEvents:
    """Events that say nothing of rules, by why, each counted once."""

    repeated: int = 0
    of_access: int = 0
    of_the_moment: int = 0
    dry_runs: int = 0


@dataclass
class ChangeReader:
    """Reads the changes of files, each event once. `context` is known around all of them."""

    files: EventFiles
    spill: Spill
    context: Json
    events: int = 0
    passed: UncountedEvents = field(default_factory=UncountedEvents)

    def read(self) -> Iterator[list[RecordedChange]]:
        """The changes of each event that AWS accepted or refused for what was asked for.

        What cannot be read goes to the problems of the files.
        """
        for file, record in self.files.records():
            event_id = record.get("eventID")
            if isinstance(event_id, str) and not self.spill.is_new(event_id):
                self.passed.repeated += 1
                continue
            self.events += 1
            if self._pass(record):
                continue
            try:
                yield self._changes(record)
            except VpceGuardError as error:
                self.files.problems.add(f"{file}: event {event_id}: {error}")

    def _pass(self, record: Json) -> bool:
        """Whether an event says nothing of rules, which is counted."""
        code = answer_of(record).code
        if code in OF_ACCESS:
            self.passed.of_access += 1
        elif code in OF_THE_MOMENT:
            self.passed.of_the_moment += 1
        elif code == DRY_RUN or _is_dry_run(record.get("requestParameters")):
            self.passed.dry_runs += 1
        else:
            return False
        return True

    def _changes(self, record: Json) -> list[RecordedChange]:
        check_record(record)
        whole, by_endpoint = answer_of(record), answers_by_endpoint(record)
        document = read_drafts(record, format_name="aws_api")
        made = proposals([document], context=self.context, at=DOCUMENT_TIME)
        return [
            RecordedChange(record, proposal, by_endpoint.get(draft.address or "", whole))
            for proposal, draft in zip(made, document.drafts, strict=True)
        ]


def _is_dry_run(parameters: object) -> bool:
    """Whether a request says that it is a dry run, on its own or inside `CreateVpcEndpointRequest`."""
    if not isinstance(parameters, dict):
        return False
    told = [value for name, value in parameters.items() if name.lower() == "dryrun"]
    inner = [value for name, value in parameters.items() if name.endswith("Request")]
    return any(value in (True, "true") for value in told) or any(map(_is_dry_run, inner))
