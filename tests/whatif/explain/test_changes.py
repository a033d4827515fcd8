"""Single changes of a request that may turn a decision."""

from __future__ import annotations

from vpce_guard.formats import read
from vpce_guard.whatif.explain.changes import propose_changes

REQUEST = {
    "VpcEndpointType": "Interface",
    "VpcId": "vpc-1",
    "ServiceName": "com.amazonaws.us-east-1.sqs",
    "SubnetIds": ["subnet-1", "subnet-2"],
    "PrivateDnsEnabled": True,
}


def test_what_rules_read_is_changed_first_and_each_change_is_proposed_once() -> None:
    (proposal,) = read({"operation": "create", "request": REQUEST})
    changes = propose_changes(proposal, ["/request/SubnetIds", "/request/PrivateDnsEnabled"], {})
    assert changes[:5] == [
        {"op": "remove", "path": "/request/SubnetIds"},
        {"op": "remove", "path": "/request/SubnetIds/1"},
        {"op": "remove", "path": "/request/SubnetIds/0"},
        {"op": "remove", "path": "/request/PrivateDnsEnabled"},
        {"op": "replace", "path": "/request/PrivateDnsEnabled", "value": False},
    ]
    assert len(changes) == len({str(change) for change in changes})


def test_a_delete_has_nothing_to_change() -> None:
    (proposal,) = read({"operation": "delete", "current": {"VpcEndpointId": "vpce-1"}})
    assert propose_changes(proposal, ["/request/SubnetIds"], {}) == []
