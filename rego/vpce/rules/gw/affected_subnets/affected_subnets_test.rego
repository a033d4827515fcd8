package vpce.rules.gw.affected_subnets_test

import data.vpce.rules.gw.affected_subnets as rule
import data.vpce.testing.fixture

tables := [
	{"RouteTableId": "rtb-0a000001", "Associations": [{"Main": true}]},
	{"RouteTableId": "rtb-0b000001", "Associations": [{"SubnetId": "subnet-0b100001"}]},
]

told(proposal) := object.union(proposal, {"context": {"RouteTables": tables}})

test_explicit_associations_are_listed if {
	rule.deny == {{
		"message": concat("", [
			"traffic to the service from subnet-0b100001 will take the endpoint through rtb-0b000001",
			"; other traffic keeps its routes, also to the internet",
		]),
		"path": "/request/RouteTableIds/0",
	}} with input as told(fixture.gateway({"RouteTableIds": ["rtb-0b000001"]}))
}

test_the_main_table_serves_the_rest if {
	rule.deny == {{
		"message": concat("", [
			"traffic to the service from subnet-0a100001, subnet-0a200001 will take the endpoint through rtb-0a000001",
			", the main table of the VPC; other traffic keeps its routes, also to the internet",
		]),
		"path": "/request/RouteTableIds/0",
	}} with input as told(fixture.gateway({}))
}

test_tables_it_has_and_tables_without_subnets_are_not_listed if {
	current := {"VpcId": "vpc-0a000001", "RouteTableIds": ["rtb-0b000001"]}
	again := fixture.modify({"AddRouteTableIds": ["rtb-0b000001"]}, current, {})
	rule.deny == set() with input as told(again)
	rule.deny == set() with input as fixture.gateway({})
}

test_what_is_known_later_is_undetermined if {
	expected := {"reason": "which subnets will use the endpoint is not known yet"}
	every member in ["RouteTableIds", "VpcId"] {
		hidden := {object.union(expected, {"missing": [$"/request/{member}"]})}
		rule.undetermined == hidden with input as told(fixture.unknown(fixture.gateway({}), [member]))
	}
	other := fixture.gateway({"RouteTableIds": ["rtb-0b000001"]})
	rule.undetermined == set() with input as told(fixture.unknown(other, ["VpcId"]))
}
