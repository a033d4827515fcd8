"""Endpoints that CloudTrail saw being made: their ids, when it was, and what was asked for."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from vpce_guard.errors import VpceGuardError
from vpce_guard.formats import read_drafts
from vpce_guard.formats.cloudtrail import answer_of, check_record, created_endpoint
from vpce_guard.formats.document import Draft
from vpce_guard.instants import instant
from vpce_guard.whatif.score.files import EventFiles


class RecordedCreation(NamedTuple):
    """A CreateVpcEndpoint that AWS accepted; `draft` is the request, without what was around it."""

    created: datetime
    draft: Draft


def read_creations(files: EventFiles) -> dict[str, RecordedCreation]:
    """The creations in files, by the id of the endpoint. What cannot be read goes to the problems of the files."""
    found: dict[str, RecordedCreation] = {}
    for file, record in files.records():
        if record["eventName"] != "CreateVpcEndpoint" or answer_of(record).code is not None:
            continue
        try:
            check_record(record)
            (draft,) = read_drafts(record, format_name="aws_api").drafts
        except VpceGuardError as error:
            files.problems.add(f"{file}: event {record.get('eventID')}: {error}")
            continue
        endpoint_id, moment = created_endpoint(record), instant(record["eventTime"])
        if endpoint_id is None or moment is None:
            lacks = "which endpoint it made" if endpoint_id is None else "when it was"
            files.problems.add(f"{file}: event {record.get('eventID')} does not tell {lacks}.")
            continue
        found[endpoint_id] = RecordedCreation(datetime.fromisoformat(moment), draft)
    return found
