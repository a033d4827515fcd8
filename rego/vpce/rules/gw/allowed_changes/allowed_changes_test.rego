package vpce.rules.gw.allowed_changes_test

import data.vpce.rules.gw.allowed_changes as rule
import data.vpce.testing.fixture

changing(members) := fixture.modify(
	object.union({"VpcEndpointId": "vpce-1"}, members),
	{"VpcEndpointType": "Gateway"},
	{},
)

test_what_may_change_changes if {
	rule.deny == set() with input as changing({
		"DryRun": true,
		"PolicyDocument": "{}",
		"ResetPolicy": true,
		"AddRouteTableIds": ["rtb-1"],
		"RemoveRouteTableIds": ["rtb-2"],
		"IpAddressType": "ipv4",
		"DnsOptions": {"DnsRecordIpType": "ipv4"},
		"PrivateDnsEnabled": false,
		"AddSubnetIds": [],
	})
	rule.undetermined == set() with input as object.union(changing({}), {"unknown": ["/request/PolicyDocument"]})
}

test_nothing_else_does if {
	rule.deny == {{
		"message": concat("", [
			"AddSubnetIds is given, but a gateway endpoint only changes policy,",
			" route tables, IP and DNS options",
		]),
		"path": "/request/AddSubnetIds",
		"remediation": "Take AddSubnetIds out of the request.",
		"fix": [{"op": "remove", "path": "/request/AddSubnetIds"}],
	}} with input as changing({"AddSubnetIds": ["subnet-1"]})
}

test_a_change_known_later_is_undetermined if {
	rule.undetermined == {{
		"reason": "whether something changes that cannot is not known yet",
		"missing": ["/request/AddSubnetIds/0"],
	}} with input as object.union(changing({}), {"unknown": ["/request/AddSubnetIds/0", "/context/Vpc"]})
}
