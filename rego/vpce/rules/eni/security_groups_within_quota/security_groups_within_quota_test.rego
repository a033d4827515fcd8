package vpce.rules.eni.security_groups_within_quota_test

import data.vpce.rules.eni.security_groups_within_quota as rule
import data.vpce.testing.fixture

groups(n) := [$"sg-{i}" | some i in numbers.range(1, n)]

test_as_many_groups_as_the_quota_pass if {
	rule.deny == set() with input as fixture.interface({"SecurityGroupIds": groups(5)})
	rule.undetermined == set() with input as fixture.interface({"SecurityGroupIds": groups(5)})
}

test_one_group_more_is_denied if {
	rule.deny == {{
		"message": "the endpoint would have 6 security groups; the quota is 5 per network interface",
		"path": "/request/SecurityGroupIds",
	}} with input as fixture.interface({"SecurityGroupIds": groups(6)})
}

test_a_raised_quota_holds if {
	rule.deny == set() with input as fixture.interface({"SecurityGroupIds": groups(6)})
		with data.org.limits as {"security_groups_per_eni": 16}
}

modified(request, found) := fixture.modify(
	request,
	{"VpcEndpointId": "vpce-1", "Groups": [{"GroupId": id} | some id in groups(5)]},
	{"Groups": [{"GroupId": id} | some id in groups(found)]},
)

test_on_modify_the_net_result_counts if {
	paths := {"/request/AddSecurityGroupIds"}
	{d.path | some d in rule.deny} == paths with input as modified({"AddSecurityGroupIds": ["sg-6"]}, 6)
	rule.deny == set() with input as modified({"AddSecurityGroupIds": ["sg-6"]}, 5)
	rule.deny == set() with input as modified({"RemoveSecurityGroupIds": ["sg-9"]}, 6)
}

test_what_is_taken_away_may_still_make_room if {
	later := {"unknown": ["/request/RemoveSecurityGroupIds/0"]}
	proposal := object.union(modified({"AddSecurityGroupIds": ["sg-6"]}, 6), later)
	rule.deny == set() with input as proposal
	rule.undetermined == {{
		"reason": "how many security groups the endpoint gets is not known yet",
		"missing": ["/request/RemoveSecurityGroupIds/0"],
	}} with input as proposal
}

test_a_modify_needs_the_groups_of_now if {
	rule.undetermined == {{
		"reason": "how many security groups the endpoint has now is not known",
		"missing": ["/current/Groups"],
	}} with input as fixture.modify({"AddSecurityGroupIds": ["sg-6"]}, {"VpcEndpointId": "vpce-1"}, {})
	rule.undetermined == set() with input as fixture.modify({"PrivateDnsEnabled": true}, {"VpcEndpointId": "vpce-1"}, {})
	nothing := {"AddSecurityGroupIds": [null]}
	rule.undetermined == set() with input as fixture.modify(nothing, {"VpcEndpointId": "vpce-1"}, {})
}
