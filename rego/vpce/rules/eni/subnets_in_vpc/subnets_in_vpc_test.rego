package vpce.rules.eni.subnets_in_vpc_test

import data.vpce.rules.eni.subnets_in_vpc as rule
import data.vpce.testing.fixture

test_subnets_of_the_vpc_pass if {
	rule.deny == set() with input as fixture.interface({})
	rule.undetermined == set() with input as fixture.interface({})
}

test_a_subnet_of_another_vpc_is_denied if {
	rule.deny == {{
		"message": "subnet subnet-0f100001 is in vpc-0f000009, but the endpoint is in vpc-0a000001",
		"path": "/request/SubnetIds/1",
	}} with input as fixture.interface({"SubnetIds": ["subnet-0a100001", "subnet-0f100001"]})
}

test_a_subnet_missing_from_the_context_is_undetermined if {
	rule.undetermined == {{
		"reason": "the VPC of subnet subnet-09 is not known",
		"missing": ["/context/Subnets"],
	}} with input as fixture.interface({"SubnetIds": ["subnet-0a100001", "subnet-09"]})
}

test_subnets_and_vpc_known_later_are_undetermined if {
	{u.missing | some u in rule.undetermined} == {["/request/SubnetIds"]} with input as fixture.unknown(
		fixture.interface({}),
		["SubnetIds"],
	)
	{u.missing | some u in rule.undetermined} == {["/request/VpcId"]} with input as fixture.unknown(
		fixture.interface({}),
		["VpcId"],
	)
}

test_a_vpc_that_is_not_told_is_not_another_vpc if {
	hidden := fixture.modify(
		{"AddSubnetIds": ["subnet-0f100001"]},
		{"VpcEndpointType": "Interface", "VpcId": null, "SubnetIds": []},
		{"SubnetIds": ["subnet-0f100001"]},
	)
	rule.deny == set() with input as hidden
	rule.undetermined == {{
		"reason": "the VPC of the endpoint is not known",
		"missing": ["/current/VpcId"],
	}} with input as hidden
}

test_without_subnets_the_vpc_does_not_matter if {
	rule.undetermined == set() with input as fixture.unknown(fixture.interface({"SubnetIds": []}), ["VpcId"])
}
