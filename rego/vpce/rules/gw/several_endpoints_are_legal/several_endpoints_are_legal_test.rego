package vpce.rules.gw.several_endpoints_are_legal_test

import data.vpce.rules.gw.several_endpoints_are_legal as rule
import data.vpce.testing.fixture

other := {
	"VpcEndpointId": "vpce-2",
	"VpcEndpointType": "Gateway",
	"VpcId": "vpc-0a000001",
	"ServiceName": "com.amazonaws.us-east-1.s3",
}

beside(endpoints) := object.union(fixture.gateway({}), {"context": {"VpcEndpoints": endpoints}})

test_the_first_endpoint_of_a_service_needs_no_word if rule.deny == set() with input as beside([])

test_another_one_needs_route_tables_of_its_own if {
	rule.deny == {{
		"message": concat("", [
			"vpc-0a000001 already has vpce-2 for com.amazonaws.us-east-1.s3; each gateway endpoint needs",
			" route tables of its own",
		]),
		"path": "/request/ServiceName",
	}} with input as beside([other])
}

test_endpoints_of_another_kind_do_not_count if {
	every difference in [
		{"VpcEndpointType": "Interface"},
		{"VpcId": "vpc-0f000009"},
		{"VpcId": null},
		{"ServiceName": "com.amazonaws.us-east-1.dynamodb"},
	] {
		rule.deny == set() with input as beside([object.union(other, difference)])
	}
}

test_endpoints_that_are_not_told_are_not_mentioned if {
	rule.deny == set() with input as fixture.without(beside([other]), "VpcEndpoints")
	rule.deny == set() with input as object.union(beside([other]), {"operation": "modify"})
}

test_a_vpc_known_later_is_undetermined if {
	expected := {{
		"reason": "whether the VPC has other gateway endpoints for the service is not known yet",
		"missing": ["/request/VpcId"],
	}}
	rule.undetermined == expected with input as fixture.unknown(beside([other]), ["VpcId"])
}
