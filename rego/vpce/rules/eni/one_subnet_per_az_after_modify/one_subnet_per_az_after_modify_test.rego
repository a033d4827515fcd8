package vpce.rules.eni.one_subnet_per_az_after_modify_test

import data.vpce.rules.eni.one_subnet_per_az_after_modify as rule
import data.vpce.testing.fixture

current := {"VpcEndpointId": "vpce-1", "SubnetIds": ["subnet-0a100001"]}

modified(request) := fixture.modify(request, current, {})

clash(path) := {
	"message": "subnet-0a200001 would be in the same Availability Zone (us-east-1a) as subnet-0a100001",
	"path": path,
}

test_a_subnet_of_another_zone_is_added if {
	rule.deny == set() with input as modified({"AddSubnetIds": ["subnet-0b100001", "subnet-0a100001"]})
	rule.undetermined == set() with input as modified({"AddSubnetIds": ["subnet-0b100001", "subnet-0a100001"]})
}

test_a_subnet_of_a_zone_it_has_is_denied if {
	rule.deny == {object.union(
		clash("/request/AddSubnetIds/0"),
		{"fix": [{"op": "remove", "path": "/request/AddSubnetIds/0"}]},
	)} with input as modified({"AddSubnetIds": ["subnet-0a200001"]})
	configured := modified({"SubnetConfigurations": [{"SubnetId": "subnet-0a200001"}]})
	rule.deny == {object.union(
		clash("/request/SubnetConfigurations/0/SubnetId"),
		{"fix": [{"op": "remove", "path": "/request/SubnetConfigurations/0"}]},
	)} with input as configured
}

test_two_added_subnets_of_one_zone_are_denied if {
	elsewhere := {"VpcEndpointId": "vpce-1", "SubnetIds": ["subnet-0b100001"]}
	both := fixture.modify({"AddSubnetIds": ["subnet-0a100001", "subnet-0a200001"]}, elsewhere, {})
	{[d.path, d.message] | some d in rule.deny} == {[
		"/request/AddSubnetIds/1",
		clash("").message,
	]} with input as both
	twice := fixture.modify({"AddSubnetIds": ["subnet-0a100001", "subnet-0a100001"]}, elsewhere, {})
	rule.deny == set() with input as twice
}

test_an_exchange_within_a_zone_is_warned_about if {
	rule.deny == {{
		"message": "subnet-0a200001 takes the place of subnet-0a100001 in its Availability Zone, which may need two calls",
		"path": "/request/AddSubnetIds/0",
		"enforcement_action": "warn",
	}} with input as modified({"AddSubnetIds": ["subnet-0a200001"], "RemoveSubnetIds": ["subnet-0a100001"]})
	other_zone := modified({"AddSubnetIds": ["subnet-0b100001"], "RemoveSubnetIds": ["subnet-0a100001"]})
	rule.deny == set() with input as other_zone
}

test_what_is_not_known_is_undetermined if {
	rule.undetermined == {{
		"reason": "whether subnet-9 and subnet-0a100001 are in one Availability Zone is not known",
		"missing": ["/context/Subnets"],
	}} with input as modified({"AddSubnetIds": ["subnet-9"]})
	rule.undetermined == {{
		"reason": "which subnets the endpoint has now is not known",
		"missing": ["/current/SubnetIds"],
	}} with input as fixture.modify({"AddSubnetIds": ["subnet-0a100001"]}, {"VpcEndpointId": "vpce-1"}, {})
	rule.undetermined == {{
		"reason": "not all subnets are known yet, so their Availability Zones cannot be compared",
		"missing": ["/request/AddSubnetIds"],
	}} with input as object.union(modified({}), {"unknown": ["/request/AddSubnetIds"]})
}
