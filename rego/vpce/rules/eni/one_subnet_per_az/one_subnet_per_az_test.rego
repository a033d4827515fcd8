package vpce.rules.eni.one_subnet_per_az_test

import data.vpce.rules.eni.one_subnet_per_az as rule
import data.vpce.testing.fixture

test_subnets_in_two_zones_pass if {
	rule.deny == set() with input as fixture.interface({})
	rule.undetermined == set() with input as fixture.interface({})
}

test_the_later_subnet_of_one_zone_is_denied if {
	rule.deny == {{
		"message": "subnet subnet-0a200001 is in the same Availability Zone (us-east-1a) as subnet-0a100001",
		"path": "/request/SubnetIds/1",
		"fix": [{"op": "remove", "path": "/request/SubnetIds/1"}],
	}} with input as fixture.interface({"SubnetIds": ["subnet-0a100001", "subnet-0a200001"]})
}

test_a_subnet_given_twice_is_another_rules_business if {
	rule.deny == set() with input as fixture.interface({"SubnetIds": ["subnet-0a100001", "subnet-0a100001"]})
}

test_subnets_missing_from_the_context_cannot_be_compared if {
	rule.undetermined == {{
		"reason": "whether subnet-0a100001 and subnet-0b100001 are in one Availability Zone is not known",
		"missing": ["/context/Subnets"],
	}} with input as fixture.without(fixture.interface({}), "Subnets")
}

test_a_single_subnet_needs_no_context if {
	rule.undetermined == set() with input as fixture.without(
		fixture.interface({"SubnetIds": ["subnet-0a100001"]}),
		"Subnets",
	)
}

test_unknown_subnets_are_undetermined if {
	rule.undetermined == {{
		"reason": "not all subnets are known yet, so their Availability Zones cannot be compared",
		"missing": ["/request/SubnetIds"],
	}} with input as fixture.unknown(fixture.interface({}), ["SubnetIds"])
}

test_zone_names_of_two_accounts_do_not_compare if {
	a := json.remove(fixture.subnet("subnet-1", "us-east-1a", ""), ["/AvailabilityZoneId"])
	b := object.union(
		json.remove(fixture.subnet("subnet-2", "us-east-1a", ""), ["/AvailabilityZoneId"]),
		{"OwnerId": "444455556666"},
	)
	proposal := object.union(
		fixture.interface({"SubnetIds": ["subnet-1", "subnet-2"]}),
		{"context": {"Subnets": [a, b]}},
	)
	rule.deny == set() with input as proposal
	count(rule.undetermined) == 1 with input as proposal
}
