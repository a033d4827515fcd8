package vpce.rules.iface.has_subnet_test

import data.vpce.rules.iface.has_subnet as rule
import data.vpce.testing.fixture

test_one_subnet_is_enough if {
	rule.deny == set() with input as fixture.interface({"SubnetIds": ["subnet-0a100001"]})
	rule.undetermined == set() with input as fixture.interface({})
}

test_an_endpoint_without_subnets_is_denied if {
	rule.deny == {{
		"message": "the endpoint names no subnet, so it would have no network interface and no private address",
		"path": "/request/SubnetIds",
	}} with input as fixture.interface({"SubnetIds": []})
}

test_subnets_known_later_are_undetermined if {
	proposal := fixture.unknown(fixture.interface({}), ["SubnetIds"])
	rule.deny == set() with input as proposal
	rule.undetermined == {{
		"reason": "which subnets the endpoint gets is not known yet",
		"missing": ["/request/SubnetIds"],
	}} with input as proposal
}

test_an_empty_id_names_no_subnet if {
	{d.path | some d in rule.deny} == {"/request/SubnetIds"} with input as fixture.interface({"SubnetIds": [""]})
}
