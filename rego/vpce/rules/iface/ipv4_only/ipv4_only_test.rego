package vpce.rules.iface.ipv4_only_test

import data.vpce.rules.iface.ipv4_only as rule
import data.vpce.testing.fixture

asking(type) := fixture.interface({"IpAddressType": type})

test_in_2023_only_ipv4_is_carried if {
	rule.deny == set() with input as fixture.in_2023(asking("ipv4"))
	rule.deny == set() with input as fixture.in_2023(fixture.interface({}))
	rule.deny == {{
		"message": "IP address type dualstack is asked for, but interface endpoints carried only IPv4 in 2023",
		"path": "/request/IpAddressType",
		"fix": [{"op": "replace", "path": "/request/IpAddressType", "value": "ipv4"}],
	}} with input as fixture.in_2023(asking("dualstack"))
}

test_today_other_rules_judge_it if {
	rule.deny == set() with input as asking("ipv6")
	rule.undetermined == set() with input as fixture.unknown(fixture.interface({}), ["IpAddressType"])
}

test_a_type_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "which IP address type is asked for is not known yet",
		"missing": ["/request/IpAddressType"],
	}} with input as fixture.in_2023(fixture.unknown(fixture.interface({}), ["IpAddressType"]))
}
