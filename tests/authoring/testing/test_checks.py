"""What hiding a value leaves of an input."""

from __future__ import annotations

from vpce_guard.authoring.testing.checks import hide_members


def test_each_member_is_hidden_once_but_for_what_is_always_known() -> None:
    document = {
        "operation": "create",
        "request": {"ServiceName": "s", "SubnetIds": ["subnet-1"]},
        "context": {"time": "t", "Subnets": [], "Vpc": {}},
        "unknown": [],
        "endpoint": {"SubnetIds": ["subnet-1"]},
    }
    hidden = dict(hide_members(document, ["/context/Vpc"]))
    assert list(hidden) == ["/context/Subnets", "/request/SubnetIds"]
    assert hidden["/request/SubnetIds"]["unknown"] == ["/request/SubnetIds"]
    assert "SubnetIds" not in hidden["/request/SubnetIds"]["endpoint"]
