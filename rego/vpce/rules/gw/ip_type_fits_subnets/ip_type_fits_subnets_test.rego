package vpce.rules.gw.ip_type_fits_subnets_test

import data.vpce.rules.gw.ip_type_fits_subnets as rule
import data.vpce.testing.fixture

associated := [{"Ipv6CidrBlock": "2600::/64", "Ipv6CidrBlockState": {"State": "associated"}}]

context(subnet) := {"context": {
	"RouteTables": [{
		"RouteTableId": "rtb-0a000001",
		"VpcId": "vpc-0a000001",
		"Associations": [{"SubnetId": "subnet-1"}],
	}],
	"Subnets": [object.union({"SubnetId": "subnet-1", "VpcId": "vpc-0a000001"}, subnet)],
}}

asking(type, subnet) := object.union(fixture.gateway({"IpAddressType": type}), context(subnet))

fix := [{"op": "replace", "path": "/request/IpAddressType", "value": "ipv4"}]

only_ipv6 := {"Ipv6Native": true, "Ipv6CidrBlockAssociationSet": associated}

both := {"Ipv6Native": false, "Ipv6CidrBlockAssociationSet": associated}

only_ipv4 := {"Ipv6Native": false, "Ipv6CidrBlockAssociationSet": []}

test_a_type_that_fits_passes if {
	every proposal in [
		asking("ipv6", only_ipv6),
		asking("dualstack", both),
		asking("ipv4", only_ipv6),
		fixture.gateway({}),
	] {
		rule.deny == set() with input as proposal
		rule.undetermined == set() with input as proposal
	}
}

test_ipv6_needs_ipv6_only_subnets if {
	every subnet in [both, only_ipv4] {
		rule.deny == {{
			"message": "IP address type ipv6 needs IPv6-only subnets, unlike subnet-1",
			"path": "/request/IpAddressType",
			"fix": fix,
		}} with input as asking("ipv6", subnet)
	}
}

test_dualstack_needs_both_families if {
	disassociated := [{"Ipv6CidrBlockState": {"State": "disassociated"}}]
	every subnet in [only_ipv6, only_ipv4, {"Ipv6Native": false, "Ipv6CidrBlockAssociationSet": disassociated}] {
		rule.deny == {{
			"message": "IP address type dualstack needs subnets with IPv4 and IPv6, unlike subnet-1",
			"path": "/request/IpAddressType",
			"fix": fix,
		}} with input as asking("dualstack", subnet)
	}
}

test_in_2023_only_ipv4_is_carried if {
	rule.deny == {{
		"message": "IP address type ipv6 is asked for, but gateway endpoints carried only IPv4 in 2023",
		"path": "/request/IpAddressType",
		"remediation": "Set IpAddressType to ipv4.",
		"fix": fix,
	}} with input as fixture.in_2023(asking("ipv6", only_ipv6))
	rule.deny == set() with input as fixture.in_2023(asking("ipv4", only_ipv4))
	rule.deny == set() with input as fixture.in_2023(fixture.gateway({}))
}

test_dynamodb_is_warned_about if {
	dynamodb := {"ServiceName": "com.amazonaws.us-east-1.dynamodb"}
	rule.deny == {{
		"message": "IP address type ipv6 is asked for, but one page of AWS says that DynamoDB has only IPv4",
		"path": "/request/IpAddressType",
		"remediation": "Set IpAddressType to ipv4.",
		"enforcement_action": "warn",
	}} with input as object.union(asking("ipv6", only_ipv6), {"request": dynamodb, "endpoint": dynamodb})
}

reasons(proposal) := found if {
	found := {u.reason | some u in rule.undetermined} with input as proposal
}

test_what_the_context_does_not_tell_is_undetermined if {
	unknown_versions := {"which IP versions subnet-1 has is not known"}
	reasons(fixture.gateway({"IpAddressType": "ipv6"})) == {"which subnets use route table rtb-0a000001 is not known"}
	reasons(asking("ipv6", {})) == unknown_versions
	reasons(asking("dualstack", {"Ipv6CidrBlockAssociationSet": associated})) == unknown_versions
	main := {"context": {"RouteTables": [{"RouteTableId": "rtb-0a000001", "Associations": [{"Main": true}]}]}}
	without := fixture.without(object.union(asking("ipv6", both), main), "Subnets")
	reasons(without) == {"which subnets use the main route table is not known"}
	reasons(fixture.unknown(asking("ipv6", only_ipv6), ["VpcId"])) == {concat(" ", [
		"which IP address type or route tables",
		"the endpoint gets is not known yet",
	])}
}

test_a_table_added_later_is_judged_by_the_type_of_now if {
	current := {"VpcEndpointId": "vpce-1", "VpcId": "vpc-0a000001", "IpAddressType": "dualstack"}
	proposal := object.union(
		fixture.modify({"AddRouteTableIds": ["rtb-0a000001"]}, current, {}),
		context(only_ipv4),
	)
	found := {[d.path, object.get(d, "fix", [])] | some d in rule.deny} with input as proposal
	found == {["/request/AddRouteTableIds", []]}
}

test_what_is_known_later_is_undetermined if {
	expected := {{
		"reason": "which IP address type or route tables the endpoint gets is not known yet",
		"missing": ["/request/IpAddressType"],
	}}
	rule.undetermined == expected with input as fixture.unknown(fixture.gateway({}), ["IpAddressType"])
	rule.undetermined == set() with input as fixture.unknown(asking("ipv4", both), ["RouteTableIds"])
}

test_a_dualstack_subnet_needs_both_to_be_told if {
	rule.deny == set() with input as asking("dualstack", {"Ipv6Native": false})
	reasons(asking("dualstack", {"Ipv6Native": false})) == {"which IP versions subnet-1 has is not known"}
}

test_what_is_denied_or_told_is_not_asked_for if {
	reasons(asking("ipv6", both)) == set()
	reasons(fixture.in_2023(asking("dualstack", {}))) == set()
	main := {"context": {"RouteTables": [{"RouteTableId": "rtb-0a000001", "Associations": [{"Main": true}]}]}}
	reasons(object.union(asking("ipv6", only_ipv6), main)) == set()
	reasons(fixture.without(asking("ipv6", {}), "Subnets")) == {"which IP versions subnet-1 has is not known"}
}

test_a_modify_that_names_no_type_is_no_wish_of_2023 if {
	current := {"VpcEndpointId": "vpce-1", "VpcId": "vpc-0a000001", "IpAddressType": "dualstack"}
	rule.deny == set() with input as fixture.in_2023(fixture.modify({}, current, {}))
}
