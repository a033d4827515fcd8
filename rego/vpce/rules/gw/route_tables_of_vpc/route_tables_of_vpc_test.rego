package vpce.rules.gw.route_tables_of_vpc_test

import data.vpce.rules.gw.route_tables_of_vpc as rule
import data.vpce.testing.fixture

test_a_table_of_the_vpc_passes if {
	rule.deny == set() with input as fixture.gateway({})
	rule.undetermined == set() with input as fixture.gateway({})
}

test_a_table_of_another_vpc_is_denied if {
	rule.deny == {{
		"message": "route table rtb-0a000001 belongs to vpc-0a000001, but the endpoint is in vpc-0f000009",
		"path": "/request/RouteTableIds/0",
	}} with input as fixture.gateway({"VpcId": "vpc-0f000009"})
}

test_a_table_the_context_does_not_tell_of_is_undetermined if {
	expected := {{
		"reason": "to which VPC route table rtb-1 belongs is not known",
		"missing": ["/context/RouteTables"],
	}}
	rule.undetermined == expected with input as fixture.gateway({"RouteTableIds": ["rtb-1"]})
	rule.undetermined == expected with input as object.union(
		fixture.gateway({"RouteTableIds": ["rtb-1"]}),
		{"context": {"RouteTables": [{"RouteTableId": "rtb-1"}]}},
	)
}

test_without_a_vpc_nothing_can_be_compared if {
	reason := "the VPC of the endpoint is not known, so its route tables cannot be compared with it"
	told := {"reason": reason, "missing": ["/request/VpcId"]}
	rule.undetermined == {told} with input as fixture.unknown(fixture.gateway({}), ["VpcId"])
	rule.undetermined == {told} with input as fixture.gateway({"VpcId": ""})
	rule.undetermined == set() with input as fixture.unknown(fixture.gateway({"RouteTableIds": []}), ["VpcId"])
	{"reason": reason, "missing": ["/current/VpcId"]} in rule.undetermined with input as fixture.modify(
		{"AddRouteTableIds": ["rtb-0a000001"]},
		{"VpcEndpointId": "vpce-1"},
		{},
	)
}

test_tables_known_later_are_undetermined if {
	rule.undetermined == {{
		"reason": "which route tables the endpoint gets is not known yet",
		"missing": ["/request/RouteTableIds"],
	}} with input as fixture.unknown(fixture.gateway({}), ["RouteTableIds"])
}
