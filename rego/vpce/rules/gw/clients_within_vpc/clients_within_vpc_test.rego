package vpce.rules.gw.clients_within_vpc_test

import data.vpce.rules.gw.clients_within_vpc as rule
import data.vpce.testing.fixture

reached(paths) := object.union(fixture.gateway({}), {"intent": {"access_paths": paths}})

test_clients_of_the_vpc_are_served if {
	every paths in [["vpc"], ["same-vpc"], []] {
		rule.deny == set() with input as reached(paths)
	}
	rule.deny == set() with input as fixture.gateway({})
}

test_clients_from_elsewhere_are_not if {
	rule.deny == {{
		"message": concat("", [
			"clients come by on-prem-dx, peering,",
			" but a gateway endpoint only serves subnets of its VPC",
		]),
		"path": "/request/VpcEndpointType",
		"fix": [
			{"op": "replace", "path": "/request/VpcEndpointType", "value": "Interface"},
			{"op": "remove", "path": "/request/RouteTableIds"},
		],
	}} with input as reached(["vpc", "peering", "on-prem-dx"])
}

test_the_fix_fits_a_request_without_type_and_tables if {
	bare := json.remove(reached(["tgw"]), ["/request/VpcEndpointType", "/request/RouteTableIds"])
	fix := [{"op": "add", "path": "/request/VpcEndpointType", "value": "Interface"}]
	{d.fix | some d in rule.deny} == {fix} with input as bare
}

test_an_interface_endpoint_beside_it_serves_them if {
	interface := {
		"VpcEndpointId": "vpce-2",
		"VpcEndpointType": "Interface",
		"VpcId": "vpc-0a000001",
		"ServiceName": "com.amazonaws.us-east-1.s3",
	}
	rule.deny == set() with input as object.union(reached(["tgw"]), {"context": {"VpcEndpoints": [interface]}})
	every difference in [
		{"VpcEndpointType": "Gateway"},
		{"VpcId": "vpc-1"},
		{"ServiceName": "com.amazonaws.us-east-1.sqs"},
	] {
		count(rule.deny) == 1 with input as object.union(
			reached(["tgw"]),
			{"context": {"VpcEndpoints": [object.union(interface, difference)]}},
		)
	}
}
