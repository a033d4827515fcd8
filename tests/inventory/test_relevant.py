"""Of what there is, what rules may look at."""

from __future__ import annotations

from vpce_guard.formats.document import Draft
from vpce_guard.inventory.relevant import choose_relevant
from vpce_guard.model import Json

GROUPS = [
    {"GroupId": "sg-1", "IpPermissions": [{"UserIdGroupPairs": [{"GroupId": "sg-2"}]}]},
    {"GroupId": "sg-2", "IpPermissions": [{"UserIdGroupPairs": [{"GroupId": "sg-4"}]}]},
    {"GroupId": "sg-3", "GroupName": "default"},
    {"GroupId": "sg-4"},
]


def chosen(things: dict[str, list[Json]], request: Json, current: Json | None = None) -> Json:
    return choose_relevant(things, Draft(operation="create", request=request, current=current))


def test_named_groups_come_with_the_default_one_and_those_that_they_name() -> None:
    found = chosen({"SecurityGroups": GROUPS}, {"SecurityGroupIds": ["sg-1"]})
    assert [one["GroupId"] for one in found["SecurityGroups"]] == ["sg-1", "sg-2", "sg-3"]
    found = chosen({"SecurityGroups": GROUPS}, {}, {"Groups": [{"GroupId": "sg-4"}]})
    assert [one["GroupId"] for one in found["SecurityGroups"]] == ["sg-3", "sg-4"]


def test_where_no_group_is_named_all_are_there() -> None:
    assert chosen({"SecurityGroups": GROUPS}, {})["SecurityGroups"] == GROUPS


def test_services_are_the_own_one_and_those_that_providers_name_beside_it() -> None:
    own, private = "com.amazonaws.us-east-1.sqs", "com.amazonaws.vpce.us-east-1.vpce-svc-1"
    details = [{"ServiceName": name} for name in (own, "com.amazonaws.us-east-1.sns", private)]
    things = {"ServiceDetails": details, "VpcEndpoints": [{"ServiceName": private}, {"ServiceName": None}]}
    assert [one["ServiceName"] for one in chosen(things, {"ServiceName": own})["ServiceDetails"]] == [own, private]


def test_dhcp_options_are_those_of_the_vpc() -> None:
    options = [{"DhcpOptionsId": "dopt-1"}, {"DhcpOptionsId": "dopt-2"}]
    found = chosen({"DhcpOptions": options, "Vpcs": [{"DhcpOptionsId": "dopt-2"}]}, {})
    assert found["DhcpOptions"] == options[1]
    assert "DhcpOptions" not in chosen({"DhcpOptions": options, "Vpcs": [{"DhcpOptionsId": "default"}]}, {})


def test_what_other_types_lead_to_is_left_out() -> None:
    things = {"ServiceNetworks": [{"arn": "a"}, {"arn": "b"}], "ResourceConfigurations": [{"arn": "c"}]}
    assert chosen(things, {"ServiceNetworkArn": "b"}) == {"ServiceNetworks": [{"arn": "b"}]}


def test_a_kind_that_was_not_read_is_not_known() -> None:
    assert chosen({}, {"SecurityGroupIds": ["sg-1"]}) == {}
