package vpce.rules.gw.one_route_per_service_test

import data.vpce.rules.gw.one_route_per_service as rule
import data.vpce.testing.fixture

other := {
	"VpcEndpointId": "vpce-1",
	"VpcEndpointType": "Gateway",
	"ServiceName": "com.amazonaws.us-east-1.s3",
	"RouteTableIds": ["rtb-0a000001"],
	"State": "available",
}

route := {"DestinationPrefixListId": "pl-63a5400a", "GatewayId": "vpce-2", "State": "active"}

beside(endpoints, routes) := object.union(fixture.gateway({}), {"context": {
	"VpcEndpoints": endpoints,
	"RouteTables": [{"RouteTableId": "rtb-0a000001", "Routes": routes}],
}})

test_a_free_route_table_passes if {
	rule.deny == set() with input as fixture.gateway({})
	rule.undetermined == set() with input as fixture.gateway({})
}

test_another_endpoint_of_the_service_is_a_conflict if {
	rule.deny == {{
		"message": "route table rtb-0a000001 is already used for com.amazonaws.us-east-1.s3 by vpce-1",
		"path": "/request/RouteTableIds/0",
		"fix": [{"op": "remove", "path": "/request/RouteTableIds/0"}],
	}} with input as beside([other], [])
}

test_a_route_is_evidence_where_no_endpoint_is_told_of if {
	rule.deny == {{
		"message": "route table rtb-0a000001 already has a route to com.amazonaws.us-east-1.s3 through vpce-2",
		"path": "/request/RouteTableIds/0",
		"fix": [{"op": "remove", "path": "/request/RouteTableIds/0"}],
	}} with input as beside([], [route])
}

test_both_kinds_of_evidence_give_one_reason if count(rule.deny) == 1 with input as beside([other], [route])

test_a_deleted_endpoint_is_gone if {
	rule.deny == set() with input as beside([object.union(other, {"State": "deleted"})], [])
}

test_another_service_or_type_is_no_conflict if {
	rule.deny == set() with input as beside([object.union(other, {"ServiceName": "com.amazonaws.us-east-1.dynamodb"})], [])
	rule.deny == set() with input as beside([object.union(other, {"VpcEndpointType": "Interface"})], [])
	rule.deny == set() with input as beside([], [object.union(route, {"DestinationPrefixListId": "pl-own"})])
}

test_a_peer_is_named_by_its_address if {
	peer := json.remove(object.union(other, {"address": "aws_vpc_endpoint.b"}), ["/VpcEndpointId"])
	{d.message | some d in rule.deny} == {concat(" ", [
		"route table rtb-0a000001 is already used for com.amazonaws.us-east-1.s3",
		"by aws_vpc_endpoint.b",
	])} with input as object.union(fixture.gateway({}), {"peers": [peer]})
}

test_routes_alone_can_tell if {
	rule.undetermined == set() with input as json.remove(beside([], []), ["/context/VpcEndpoints"])
}

test_without_endpoints_and_routes_it_is_undetermined if {
	rule.undetermined == {{
		"reason": "neither the endpoints of the VPC nor the routes of rtb-0a000001 are known",
		"missing": ["/context/VpcEndpoints"],
	}} with input as json.remove(fixture.gateway({}), ["/context/VpcEndpoints", "/context/RouteTables"])
}

test_route_tables_known_later_are_undetermined if {
	rule.undetermined == {{
		"reason": "which route tables or which service the endpoint gets is not known yet",
		"missing": ["/request/RouteTableIds"],
	}} with input as fixture.unknown(fixture.gateway({}), ["RouteTableIds"])
}

before(members) := object.union(
	json.remove(fixture.gateway({}), ["/context/VpcEndpoints", "/context/RouteTables"]),
	{"context": {"predecessor": object.union(
		{
			"ServiceName": "com.amazonaws.us-east-1.s3",
			"VpcId": "vpc-0a000001",
			"RouteTableIds": ["rtb-0a000001"],
			"State": "deleted",
		},
		members,
	)}},
)

test_what_is_deleted_first_had_the_route_for_itself if {
	rule.undetermined == set() with input as before({})
	every members in [
		{"State": "available"},
		{"RouteTableIds": ["rtb-0a000002"]},
		{"ServiceName": "com.amazonaws.us-east-1.dynamodb"},
	] {
		count(rule.undetermined) == 1 with input as before(members)
	}
}
