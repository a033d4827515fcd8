package vpce.rules.eni.security_groups_named_test

import data.vpce.rules.eni.security_groups_named as rule
import data.vpce.testing.fixture

test_a_named_group_is_taken if rule.deny == set() with input as fixture.interface({})

test_without_groups_the_default_group_is_attached if {
	message := concat(" ", [
		"no security group is named, so AWS attaches the default group of the VPC,",
		"which normally admits only its own members",
	])
	rule.deny == {{
		"message": message,
		"path": "/request/SecurityGroupIds",
	}} with input as fixture.interface({"SecurityGroupIds": []})
}

test_the_default_group_is_named_where_it_is_known if {
	groups := [
		{"GroupId": "sg-d", "GroupName": "default", "VpcId": "vpc-0a000001"},
		{"GroupId": "sg-e", "GroupName": "default", "VpcId": "vpc-0f000009"},
		{"GroupId": "sg-1", "GroupName": "one", "VpcId": "vpc-0a000001"},
		{"GroupId": "sg-2", "GroupName": "two", "VpcId": "vpc-0a000001"},
	]
	[only] := [d | some d in rule.deny] with input as object.union(
		fixture.interface({"SecurityGroupIds": []}),
		{"context": {"SecurityGroups": groups}},
	)
	contains(only.message, "AWS attaches the default group sg-d of the VPC")
	not only.fix
}

test_groups_known_later_are_undetermined if {
	proposal := fixture.unknown(fixture.interface({"SecurityGroupIds": []}), ["SecurityGroupIds"])
	rule.deny == set() with input as proposal
	rule.undetermined == {{
		"reason": "which security groups the endpoint gets is not known yet",
		"missing": ["/request/SecurityGroupIds"],
	}} with input as proposal
}

test_the_only_other_group_of_the_vpc_is_offered if {
	groups := [
		{"GroupId": "sg-d", "GroupName": "default", "VpcId": "vpc-0a000001"},
		{"GroupId": "sg-1", "GroupName": "one", "VpcId": "vpc-0a000001"},
		{"GroupId": "sg-2", "GroupName": "two", "VpcId": "vpc-0f000009"},
	]
	fix := [{"op": "add", "path": "/request/SecurityGroupIds", "value": ["sg-1"]}]
	{d.fix | some d in rule.deny} == {fix} with input as object.union(
		fixture.interface({"SecurityGroupIds": []}),
		{"context": {"SecurityGroups": groups}},
	)
}

test_a_list_that_is_known_to_be_empty_is_not_undetermined if {
	rule.undetermined == set() with input as fixture.interface({"SecurityGroupIds": []})
}
