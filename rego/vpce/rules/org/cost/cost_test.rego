package vpce.rules.org.cost_test

import data.vpce.rules.org.cost as rule
import data.vpce.testing.fixture

told := {"cost": {
	"max_monthly_per_endpoint": {"millionths": 10000000, "text": "10"},
	"max_monthly_per_vpc": {"millionths": 50000000, "text": "50"},
}}

costing(one, all) := object.union(fixture.interface({}), {"cost": {
	"endpoint": {"millionths": one, "text": "1"},
	"vpc": {"millionths": all, "text": "2"},
}})

test_costs_within_the_ceilings_pass if {
rule.deny | rule.undetermined == set() with input as costing(10000000, 50000000) with data.org as told}

test_each_ceiling_counts if {
	count(rule.deny) == 1 with input as costing(10000001, 50000000) with data.org as told
	count(rule.deny) == 1 with input as costing(10000000, 50000001) with data.org as told
	rule.deny == set() with input as costing(10000001, 50000001)
}

test_unknown_costs_are_not_told if {
	unknown := {"missing": ["/context/Region"], "unknown": ["the Region is not given"]}
	unsure := object.union(fixture.interface({}), {"cost": {"endpoint": unknown, "vpc": unknown}})
	count(rule.undetermined) == 1 with input as unsure with data.org as told
	rule.undetermined == set() with input as unsure
}
