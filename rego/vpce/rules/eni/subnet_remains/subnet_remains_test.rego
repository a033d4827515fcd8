package vpce.rules.eni.subnet_remains_test

import data.vpce.rules.eni.subnet_remains as rule
import data.vpce.testing.fixture

current := {"VpcEndpointId": "vpce-1", "SubnetIds": ["subnet-1"]}

modified(request) := fixture.modify(request, current, {})

test_taking_the_last_subnet_away_is_denied if {
	rule.deny == {{
		"message": "removing subnet-1 without adding a subnet leaves the endpoint without a network interface",
		"path": "/request/RemoveSubnetIds",
	}} with input as modified({"RemoveSubnetIds": ["subnet-1"]})
}

test_a_subnet_that_remains_is_enough if {
	every request in [
		{"RemoveSubnetIds": ["subnet-1"], "AddSubnetIds": ["subnet-2"]},
		{"RemoveSubnetIds": ["subnet-2"]},
		{"RemoveSubnetIds": [null]},
		{"AddSecurityGroupIds": ["sg-1"]},
	] {
		rule.deny == set() with input as modified(request)
		rule.undetermined == set() with input as modified(request)
	}
	empty := fixture.modify({"RemoveSubnetIds": ["subnet-1"]}, {"SubnetIds": []}, {})
	rule.deny == set() with input as empty
}

test_the_subnets_of_now_are_needed if {
	rule.undetermined == {{
		"reason": "which subnets the endpoint has now is not known",
		"missing": ["/current/SubnetIds"],
	}} with input as fixture.modify({"RemoveSubnetIds": ["subnet-1"]}, {"VpcEndpointId": "vpce-1"}, {})
	swapped := {"RemoveSubnetIds": ["subnet-1"], "AddSubnetIds": ["subnet-2"]}
	rule.undetermined == set() with input as fixture.modify(swapped, {"VpcEndpointId": "vpce-1"}, {})
}

test_what_is_known_later_is_undetermined if {
	added := object.union(modified({"RemoveSubnetIds": ["subnet-1"]}), {"unknown": ["/request/AddSubnetIds"]})
	rule.deny == set() with input as added
	rule.undetermined == {{
		"reason": "whether a subnet remains is not known yet",
		"missing": ["/request/AddSubnetIds"],
	}} with input as added
	removed := {"unknown": ["/request/RemoveSubnetIds"]}
	count(rule.undetermined) == 1 with input as object.union(modified({}), removed)
	rule.undetermined == set() with input as object.union(modified({"AddSubnetIds": ["subnet-2"]}), removed)
}
