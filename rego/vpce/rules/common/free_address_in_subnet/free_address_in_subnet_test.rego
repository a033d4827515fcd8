package vpce.rules.common.free_address_in_subnet_test

import data.vpce.rules.common.free_address_in_subnet as rule
import data.vpce.testing.fixture

with_free(proposal, free, members) := object.union(proposal, {"context": {"Subnets": [
	{"SubnetId": "subnet-0b100001", "AvailableIpAddressCount": 9},
	object.union({"SubnetId": "subnet-0a100001", "AvailableIpAddressCount": free}, members),
]}})

full(free, needed, path) := {{
	"message": concat("", [
		$"subnet-0a100001 has {free} free IPv4 {object.get({1: "address"}, free, "addresses")}; ",
		$"{needed} {object.get({1: "is"}, needed, "are")} needed",
	]),
	"path": path,
}}

first := "/request/SubnetIds/0"

silent(proposal) if {
	rule.deny == set() with input as proposal
	rule.undetermined == set() with input as proposal
}

test_one_free_address_suffices if silent(with_free(fixture.interface({}), 1, {}))

test_a_full_subnet_is_denied if {
	rule.deny == full(0, 1, first) with input as with_free(fixture.interface({}), 0, {})
	rule.deny == full(0, 1, first) with input as with_free(fixture.interface({}), 0, {"Ipv6Native": false})
	rule.undetermined == set() with input as with_free(fixture.interface({}), 0, {})
}

test_an_ipv6_only_subnet_has_no_ipv4_addresses if {
	silent(with_free(fixture.interface({}), 0, {"Ipv6Native": true}))
}

test_a_subnet_is_told_of_once if {
	configured := {"SubnetConfigurations": [{"SubnetId": "subnet-0a100001", "Ipv4": "10.0.1.9"}]}
	rule.deny == full(0, 1, first) with input as with_free(fixture.interface(configured), 0, {})
	only := object.union(configured, {"SubnetIds": []})
	rule.deny == full(0, 1, "/request/SubnetConfigurations/0/SubnetId") with input as with_free(
		fixture.interface(only),
		0,
		{},
	)
}

peers(members) := object.union(
	with_free(fixture.interface({}), 1, {}),
	{"peers": [object.union({"address": "b", "SubnetIds": ["subnet-0a100001"]}, members)]},
)

test_each_endpoint_of_the_document_takes_an_address if {
	rule.deny == full(1, 2, first) with input as peers({})
	silent(peers({"VpcEndpointType": "Interface", "SubnetIds": ["subnet-0b100001"]}))
	silent(peers({"VpcEndpointId": "vpce-2"}))
}

test_a_modify_needs_addresses_in_new_subnets_only if {
	current := {"VpcEndpointType": "Interface", "SubnetIds": ["subnet-0b100001"]}
	added := fixture.modify({"AddSubnetIds": ["subnet-0a100001"]}, current, {})
	rule.deny == full(0, 1, "/request/AddSubnetIds/0") with input as with_free(added, 0, {})
	having := {"VpcEndpointType": "Interface", "SubnetIds": ["subnet-0a100001"]}
	kept := fixture.modify({"AddSubnetIds": ["subnet-0b100001"]}, having, {})
	silent(with_free(kept, 0, {}))
}

test_a_delete_needs_no_address if {
	silent(object.union(with_free(fixture.interface({}), 0, {}), {"operation": "delete"}))
	hidden := fixture.unknown(fixture.interface({}), ["SubnetIds"])
	silent(object.union(hidden, {"operation": "delete"}))
}

test_a_count_that_is_not_told_is_skipped if {
	silent(with_free(fixture.interface({}), null, {}))
	silent(with_free(fixture.interface({}), 0, {"SubnetId": "subnet-0c100001"}))
	silent(fixture.interface({}))
	silent(fixture.without(fixture.interface({}), "Subnets"))
}

test_a_load_balancer_endpoint_needs_an_address_and_a_gateway_endpoint_none if {
	rule.deny == full(0, 1, "/request/SubnetIds/0") with input as with_free(fixture.gwlb({}), 0, {})
	silent(with_free(fixture.gateway({"SubnetIds": ["subnet-0a100001"]}), 0, {}))
	silent(fixture.unknown(fixture.gateway({}), ["SubnetIds"]))
}

test_subnets_known_later_are_undetermined if {
	rule.undetermined == {{
		"reason": "which subnets need a free address is not known yet",
		"missing": ["/request/SubnetIds"],
	}} with input as fixture.unknown(fixture.interface({}), ["SubnetIds"])
}

test_a_new_subnet_has_the_addresses_of_its_range if {
	new := {"context": {"Subnets": [{"SubnetId": "${A}", "CidrBlock": "10.0.0.0/28"}]}}
	one := object.union(fixture.interface({"SubnetIds": ["${A}"]}), new)
	peers := [{"SubnetIds": ["${A}"], "address": $"E{n}"} | some n in numbers.range(1, 10)]
	rule.deny == set() with input as object.union(one, {"peers": peers})
	more := array.concat(peers, [{"SubnetIds": ["${A}"], "address": "E11"}])
	{d.message | some d in rule.deny} == {
		"${A} has 11 free IPv4 addresses; 12 are needed",
	} with input as object.union(one, {"peers": more})
}
