package vpce.rules.gwlb.ip_type_fits_subnet_test

import data.vpce.rules.gwlb.ip_type_fits_subnet as rule
import data.vpce.testing.fixture

asking(type, subnet) := object.union(
	fixture.gwlb({"IpAddressType": type, "SubnetIds": ["subnet-1"]}),
	{"context": {"Subnets": [object.union({"SubnetId": "subnet-1", "VpcId": "vpc-0a000001"}, subnet)]}},
)

fix := [{"op": "replace", "path": "/request/IpAddressType", "value": "ipv4"}]

associated := [{"Ipv6CidrBlockState": {"State": "associated"}}]

test_a_type_that_fits_passes if {
	every proposal in [
		asking("ipv4", {"Ipv6Native": false}),
		asking("dualstack", {"Ipv6Native": false, "Ipv6CidrBlockAssociationSet": associated}),
		asking("ipv6", {"Ipv6Native": true, "Ipv6CidrBlockAssociationSet": associated}),
		fixture.gwlb({}),
	] {
		rule.deny == set() with input as proposal
		rule.undetermined == set() with input as proposal
	}
}

test_a_type_that_does_not_fit_is_denied if {
	rule.deny == {{
		"message": "IP address type dualstack is asked for, but subnet-1 has no associated IPv6 range",
		"path": "/request/IpAddressType",
		"fix": fix,
	}} with input as asking("dualstack", {"Ipv6Native": false, "Ipv6CidrBlockAssociationSet": []})
}

test_in_2023_only_ipv4_is_carried if {
	rule.deny == {{
		"message": "IP address type ipv6 is asked for, but in 2023 such endpoints carried only IPv4",
		"path": "/request/IpAddressType",
		"fix": fix,
	}} with input as fixture.in_2023(asking("ipv6", {"Ipv6Native": false, "Ipv6CidrBlockAssociationSet": []}))
	rule.deny == set() with input as fixture.in_2023(asking("ipv4", {"Ipv6Native": true}))
	rule.undetermined == set() with input as fixture.in_2023(asking("dualstack", {}))
}

test_what_is_not_known_is_undetermined if {
	rule.undetermined == {{
		"reason": "which IP versions subnet-1 has is not known",
		"missing": ["/context/Subnets"],
	}} with input as asking("dualstack", {})
	rule.undetermined == {{
		"reason": "which IP address type is asked for is not known yet",
		"missing": ["/request/IpAddressType"],
	}} with input as fixture.unknown(fixture.gwlb({}), ["IpAddressType"])
	rule.undetermined == {{
		"reason": "which subnet the endpoint gets is not known yet",
		"missing": ["/request/SubnetIds"],
	}} with input as fixture.unknown(asking("ipv6", {}), ["SubnetIds"])
	rule.undetermined == set() with input as fixture.unknown(fixture.gwlb({}), ["SubnetIds"])
}
