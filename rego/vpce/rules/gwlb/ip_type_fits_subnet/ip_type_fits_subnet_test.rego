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

test_a_modify_that_names_no_type_is_not_judged if {
	current := {"VpcEndpointType": "GatewayLoadBalancer", "IpAddressType": "dualstack"}
	proposal := object.union(
		fixture.modify({"AddSubnetIds": ["subnet-1"]}, current, {}),
		{"context": {"Subnets": [{"SubnetId": "subnet-1", "Ipv6Native": true}]}},
	)
	rule.deny == set() with input as proposal
	rule.deny == set() with input as fixture.in_2023(proposal)
	rule.undetermined == set() with input as object.union(proposal, {"context": {"Subnets": []}})
	rule.undetermined == set() with input as object.union(proposal, {"unknown": ["/request/AddSubnetIds/1"]})
}

test_only_the_three_types_of_an_endpoint_that_remains_are_judged if {
	rule.undetermined == set() with input as asking("ipv5", {})
	unnamed := fixture.unknown(asking("ipv6", {}), ["SubnetIds"])
	rule.undetermined == set() with input as fixture.in_2023(unnamed)
	rule.undetermined == set() with input as object.union(unnamed, {"operation": "delete"})
	rule.undetermined == set() with input as fixture.unknown(asking("ipv5", {}), ["SubnetIds"])
}
