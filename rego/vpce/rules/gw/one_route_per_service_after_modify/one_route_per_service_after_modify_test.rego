package vpce.rules.gw.one_route_per_service_after_modify_test

import data.vpce.rules.gw.one_route_per_service_after_modify as rule
import data.vpce.testing.fixture

current := {
	"VpcEndpointId": "vpce-1",
	"VpcEndpointType": "Gateway",
	"VpcId": "vpc-0a000001",
	"ServiceName": "com.amazonaws.us-east-1.s3",
	"RouteTableIds": ["rtb-0a000001"],
}

adding(ids) := fixture.modify({"VpcEndpointId": "vpce-1", "AddRouteTableIds": ids}, current, {})

other := object.union(current, {"VpcEndpointId": "vpce-2", "RouteTableIds": ["rtb-0b000001"]})

fix := [{"op": "remove", "path": "/request/AddRouteTableIds/0"}]

test_a_free_table_is_added if {
	rule.deny == set() with input as adding(["rtb-0b000001"])
	rule.undetermined == set() with input as adding(["rtb-0b000001"])
}

test_a_table_of_another_endpoint_is_denied if {
	rule.deny == {{
		"message": "route table rtb-0b000001 is already used for com.amazonaws.us-east-1.s3 by vpce-2",
		"path": "/request/AddRouteTableIds/0",
		"fix": fix,
	}} with input as object.union(adding(["rtb-0b000001"]), {"context": {"VpcEndpoints": [other]}})
}

test_a_route_through_another_endpoint_is_denied if {
	route := {"DestinationPrefixListId": "pl-63a5400a", "GatewayId": "vpce-3"}
	tables := {"RouteTables": [{"RouteTableId": "rtb-0b000001", "Routes": [route]}]}
	rule.deny == {{
		"message": "route table rtb-0b000001 already has a route to com.amazonaws.us-east-1.s3 through vpce-3",
		"path": "/request/AddRouteTableIds/0",
		"fix": fix,
	}} with input as object.union(adding(["rtb-0b000001"]), {"context": tables})
	count(rule.deny) == 1 with input as object.union(
		adding(["rtb-0b000001"]),
		{"context": object.union(tables, {"VpcEndpoints": [other]})},
	)
}

test_its_own_table_is_added_again_without_effect if {
	rule.deny == set() with input as object.union(
		adding(["rtb-0a000001"]),
		{"context": {"VpcEndpoints": [object.union(other, {"RouteTableIds": ["rtb-0a000001"]})]}},
	)
}

test_without_endpoints_the_routes_tell if {
	rule.undetermined == set() with input as fixture.without(adding(["rtb-0b000001"]), "VpcEndpoints")
	rule.undetermined == {{
		"reason": "neither the endpoints of the VPC nor the routes of rtb-9 are known",
		"missing": ["/context/VpcEndpoints"],
	}} with input as fixture.without(adding(["rtb-9"]), "VpcEndpoints")
}

test_the_service_is_needed if {
	rule.undetermined == {{
		"reason": "to which service the endpoint leads is not known",
		"missing": ["/current/ServiceName"],
	}} with input as fixture.modify({"AddRouteTableIds": ["rtb-0b000001"]}, {"VpcEndpointId": "vpce-1"}, {})
}

test_tables_known_later_are_undetermined if {
	rule.undetermined == {{
		"reason": "which route tables are added is not known yet",
		"missing": ["/request/AddRouteTableIds/0"],
	}} with input as object.union(adding([null]), {"unknown": ["/request/AddRouteTableIds/0"]})
}
