package vpce.rules.eni.security_groups_of_vpc_test

import data.vpce.rules.eni.security_groups_of_vpc as rule
import data.vpce.testing.fixture

test_a_group_of_the_vpc_passes if {
	rule.deny == set() with input as fixture.interface({})
	rule.undetermined == set() with input as fixture.interface({})
}

test_a_group_of_another_vpc_is_denied if {
	rule.deny == {{
		"message": "security group sg-0a000001 belongs to vpc-0a000001, but the endpoint is in vpc-0f000009",
		"path": "/request/SecurityGroupIds/0",
	}} with input as fixture.interface({"VpcId": "vpc-0f000009"})
}

test_an_associated_group_is_only_warned_about if {
	association := {"GroupId": "sg-0a000001", "VpcId": "vpc-0f000009", "State": "associated"}
	elsewhere := fixture.interface({"VpcId": "vpc-0f000009"})
	warned := {d.enforcement_action | some d in rule.deny} with input as object.union(
		elsewhere,
		{"context": {"SecurityGroupVpcAssociations": [association]}},
	)
	warned == {"warn"}
	every other in [{"GroupId": "sg-1"}, {"VpcId": "vpc-1"}, {"State": "disassociated"}] {
		denied := [d | some d in rule.deny; not d.enforcement_action] with input as object.union(
			elsewhere,
			{"context": {"SecurityGroupVpcAssociations": [object.union(association, other)]}},
		)
		count(denied) == 1
	}
}

test_a_group_the_context_does_not_tell_of_is_undetermined if {
	rule.undetermined == {{
		"reason": "to which VPC security group sg-1 belongs is not known",
		"missing": ["/context/SecurityGroups"],
	}} with input as fixture.interface({"SecurityGroupIds": ["sg-0a000001", "sg-1"]})
}

test_without_a_vpc_nothing_can_be_compared if {
	proposal := fixture.unknown(fixture.interface({}), ["VpcId"])
	rule.undetermined == {{
		"reason": "the VPC of the endpoint is not known, so its security groups cannot be compared with it",
		"missing": ["/request/VpcId"],
	}} with input as proposal
}

test_on_modify_the_added_groups_are_judged if {
	current := {"VpcEndpointId": "vpce-1", "VpcId": "vpc-0f000009"}
	{d.path | some d in rule.deny} == {"/request/AddSecurityGroupIds/0"} with input as fixture.modify(
		{"AddSecurityGroupIds": ["sg-0a000001"]},
		current,
		{},
	)
	{m | some u in rule.undetermined; some m in u.missing} == {"/current/VpcId"} with input as fixture.modify(
		{"AddSecurityGroupIds": ["sg-0a000001"]},
		{"VpcEndpointId": "vpce-1"},
		{},
	)
}

test_groups_known_later_are_undetermined if {
	rule.undetermined == {{
		"reason": "not all security groups of the endpoint are known yet",
		"missing": ["/request/SecurityGroupIds"],
	}} with input as fixture.unknown(fixture.interface({}), ["SecurityGroupIds"])
}

test_where_the_vpc_is_not_known_only_it_is_asked_for if {
	proposal := fixture.unknown(fixture.interface({"SecurityGroupIds": ["sg-1"]}), ["VpcId"])
	{u.missing | some u in rule.undetermined} == {["/request/VpcId"]} with input as proposal
	none := fixture.unknown(fixture.interface({"SecurityGroupIds": []}), ["VpcId"])
	rule.undetermined == set() with input as none
	rule.deny == set() with input as fixture.interface({"VpcId": null})
}

test_a_group_that_does_not_say_its_vpc_is_undetermined if {
	silent := {"context": {"SecurityGroups": [{"GroupId": "sg-0a000001"}]}}
	rule.undetermined == {{
		"reason": "to which VPC security group sg-0a000001 belongs is not known",
		"missing": ["/context/SecurityGroups"],
	}} with input as object.union(fixture.interface({}), silent)
}
