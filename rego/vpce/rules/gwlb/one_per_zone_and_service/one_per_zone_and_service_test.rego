package vpce.rules.gwlb.one_per_zone_and_service_test

import data.vpce.rules.gwlb.one_per_zone_and_service as rule
import data.vpce.testing.fixture

other := {
	"VpcEndpointId": "vpce-2",
	"VpcEndpointType": "GatewayLoadBalancer",
	"VpcId": "vpc-0a000001",
	"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0a000000000000001",
	"SubnetIds": ["subnet-0a200001"],
}

beside(members) := object.union(
	fixture.gwlb({}),
	{"context": {"VpcEndpoints": [object.union(other, members)]}},
)

test_the_first_endpoint_of_a_zone_passes if {
	rule.deny == set() with input as fixture.gwlb({})
	rule.undetermined == set() with input as fixture.gwlb({})
}

test_a_second_one_in_the_zone_is_told if {
	rule.deny == {{
		"message": concat(" ", [
			"vpce-2 leads to the same service from the same Availability Zone",
			"(subnet-0a100001 and subnet-0a200001)",
		]),
		"path": "/request/SubnetIds/0",
	}} with input as beside({})
	count(rule.deny) == 1 with input as beside({"SubnetIds": ["subnet-0a100001"]})
}

test_other_zones_services_vpcs_and_types_do_not_clash if {
	every members in [
		{"SubnetIds": ["subnet-0b100001"]},
		{"ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0c"},
		{"VpcId": "vpc-0f000009"},
		{"VpcId": null},
		{"VpcEndpointType": "Interface"},
		{"State": "deleted"},
	] {
		rule.deny == set() with input as beside(members)
		rule.undetermined == set() with input as beside(members)
	}
}

test_what_the_context_does_not_tell_is_undetermined if {
	rule.undetermined == {{
		"reason": "whether subnet-0a100001 and subnet-9 of vpce-2 are in one Availability Zone is not known",
		"missing": ["/context/Subnets"],
	}} with input as beside({"SubnetIds": ["subnet-9"]})
	rule.undetermined == {{
		"reason": "which other GWLB endpoints the VPC has is not known",
		"missing": ["/context/VpcEndpoints"],
	}} with input as fixture.without(fixture.gwlb({}), "VpcEndpoints")
	same := fixture.without(beside({"SubnetIds": ["subnet-0a100001"]}), "Subnets")
	rule.undetermined == set() with input as same
	count(rule.deny) == 1 with input as same
}

test_what_is_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "which service, VPC or subnet the endpoint gets is not known yet",
		"missing": ["/request/SubnetIds"],
	}} with input as fixture.unknown(fixture.gwlb({}), ["SubnetIds"])
}

test_a_subnet_of_its_own_that_is_not_told_cannot_be_compared if {
	own := object.union(beside({}), {"endpoint": {"SubnetIds": ["subnet-9"]}, "request": {"SubnetIds": ["subnet-9"]}})
	{u.missing | some u in rule.undetermined} == {["/context/Subnets"]} with input as own
}

zone_of(first, second) := {"context": {"Subnets": [
	{"SubnetId": "subnet-0a100001", "OwnerId": "1", "AvailabilityZone": first},
	{"SubnetId": "subnet-0a200001", "OwnerId": "1", "AvailabilityZone": second},
]}}

test_zone_names_of_one_account_compare if {
	count(rule.deny) == 1 with input as object.union(beside({}), zone_of("${GetAZs[0]}", "${GetAZs[0]}"))
	apart := object.union(beside({}), zone_of("${GetAZs[0]}", "${GetAZs[1]}"))
	rule.deny | rule.undetermined == set() with input as apart
	open := object.union(beside({}), zone_of("${GetAZs[0]}", "{{Zone}}"))
	count(rule.undetermined) == 1 with input as open
}
