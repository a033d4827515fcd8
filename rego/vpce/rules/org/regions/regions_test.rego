package vpce.rules.org.regions_test

import data.vpce.rules.org.regions as rule
import data.vpce.testing.fixture

told := {"environment": "prod", "regions": {"allowed": {"prod": ["us-*"], "dev": ["*"]}, "cross_region_allowed": false}}

test_regions_of_the_environment_pass if {
	rule.deny == set() with input as fixture.interface({}) with data.org as told
	rule.undetermined == set() with input as fixture.interface({}) with data.org as told
}

test_both_regions_are_looked_at if {
	proposal := fixture.interface({"ServiceRegion": "eu-west-1"})
	{found.path | some found in rule.deny} == {"/request/ServiceRegion"} with input as proposal with data.org as told
	count(rule.deny) == 2 with input as proposal with data.org as told
	elsewhere := object.union(fixture.interface({}), {"context": {"Region": "eusc-de-east-1"}})
	{found.path | some found in rule.deny} == {"/context/Region"} with input as elsewhere
		with data.org as object.union(told, {"regions": {"allowed": {"prod": ["eu-*"]}}})
}

test_without_region_or_environment_nothing_is_told if {
	proposal := fixture.without(fixture.interface({}), "Region")
	{u.missing[0] | some u in rule.undetermined} == {"/context/Region"} with input as proposal with data.org as told
	{u.missing[0] | some u in rule.undetermined} == {"/context/Vpc/Tags"} with input as fixture.interface({})
		with data.org as object.remove(told, ["environment"])
	later := fixture.unknown(fixture.interface({"ServiceRegion": "x"}), ["ServiceRegion"])
	count(rule.undetermined) == 1 with input as later with data.org as told
}

test_a_rule_without_data_is_silent if rule.deny | rule.undetermined == set() with input as fixture.interface({})
