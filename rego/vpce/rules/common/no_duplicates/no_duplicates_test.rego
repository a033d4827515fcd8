package vpce.rules.common.no_duplicates_test

import data.vpce.rules.common.no_duplicates as rule
import data.vpce.testing.fixture

test_different_ids_pass if {
	rule.deny == set() with input as fixture.interface({})
	rule.undetermined == set() with input as fixture.interface({})
}

test_an_id_listed_twice_is_denied if {
	rule.deny == {{
		"message": "rtb-1 is listed twice in RouteTableIds",
		"path": "/request/RouteTableIds/1",
	}} with input as fixture.gateway({"RouteTableIds": ["rtb-1", "rtb-1"]})
}

test_an_id_added_and_removed_is_denied if {
	rule.deny == {{
		"message": "sg-1 would be added and removed at once",
		"path": "/request/AddSecurityGroupIds/0",
		"remediation": "Take sg-1 out of AddSecurityGroupIds or out of RemoveSecurityGroupIds.",
	}} with input as fixture.modify({"AddSecurityGroupIds": ["sg-1"], "RemoveSecurityGroupIds": ["sg-1"]}, {}, {})
}

test_ids_known_later_are_undetermined if {
	rule.undetermined == {{
		"reason": "not all ids are known yet, so two of them may be the same",
		"missing": ["/request/SubnetIds"],
	}} with input as fixture.unknown(fixture.interface({}), ["SubnetIds"])
}

test_every_further_mention_is_denied if {
	{d.path | some d in rule.deny} == {"/request/SubnetIds/2", "/request/SubnetIds/3"} with input as fixture.interface({
		"SubnetIds": ["subnet-1", "subnet-2", "subnet-1", "subnet-1", null, null],
	})
}

test_what_is_no_list_has_no_duplicates if {
	rule.deny == set() with input as fixture.interface({"SubnetIds": {"a": "x", "b": "x"}, "RouteTableIds": "xx"})
}
