package vpce.rules.gwlb.no_security_groups_test

import data.vpce.rules.gwlb.no_security_groups as rule
import data.vpce.testing.fixture

test_no_security_groups_pass if {
	rule.deny == set() with input as fixture.gwlb({"SecurityGroupIds": []})
	rule.undetermined == set() with input as fixture.gwlb({})
}

test_security_groups_are_denied if {
	rule.deny == {{
		"message": "SecurityGroupIds is given, but a GWLB endpoint has no security groups",
		"path": "/request/SecurityGroupIds",
		"fix": [{"op": "remove", "path": "/request/SecurityGroupIds"}],
	}} with input as fixture.gwlb({"SecurityGroupIds": ["sg-1"]})
}

test_security_groups_known_later_are_undetermined if {
	rule.undetermined == {{
		"reason": "a value that must not be given is not known yet",
		"missing": ["/request/SecurityGroupIds"],
	}} with input as fixture.unknown(fixture.gwlb({}), ["SecurityGroupIds"])
}
