package vpce.rules.org.tags_test

import data.vpce.rules.org.tags as rule
import data.vpce.testing.fixture

told := {"environment": "prod", "tags": {"required": [
	{"key": "Owner"},
	{"key": "CostCenter", "pattern": "[0-9]{4}", "example": "1234"},
	{"key": "Backup", "envs": ["dev"]},
]}}

tagged(tags) := object.union(fixture.interface({}), {"endpoint": {"Tags": tags}})

test_all_required_tags_pass if {
	proposal := tagged([{"Key": "Owner", "Value": "net"}, {"Key": "CostCenter", "Value": "1234"}])
	rule.deny == set() with input as proposal with data.org as told
}

test_missing_empty_and_malformed_tags_are_told if {
	proposal := tagged([
		{"Key": "owner", "Value": "net"},
		{"Key": "CostCenter", "Value": "12345"},
		{"Key": "Owner", "Value": " "},
	])
	rule.deny == {
		{
			"message": "the tag Owner is missing or empty",
			"path": "/request/TagSpecifications",
			"remediation": "Add the tag Owner with a value.",
		},
		{
			"message": "the tag CostCenter is 12345; expected a value such as 1234",
			"path": "/request/TagSpecifications",
			"remediation": "Change the tag CostCenter from 12345 to a value such as 1234.",
		},
	} with input as proposal with data.org as told
}

test_a_pattern_without_an_example_is_not_shown if {
	proposal := tagged([{"Key": "CostCenter", "Value": "x"}])
	{found.message | some found in rule.deny} == {concat(" ", [
		"the tag CostCenter is x;",
		"expected a value of the form the org data give",
	])}
		with input as proposal
		with data.org as {"tags": {"required": [{"key": "CostCenter", "pattern": "[0-9]{4}"}]}}
}

test_what_is_not_known_is_not_judged if {
	unsure := object.union(tagged([]), {"unknown": ["/request/TagSpecifications"]})
	rule.deny == set() with input as unsure with data.org as told
	count(rule.undetermined) == 1 with input as unsure with data.org as told
	nowhere := object.remove(told, ["environment"])
	count(rule.undetermined) == 1 with input as tagged([{"Key": "Owner", "Value": "net"}]) with data.org as nowhere
}

test_a_delete_needs_no_tags if {
	deleted := object.union(tagged([]), {"operation": "delete"})
	unsure := object.union(deleted, {"unknown": ["/request/TagSpecifications"]})
	rule.deny | rule.undetermined == set() with input as unsure with data.org as told
	rule.undetermined == set() with input as deleted with data.org as object.remove(told, ["environment"])
}
