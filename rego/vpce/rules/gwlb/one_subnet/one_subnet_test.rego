package vpce.rules.gwlb.one_subnet_test

import data.vpce.rules.gwlb.one_subnet as rule
import data.vpce.testing.fixture

test_one_subnet_passes if {
	rule.deny == set() with input as fixture.gwlb({})
	rule.undetermined == set() with input as fixture.gwlb({})
}

test_every_further_subnet_is_denied if {
	rule.deny == {{
		"message": "subnet subnet-2 is one more than the single subnet a GWLB endpoint has (subnet-1)",
		"path": "/request/SubnetIds/1",
	}} with input as fixture.gwlb({"SubnetIds": ["subnet-1", "subnet-2"]})
}

test_no_subnet_is_denied if {
	rule.deny == {{
		"message": "the endpoint names no subnet",
		"path": "/request/SubnetIds",
	}} with input as fixture.gwlb({"SubnetIds": []})
}

test_subnets_known_later_are_undetermined if {
	rule.undetermined == {{
		"reason": "how many subnets the endpoint gets is not known yet",
		"missing": ["/request/SubnetIds"],
	}} with input as fixture.unknown(fixture.gwlb({}), ["SubnetIds"])
}

test_a_number_beside_the_subnet_is_denied if {
	rule.deny == {{
		"message": "5 is no subnet, and a GWLB endpoint has a single one",
		"path": "/request/SubnetIds/1",
	}} with input as object.union(
		fixture.gwlb({"SubnetIds": ["subnet-1", 5]}),
		{"endpoint": {"SubnetIds": ["subnet-1"]}},
	)
}
