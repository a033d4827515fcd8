"""A recorded proposal is asked about in the same words again."""

from __future__ import annotations

from vpce_guard.decisions.inputs import read_recorded, subject
from vpce_guard.formats import read

GATEWAY = {"VpcId": "vpc-0a000001", "ServiceName": "com.amazonaws.us-east-1.s3", "RouteTableIds": ["rtb-0a000001"]}


def test_what_was_recorded_reads_as_it_was() -> None:
    (proposal,) = read(GATEWAY)
    recorded = proposal.as_input("aws-current")
    assert read_recorded(recorded).as_input("aws-current") == recorded


def test_the_subject_names_the_endpoint() -> None:
    (proposal,) = read(GATEWAY)
    found = subject(proposal)
    assert (found.endpoint_type, found.service_name, found.vpc_id) == (
        "Gateway",
        "com.amazonaws.us-east-1.s3",
        "vpc-0a000001",
    )
