package vpce.rules.gwlb.subnet_in_vpc_test

import data.vpce.rules.gwlb.subnet_in_vpc as rule
import data.vpce.testing.fixture

test_a_subnet_of_the_vpc_passes if {
	rule.deny == set() with input as fixture.gwlb({})
	rule.undetermined == set() with input as fixture.gwlb({})
}

test_a_subnet_of_another_vpc_is_denied if {
	rule.deny == {{
		"message": "subnet-0f100001 belongs to vpc-0f000009, but the endpoint is in vpc-0a000001",
		"path": "/request/SubnetIds/0",
	}} with input as fixture.gwlb({"SubnetIds": ["subnet-0f100001"]})
}

test_a_subnet_the_context_does_not_tell_of_is_undetermined if {
	expected := {{
		"reason": "to which VPC subnet-9 belongs is not known",
		"missing": ["/context/Subnets"],
	}}
	rule.undetermined == expected with input as fixture.gwlb({"SubnetIds": ["subnet-9"]})
	rule.undetermined == expected with input as object.union(
		fixture.gwlb({"SubnetIds": ["subnet-9"]}),
		{"context": {"Subnets": [{"SubnetId": "subnet-9"}]}},
	)
}

test_without_a_vpc_nothing_can_be_compared if {
	told := {{
		"reason": "the VPC of the endpoint is not known, so its subnet cannot be compared with it",
		"missing": ["/request/VpcId"],
	}}
	rule.undetermined == told with input as fixture.unknown(fixture.gwlb({}), ["VpcId"])
	rule.undetermined == told with input as fixture.gwlb({"VpcId": ""})
	rule.undetermined == set() with input as fixture.unknown(fixture.gwlb({"SubnetIds": []}), ["VpcId"])
}

test_a_subnet_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "which subnet the endpoint gets is not known yet",
		"missing": ["/request/SubnetIds"],
	}} with input as fixture.unknown(fixture.gwlb({}), ["SubnetIds"])
}
