package vpce.rules.gw.quota_per_vpc_test

import data.vpce.rules.gw.quota_per_vpc as rule
import data.vpce.testing.fixture

gateways(n, members) := [object.union(
	{"VpcEndpointId": $"vpce-{i}", "VpcEndpointType": "Gateway", "VpcId": "vpc-0a000001"},
	members,
) |
	some i in numbers.range(1, n)
]

beside(endpoints) := object.union(fixture.gateway({}), {"context": {"VpcEndpoints": endpoints}})

small := {"limits": {"gateway_per_vpc": 2}}

test_below_the_quota_there_is_room if {
	rule.deny == set() with input as beside(gateways(1, {})) with data.org as small
	rule.deny == set() with input as beside(gateways(2, {})) with data.org as {}
	rule.undetermined == set() with input as beside([])
}

test_at_the_quota_there_is_none if {
	rule.deny == {{
		"message": "the VPC has 2 other gateway endpoints; the limit is 2 per VPC",
		"path": "/request/VpcId",
	}} with input as beside(gateways(2, {})) with data.org as small
	count(rule.deny) == 1 with input as beside(gateways(3, {})) with data.org as small
	one_and_a_peer := object.union(beside(gateways(1, {})), {"peers": gateways(1, {})})
	count(rule.deny) == 1 with input as one_and_a_peer with data.org as small
}

test_others_do_not_count if {
	every members in [{"VpcEndpointType": "Interface"}, {"State": "deleted"}, {"VpcId": "vpc-0f000009"}, {"VpcId": null}] {
		rule.deny == set() with input as beside(gateways(3, members)) with data.org as small
	}
}

test_without_the_others_it_is_undetermined if {
	expected := {{
		"reason": "how many gateway endpoints the VPC has is not known",
		"missing": ["/context/VpcEndpoints"],
	}}
	rule.undetermined == expected with input as fixture.without(fixture.gateway({}), "VpcEndpoints")
	rule.undetermined == {{
		"reason": "which VPC the endpoint gets into is not known yet",
		"missing": ["/request/VpcId"],
	}} with input as fixture.unknown(fixture.gateway({}), ["VpcId"])
}

before(members) := object.union(
	fixture.without(fixture.gateway({}), "VpcEndpoints"),
	{"context": {"predecessor": object.union(
		{"VpcEndpointType": "Gateway", "VpcId": "vpc-0a000001", "State": "deleted"},
		members,
	)}},
)

test_what_is_deleted_first_leaves_room if {
	rule.undetermined == set() with input as before({})
	every members in [{"State": "available"}, {"VpcId": "vpc-0f000009"}, {"VpcEndpointType": "Interface"}] {
		count(rule.undetermined) == 1 with input as before(members)
	}
}
