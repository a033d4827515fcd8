package vpce.lib.routes_test

import data.vpce.lib.routes
import data.vpce.testing.fixture

through(id) := {"DestinationPrefixListId": "pl-63a5400a", "GatewayId": id}

with_routes(list) := {"context": {"RouteTables": [{"RouteTableId": "rtb-0a000001", "Routes": list}]}}

test_only_tables_the_request_names_are_looked_up if {
	object.keys(routes.tables) == {"rtb-0a000001"} with input as fixture.gateway({})
}

test_holders_are_other_gateway_endpoints_of_the_service if {
	other := {
		"VpcEndpointId": "vpce-2",
		"VpcEndpointType": "Gateway",
		"ServiceName": "com.amazonaws.us-east-1.s3",
		"RouteTableIds": ["rtb-0a000001", "rtb-9"],
	}
	routes.holders == {"rtb-0a000001": {"vpce-2"}} with input as object.union(
		fixture.gateway({}),
		{"context": {"VpcEndpoints": [
			other,
			object.union(other, {"VpcEndpointId": "vpce-3", "ServiceName": "com.amazonaws.us-east-1.dynamodb"}),
			object.union(other, {"VpcEndpointId": "vpce-4", "VpcEndpointType": "Interface"}),
		]}},
	)
}

test_routes_to_the_service_through_another_endpoint_are_told if {
	gateway := fixture.gateway({})
	routes.gateways == {"rtb-0a000001": {"vpce-2"}} with input as object.union(gateway, with_routes([
		through("vpce-2"),
		through("igw-1"),
		object.union(through("vpce-3"), {"DestinationPrefixListId": "pl-02cd2c6b"}),
	]))
	routes.gateways == {} with input as object.union(
		gateway,
		object.union(with_routes([through("vpce-2")]), {"request": {"VpcEndpointId": "vpce-2"}}),
	)
}

test_routes_tell_where_the_prefix_list_and_the_table_are_known if {
	routes.told("rtb-0a000001") with input as fixture.gateway({})
	not routes.told("rtb-9") with input as fixture.gateway({"RouteTableIds": ["rtb-9"]})
}

test_without_the_prefix_list_a_table_tells_only_where_none_of_its_routes_may_be_to_the_service if {
	nothing_known := fixture.without(fixture.gateway({}), "ManagedPrefixLists")
	routes.told("rtb-0a000001") with input as nothing_known
	every route in [through("vpce-2"), {"DestinationPrefixListId": "pl-1"}, {"GatewayId": "vpce-2"}] {
		not routes.told("rtb-0a000001") with input as object.union(nothing_known, {"context": object.union(
			nothing_known.context,
			with_routes([route]).context,
		)})
	}
}

test_routes_that_leave_out_those_of_endpoints_do_not_tell if {
	hiding := {"RouteTableId": "rtb-0a000001", "Routes": [], "without_endpoint_routes": true}
	not routes.told("rtb-0a000001") with input as object.union(
		fixture.gateway({}),
		{"context": object.union(fixture.gateway({}).context, {"RouteTables": [hiding]})},
	)
}

test_prefix_lists_of_both_ip_versions_are_the_services_own if {
	lists := [
		{"PrefixListId": "pl-1", "PrefixListName": "com.amazonaws.us-east-1.s3"},
		{"PrefixListId": "pl-2", "PrefixListName": "com.amazonaws.us-east-1.s3.ipv6"},
		{"PrefixListId": "pl-3", "PrefixListName": "com.amazonaws.us-east-1.s3express"},
	]
	routes.prefix_lists == {"pl-1", "pl-2"} with input as object.union(
		fixture.gateway({}),
		{"context": {"ManagedPrefixLists": lists}},
	)
}

test_the_main_table_serves_what_no_table_is_associated_with if {
	tables := [
		{"RouteTableId": "rtb-0a000001", "Associations": [{"Main": true}]},
		{"RouteTableId": "rtb-0b000001", "Associations": [{"Main": false, "SubnetId": "subnet-0b100001"}]},
	]
	main := object.union(fixture.gateway({}), {"context": {"RouteTables": tables}})
	routes.main == {"rtb-0a000001"} with input as main
	routes.subnets == {"rtb-0a000001": {"subnet-0a100001", "subnet-0a200001"}} with input as main
	other := object.union(fixture.gateway({"RouteTableIds": ["rtb-0b000001"]}), {"context": {"RouteTables": tables}})
	routes.main == set() with input as other
	routes.subnets == {"rtb-0b000001": {"subnet-0b100001"}} with input as other
}
