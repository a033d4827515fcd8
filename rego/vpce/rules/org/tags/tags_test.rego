package vpce.rules.org.tags_test

import data.vpce.rules.org.tags as rule
import data.vpce.testing.fixture

told := {"environment": "prod", "tags": {"required": [
	{"key": "Owner"},
	{"key": "CostCenter", "pattern": "[0-9]{4}"},
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
	{found.message | some found in rule.deny} == {
		"the tag Owner is missing or empty",
		"the tag CostCenter is 12345, which is not of the form [0-9]{4}",
	} with input as proposal with data.org as told
}

test_what_is_not_known_is_not_judged if {
	unsure := object.union(tagged([]), {"unknown": ["/request/TagSpecifications"]})
	rule.deny == set() with input as unsure with data.org as told
	count(rule.undetermined) == 1 with input as unsure with data.org as told
	nowhere := object.remove(told, ["environment"])
	count(rule.undetermined) == 1 with input as tagged([{"Key": "Owner", "Value": "net"}]) with data.org as nowhere
}
