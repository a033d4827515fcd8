package vpce.rules.gwlb.one_subnet_test

import data.vpce.rules.gwlb.one_subnet as rule
import data.vpce.testing.fixture

test_one_subnet_passes if {
	rule.deny == set() with input as fixture.gwlb({})
	rule.undetermined == set() with input as fixture.gwlb({})
}

test_every_further_subnet_is_denied if {
	rule.deny == {{
		"message": "subnet subnet-2 is one too many: the endpoint has subnet-1, and takes one subnet",
		"path": "/request/SubnetIds/1",
		"fix": [{"op": "remove", "path": "/request/SubnetIds/1"}],
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

test_a_subnet_given_with_its_address_is_removed_as_a_whole if {
	proposal := object.union(
		fixture.gwlb({"SubnetConfigurations": [{"SubnetId": "subnet-2"}]}),
		{"endpoint": {"SubnetIds": ["subnet-0a100001", "subnet-2"]}},
	)
	{d.fix | some d in rule.deny} == {[{"op": "remove", "path": "/request/SubnetConfigurations/0"}]} with input as proposal
}

test_an_empty_name_is_no_subnet if {
	count(rule.deny) == 1 with input as fixture.gwlb({"SubnetIds": [""]})
	rule.deny == set() with input as object.union(fixture.gwlb({"SubnetIds": []}), {"operation": "modify"})
}
