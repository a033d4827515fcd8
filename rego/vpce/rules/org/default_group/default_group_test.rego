package vpce.rules.org.default_group_test

import data.vpce.rules.org.default_group as rule
import data.vpce.testing.fixture

told := {"network": {"forbid_default_sg": true}}

groups(name) := object.union(
	fixture.interface({}),
	{"context": {"SecurityGroups": [{"GroupId": "sg-0a000001", "GroupName": name}]}},
)

test_a_group_of_its_own_passes if {
rule.deny | rule.undetermined == set() with input as groups("vpce") with data.org as told}

test_the_default_group_by_name_or_by_silence if {
	count(rule.deny) == 1 with input as groups("default") with data.org as told
	count(rule.deny) == 1 with input as json.remove(fixture.interface({}), ["/endpoint/Groups"]) with data.org as told
	rule.deny == set() with input as groups("default")
}

test_what_is_not_known_is_not_judged if {
	count(rule.undetermined) == 1 with input as fixture.interface({}) with data.org as told
	unsure := json.remove(fixture.unknown(fixture.interface({}), ["SecurityGroupIds"]), ["/endpoint/Groups"])
	rule.deny == set() with input as unsure with data.org as told
	count(rule.undetermined) == 1 with input as unsure with data.org as told
}
