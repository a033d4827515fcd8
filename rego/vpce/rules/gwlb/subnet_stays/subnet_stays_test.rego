package vpce.rules.gwlb.subnet_stays_test

import data.vpce.rules.gwlb.subnet_stays as rule
import data.vpce.testing.fixture

current := {"VpcEndpointId": "vpce-1", "SubnetIds": ["subnet-0a100001"]}

modified(request) := fixture.modify(request, current, {})

test_another_subnet_is_denied if {
	rule.deny == {{
		"message": concat("", [
			"subnet-0b100001 would be added, but the subnet of such an endpoint cannot change",
			" (subnet-0a100001)",
		]),
		"path": "/request/AddSubnetIds/0",
	}} with input as modified({"AddSubnetIds": ["subnet-0b100001"]})
}

test_taking_the_subnet_away_is_denied if {
	rule.deny == {{
		"message": "subnet-0a100001 would be removed, but the subnet of such an endpoint cannot change",
		"path": "/request/RemoveSubnetIds/0",
	}} with input as modified({"RemoveSubnetIds": ["subnet-0a100001"]})
	rule.deny == set() with input as modified({"RemoveSubnetIds": ["subnet-9"]})
}

test_the_same_subnet_changes_nothing if {
	rule.deny == set() with input as modified({"AddSubnetIds": ["subnet-0a100001"]})
	rule.undetermined == set() with input as modified({"AddSubnetIds": ["subnet-0a100001"]})
}

test_an_address_for_the_same_subnet_is_warned_about if {
	rule.deny == {{
		"message": concat("", [
			"subnet-0a100001 would get another address;",
			" whether a GWLB endpoint takes one is not documented",
		]),
		"path": "/request/SubnetConfigurations/0/SubnetId",
		"enforcement_action": "warn",
	}} with input as modified({"SubnetConfigurations": [{"SubnetId": "subnet-0a100001", "Ipv4": "10.0.1.9"}]})
}

test_the_subnet_of_now_is_needed if {
	expected := {{
		"reason": "which subnet the endpoint is in is not known",
		"missing": ["/current/SubnetIds"],
	}}
	bare := {"VpcEndpointId": "vpce-1"}
	rule.undetermined == expected with input as fixture.modify({"AddSubnetIds": ["subnet-1"]}, bare, {})
	rule.undetermined == expected with input as fixture.modify({"RemoveSubnetIds": ["subnet-1"]}, bare, {})
	rule.undetermined == set() with input as fixture.modify({"PrivateDnsEnabled": true}, bare, {})
}

test_subnets_known_later_are_undetermined if {
	rule.undetermined == {{
		"reason": "which subnets the request names is not known yet",
		"missing": ["/request/AddSubnetIds"],
	}} with input as object.union(modified({}), {"unknown": ["/request/AddSubnetIds"]})
}

test_an_address_for_another_subnet_is_told_once if {
	{d.message | some d in rule.deny} == {concat(" ", [
		"subnet-0b100001 would be added,",
		"but the subnet of such an endpoint cannot change (subnet-0a100001)",
	])} with input as modified({"SubnetConfigurations": [{"SubnetId": "subnet-0b100001"}]})
}

test_a_create_keeps_no_subnet if {
	rule.undetermined == set() with input as fixture.gwlb({"RemoveSubnetIds": ["subnet-1"]})
}
