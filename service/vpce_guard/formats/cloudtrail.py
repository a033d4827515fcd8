"""CloudTrail records of endpoint changes, in whatever they were delivered, and what AWS answered to each.

They come as log files (`Records`), as LookupEvents prints them (`Events`), in EventBridge events (`detail`), and as
rows that CloudTrail Lake or Athena answers. Sources: the AWS CloudTrail user guide (record contents, SQL schema of
event data stores, table for Athena) and the models of botocore, cloudtrail 2013-11-01 and athena 2017-05-18.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic_core import from_json

from vpce_guard.errors import MalformedError
from vpce_guard.formats.aws_api import OPERATIONS
from vpce_guard.model import Json

_MEMBERS = {  # query engines write the names of columns in lower case
    name.lower(): name
    for name in (
        *("eventID", "eventName", "eventSource", "eventTime", "awsRegion", "recipientAccountId", "userIdentity"),
        *("requestParameters", "responseElements", "errorCode", "errorMessage"),
    )
}
_NESTED = ("requestParameters", "responseElements", "userIdentity")
_WHOLE = ("eventjson", "cloudtrailevent")  # columns and members that hold a record as text
_OF_A_QUERY = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)(?: UTC)?")
_OMITTED = "omitted"  # what stands in the place of request parameters of more than 100 KB


class AwsAnswer(NamedTuple):
    """What AWS answered to a request: the error code without `Client.` or `Server.`, None where it was accepted."""

    code: str | None
    message: str | None


def records(document: Any) -> Iterator[Json]:
    """The records of endpoint changes in a parsed document, spelled as CloudTrail does; other calls are passed over.

    Raises MalformedError for what is none of the forms.
    """
    for item in _items(document):
        record = _as_record(item)
        if "eventName" not in record and "eventVersion" not in record:  # an Insights event has only this one
            raise _form_error()
        if record.get("eventName") in OPERATIONS and str(record.get("eventSource", "ec2")).startswith("ec2"):
            yield record


def check_record(record: Json) -> None:
    """Raise MalformedError where a record does not hold what was asked for, or when."""
    parameters = record.get("requestParameters")
    if isinstance(parameters, dict) and parameters and parameters.get(_OMITTED) is not True:
        if isinstance(record.get("eventTime"), str):
            return
        raise MalformedError("The record does not say when it was.", advice="Ask for eventTime too.")
    raise MalformedError(
        "The record does not hold the parameters of the request as JSON.",
        advice="Of CloudTrail Lake, ask for `eventJson`; AWS leaves out parameters of more than 100 KB.",
    )


def answer_of(record: Json) -> AwsAnswer:
    """What AWS answered to the request as a whole."""
    return _answer(record.get("errorCode"), record.get("errorMessage"))


def answers_by_endpoint(record: Json) -> Mapping[str, AwsAnswer]:
    """The endpoints that a DeleteVpcEndpoints did not delete, by id: such a call succeeds as a whole."""
    return dict(_unsuccessful(record.get("responseElements")))


def created_endpoint(record: Json) -> str | None:
    """The id of the endpoint that a CreateVpcEndpoint made; None where it made none, or does not tell."""
    return _find_created(record.get("responseElements")) if answer_of(record).code is None else None


def _find_created(value: Any) -> str | None:
    """The id in `vpcEndpoint`, however many wrappers are around it."""
    if not isinstance(value, dict):
        return None
    for name, inner in value.items():
        if name == "vpcEndpoint" and isinstance(inner, dict):
            found = inner.get("vpcEndpointId")
            return found if isinstance(found, str) and found else None
        if (deeper := _find_created(inner)) is not None:
            return deeper
    return None


def _answer(code: object, message: object) -> AwsAnswer:
    if not isinstance(code, str) or not code:
        return AwsAnswer(None, None)
    return AwsAnswer(code.removeprefix("Client.").removeprefix("Server."), str(message) if message else None)


def _unsuccessful(value: Any) -> Iterator[tuple[str, AwsAnswer]]:
    """Items with a resourceId and an error, however deep lists and their `item` wrappers put them."""
    if isinstance(value, list):
        for one in value:
            yield from _unsuccessful(one)
    elif isinstance(value, dict):
        error = value.get("error")
        if isinstance(error, dict) and isinstance(value.get("resourceId"), str):
            yield value["resourceId"], _answer(error.get("code"), error.get("message"))
            return
        for one in value.values():
            yield from _unsuccessful(one)


def _items(document: Any) -> Iterator[Json]:
    if isinstance(document, list):
        for one in document:
            yield from _items(one)
    elif not isinstance(document, dict):
        raise _form_error()
    elif isinstance(document.get("QueryResultRows"), list):
        yield from map(_lake_row, document["QueryResultRows"])
    elif isinstance(document.get("ResultSet"), dict):
        yield from _athena_rows(document["ResultSet"].get("Rows"))
    else:
        for envelope in ("Records", "Events"):
            if isinstance(document.get(envelope), list):
                yield from _items(document[envelope])
                return
        detail = document.get("detail")
        yield detail if isinstance(detail, dict) else document


def _lake_row(row: Any) -> Json:
    """A row of GetQueryResults: a list of objects with one column each."""
    if not isinstance(row, list) or not all(isinstance(column, dict) for column in row):
        raise _form_error()
    return {name: value for column in row for name, value in column.items()}


def _athena_rows(rows: Any) -> Iterator[Json]:
    """The rows of Athena's GetQueryResults, of which the first has the names of the columns."""
    try:
        names, *others = [[column.get("VarCharValue") for column in row["Data"]] for row in rows]
    except (AttributeError, KeyError, TypeError, ValueError):
        raise _form_error() from None
    for values in others:
        yield dict(zip(map(str, names), values, strict=False))


def _as_record(item: Json) -> Json:
    """A record as CloudTrail spells it. Raises MalformedError for what is none."""
    for name, value in item.items():
        if name.lower() in _WHOLE and isinstance(value, str):
            return _as_record(_parse_object(value))
    record = {_MEMBERS.get(name.lower(), name): value for name, value in item.items() if value is not None}
    for name in _NESTED:
        if isinstance(text := record.get(name), str):
            record[name] = _parse_nested(text)
    if isinstance(time := record.get("eventTime"), str) and (parts := _OF_A_QUERY.fullmatch(time)):
        record["eventTime"] = f"{parts[1]}T{parts[2]}Z"
    return record


def _parse_nested(text: str) -> Json | None:
    """The object in a text; None for the notation in which query engines print maps, which cannot be read back."""
    try:
        return _parse_object(text)
    except MalformedError:
        return None


def _parse_object(text: str) -> Json:
    try:
        value = from_json(text, allow_inf_nan=False)
    except ValueError:
        raise _form_error() from None
    if not isinstance(value, dict):
        raise _form_error()
    return value


def _form_error() -> MalformedError:
    return MalformedError(
        "This is no record of CloudTrail.",
        advice="Give log files of CloudTrail, the output of `aws cloudtrail lookup-events` or `get-query-results`, "
        "or that of `aws athena get-query-results`.",
    )
