package vpce.rules.gwlb.no_dns_or_route_tables_test

import data.vpce.rules.gwlb.no_dns_or_route_tables as rule
import data.vpce.testing.fixture

test_without_them_it_passes if {
	rule.deny == set() with input as fixture.gwlb({})
	rule.deny == set() with input as fixture.gwlb({"PrivateDnsEnabled": false, "RouteTableIds": [], "DnsOptions": {}})
	rule.undetermined == set() with input as fixture.gwlb({})
}

test_each_member_is_denied if {
	cases := {
		"PrivateDnsEnabled": [true, "private DNS"],
		"DnsOptions": [{"DnsRecordIpType": "ipv4"}, "DNS options"],
		"RouteTableIds": [["rtb-1"], "route tables of its own"],
		"AddRouteTableIds": [["rtb-1"], "route tables of its own"],
		"RemoveRouteTableIds": [["rtb-1"], "route tables of its own"],
	}
	every member, case in cases {
		[value, what] := case
		rule.deny == {{
			"message": $"{member} is given, but a Gateway Load Balancer endpoint has no {what}",
			"path": $"/request/{member}",
			"fix": [{"op": "remove", "path": $"/request/{member}"}],
		}} with input as fixture.gwlb({member: value})
	}
}

test_a_member_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "a value that must not be given is not known yet",
		"missing": ["/request/RouteTableIds"],
	}} with input as fixture.unknown(fixture.gwlb({}), ["RouteTableIds"])
}
