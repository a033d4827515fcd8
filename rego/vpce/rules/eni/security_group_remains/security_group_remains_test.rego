package vpce.rules.eni.security_group_remains_test

import data.vpce.rules.eni.security_group_remains as rule
import data.vpce.testing.fixture

current := {"VpcEndpointId": "vpce-1", "Groups": [{"GroupId": "sg-1"}]}

left(ids) := {"Groups": [{"GroupId": id} | some id in ids]}

test_taking_the_last_group_away_is_denied if {
	rule.deny == {{
		"message": "removing sg-1 without adding a group leaves no security group",
		"path": "/request/RemoveSecurityGroupIds",
	}} with input as fixture.modify({"RemoveSecurityGroupIds": ["sg-1"]}, current, left([]))
}

test_a_group_that_remains_is_enough if {
	request := {"RemoveSecurityGroupIds": ["sg-1"], "AddSecurityGroupIds": ["sg-2"]}
	proposal := fixture.modify(request, current, left(["sg-2"]))
	rule.deny == set() with input as proposal
	rule.undetermined == set() with input as proposal
}

test_an_endpoint_without_groups_stays_without if {
	rule.deny == set() with input as fixture.modify({"PrivateDnsEnabled": true}, {"Groups": []}, {})
	rule.deny == set() with input as fixture.modify({"RemoveSecurityGroupIds": [null]}, {"Groups": []}, {})
}

test_the_groups_of_now_are_needed if {
	rule.undetermined == {{
		"reason": "which security groups the endpoint has now is not known",
		"missing": ["/current/Groups"],
	}} with input as fixture.modify({"RemoveSecurityGroupIds": ["sg-1"]}, {"VpcEndpointId": "vpce-1"}, {})
	rule.undetermined == set() with input as fixture.modify({"RemoveSecurityGroupIds": ["sg-1"]}, {}, left(["sg-2"]))
}

test_what_is_added_later_may_remain if {
	proposal := object.union(
		fixture.modify({"RemoveSecurityGroupIds": ["sg-1"]}, current, left([])),
		{"unknown": ["/request/AddSecurityGroupIds"]},
	)
	rule.deny == set() with input as proposal
	rule.undetermined == {{
		"reason": "whether a security group remains is not known yet",
		"missing": ["/request/AddSecurityGroupIds"],
	}} with input as proposal
}

test_what_is_taken_away_later_may_be_the_last if {
	later := {"unknown": ["/request/RemoveSecurityGroupIds"]}
	count(rule.undetermined) == 1 with input as object.union(fixture.modify({}, current, left(["sg-1"])), later)
	count(rule.undetermined) == 0 with input as object.union(
		fixture.modify({"AddSecurityGroupIds": ["sg-2"]}, current, left(["sg-1", "sg-2"])),
		later,
	)
}
