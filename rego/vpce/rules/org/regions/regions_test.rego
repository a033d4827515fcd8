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

test_the_region_of_the_service_counts_where_it_is_another if {
	europe := object.union(told, {"regions": {"allowed": {"prod": ["eu-*"]}}})
	{found.path | some found in rule.deny} == {"/context/Region"} with data.org as europe
		with input as fixture.interface({"ServiceRegion": "us-east-1"})
	crossing := fixture.interface({"ServiceRegion": "us-west-2"})
	count(rule.deny) == 1 with input as crossing with data.org as told
	allowed := object.union(told, {"regions": {"cross_region_allowed": true}})
	rule.deny == set() with input as crossing with data.org as allowed
}

test_a_delete_and_an_organisation_without_regions_are_not_asked if {
	hidden := fixture.unknown(fixture.interface({"ServiceRegion": "x"}), ["ServiceRegion"])
	rule.undetermined == set() with input as hidden
	rule.undetermined == set() with input as fixture.without(fixture.interface({}), "Region")
	deleted := fixture.without(object.union(hidden, {"operation": "delete"}), "Region")
	rule.deny | rule.undetermined == set() with input as deleted with data.org as told
	rule.undetermined == set() with input as object.union(fixture.interface({}), {"operation": "delete"})
		with data.org as object.remove(told, ["environment"])
}
